import type { Clock } from '../clock.ts';

const WINDOW_MS = 1000;

/**
 * Lets at most `maxPerSecond` callers pass in any sliding second. Counts back from when callers
 * passed, so that it needs no timer of its own and no fixed window can let two bursts meet.
 */
export function createPace(
  maxPerSecond: number,
  clock: Clock,
): (signal?: AbortSignal) => Promise<void> {
  const passedAtMs: number[] = [];
  return async (signal) => {
    for (;;) {
      signal?.throwIfAborted();
      const waitMs = (passedAtMs[0] ?? Number.NEGATIVE_INFINITY) + WINDOW_MS + 1 - clock.now();
      if (passedAtMs.length < maxPerSecond || waitMs <= 0) break;
      await clock.sleep(waitMs, signal);
    }
    passedAtMs.push(clock.now());
    if (passedAtMs.length > maxPerSecond) passedAtMs.shift();
  };
}
