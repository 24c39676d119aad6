import type { Outcome } from './outcome.ts';

/** What every command knows of the one run that it is part of. */
export interface Session {
  /** Aborted by Ctrl-C and other signals, and by an error that nobody caught. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws when it was deleted. */
  readonly cwd: string;
  /** The configuration file that was loaded, or is being loaded. */
  configFile: string | undefined;
  /** What a command leaves to be printed; one that prints for itself leaves nothing. */
  outcome: Outcome | undefined;
}
