import type { Outcome } from './outcome.ts';

/** What every command knows of the one run that it is part of. */
export interface Session {
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** What a command leaves to be printed; one that prints for itself leaves nothing. */
  outcome: Outcome | undefined;
}
