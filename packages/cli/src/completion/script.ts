import type { Command } from '../commander.ts';
import { writeBash } from './bash.ts';
import { writeFish } from './fish.ts';
import { readCommands, type CommandWords } from './words.ts';
import { writeZsh } from './zsh.ts';

const WRITERS: ReadonlyMap<string, (commands: readonly CommandWords[]) => string> = new Map([
  ['bash', writeBash],
  ['zsh', writeZsh],
  ['fish', writeFish],
]);

/** The completion script of a shell that commander has checked. */
export function writeScript(shell: string, program: Command): string {
  const write = WRITERS.get(shell);
  if (write === undefined) throw new Error(`no completion for ${shell}`);
  return write(readCommands(program));
}
