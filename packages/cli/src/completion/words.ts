import type { Command } from '../commander.ts';

/** What can be completed, read from the commands themselves. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly FlagWords[];
  /** Words that its first argument can be. */
  readonly choices: readonly string[];
  /** Whether its arguments are files or folders. */
  readonly takesPaths: boolean;
}

export interface FlagWords {
  /** With its two dashes. */
  readonly name: string;
  readonly description: string;
  readonly value: 'none' | 'path' | 'other';
}

const PATH_NAME = /^(file|folder|dir)$/;

export function readCommands(program: Command): CommandWords[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    takesPaths: command.registeredArguments.some((argument) => PATH_NAME.test(argument.name())),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    flags: [
      ...command.options.map(({ long, flags, description, required }) => ({
        name: long ?? flags,
        description,
        value: required ? valueOf(flags) : ('none' as const),
      })),
      { name: '--help', description: 'display help for command', value: 'none' as const },
    ],
  }));
}

function valueOf(flags: string): 'path' | 'other' {
  return PATH_NAME.test(/<(.+)>/.exec(flags)?.[1] ?? '') ? 'path' : 'other';
}
