import { invalidOption, type Clock } from '@freshtag/core';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward and ends every sleep that is over by then, earliest first. A sleep that begins
   * in answer to that counts from the new time.
   */
  advance(durationMs: number): void;
}

interface Sleeper {
  readonly dueAtMs: number;
  readonly wake: () => void;
}

const DEFAULT_START_MS = Date.UTC(2026, 0, 1);

/**
 * Time for tests: give the same clock to the edge and to the client that signs calls to it.
 *
 * @param startMs milliseconds since the epoch. Default: the beginning of 2026
 */
export function createManualClock(startMs: number = DEFAULT_START_MS): ManualClock {
  let nowMs = startMs;
  let sleepers: readonly Sleeper[] = [];

  return {
    now: () => nowMs,
    sleep: async (delayMs, signal) => {
      signal?.throwIfAborted();
      if (delayMs <= 0) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { dueAtMs: nowMs + delayMs, wake: resolve };
      sleepers = [...sleepers, sleeper];
      const stop = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
      try {
        await promise;
      } finally {
        signal?.removeEventListener('abort', stop);
        sleepers = sleepers.filter((other) => other !== sleeper);
      }
    },
    advance: (durationMs) => {
      if (!(durationMs >= 0)) throw invalidOption('durationMs', durationMs, '0 or more');
      nowMs += durationMs;
      const due = sleepers.filter(({ dueAtMs }) => dueAtMs <= nowMs);
      for (const { wake } of due.toSorted((a, b) => a.dueAtMs - b.dueAtMs)) wake();
    },
  };
}
