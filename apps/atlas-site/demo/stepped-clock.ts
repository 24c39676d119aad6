import type { Clock } from '@freshtag/core';

/** A clock that passes only while somebody sleeps, in steps between which the world goes on. */
export interface SteppedClock extends Clock {
  /** Called after each step. */
  onStep: (() => Promise<void>) | undefined;
}

const STEP_MS = 1000;

export function createSteppedClock(startMs: number): SteppedClock {
  let nowMs = startMs;
  const clock: SteppedClock = {
    onStep: undefined,
    now: () => nowMs,
    sleep: async (delayMs, signal) => {
      const endMs = nowMs + delayMs;
      while (nowMs < endMs) {
        signal?.throwIfAborted();
        nowMs = Math.min(nowMs + STEP_MS, endMs);
        await clock.onStep?.();
      }
    },
  };
  return clock;
}
