/** How a command ended that came to its end. */
export interface Outcome {
  /** What `--json` prints as `result`: plain data. */
  readonly result: Readonly<Record<string, unknown>>;
  /** The same for people. */
  readonly lines: Iterable<string>;
  /** Why not everything was done. */
  readonly error?: unknown;
}

/** Why a run is stopped from outside: a signal. */
export class Signalled extends Error {
  override readonly name = 'Signalled';
  /** What the process shall end with. */
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('Interrupted. Nothing was changed.');
    this.exitCode = exitCode;
  }
}

/** Stopped by a signal; the message says what was done until then. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
