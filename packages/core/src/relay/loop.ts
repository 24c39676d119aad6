import type { Clock } from '../clock.ts';

export interface LoopOptions {
  /** Does what there is to do. @returns how long to wait for the next turn, in milliseconds */
  readonly turn: () => Promise<number>;
  /** @returns how long to wait before the next turn, in milliseconds. `failures` in a row, at least 1 */
  readonly onFailure: (error: unknown, failures: number) => number;
  readonly clock: Clock;
  /** Ends the loop after the turn that is under way. */
  readonly stopping: AbortSignal;
}

/** Turn after turn until it is stopped. Never rejects. */
export async function runLoop({ turn, onFailure, clock, stopping }: LoopOptions): Promise<void> {
  let failures = 0;
  while (!stopping.aborted) {
    let waitMs: number;
    try {
      waitMs = await turn();
      failures = 0;
    } catch (error) {
      failures += 1;
      waitMs = onFailure(error, failures);
    }
    // An aborted sleep ends the loop by its condition.
    if (waitMs > 0) await clock.sleep(waitMs, stopping).catch(() => {});
  }
}
