import type { FreshtagConfig } from '../../../server/src/config.ts';
import type { SmallAtlas } from '../../support/content.ts';
import type { COMMANDS } from './commands.ts';

/** What the process is told when it begins. */
export interface Given {
  /** Of the app, as `buildAdminApp` has made it. */
  readonly folder: string;
  /** 0 for any; then the database is empty, and is filled. */
  readonly port: number;
  readonly freshtag: FreshtagConfig;
}

export type Command = keyof typeof COMMANDS;
export type ArgumentOf<Name extends Command> = Parameters<(typeof COMMANDS)[Name]>[1];
export type ResultOf<Name extends Command> = Awaited<ReturnType<(typeof COMMANDS)[Name]>>;

export interface Question {
  readonly id: number;
  readonly command: Command;
  readonly argument: unknown;
}

export interface Said {
  readonly type: 'ready' | 'answer';
  readonly port: number;
  readonly atlas: SmallAtlas | undefined;
  readonly id: number;
  readonly result: unknown;
  readonly problem: string | undefined;
}
