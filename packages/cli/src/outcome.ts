/** How a command ended that came to its end. */
export interface Outcome {
  /** What `--json` prints as `result`: plain data. */
  readonly result: Readonly<Record<string, unknown>>;
  /** The same for people. */
  readonly lines: Iterable<string>;
  /** Why not everything was done. */
  readonly error?: Error | undefined;
}

/** Ended by Ctrl-C; the message says what was done until then. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
