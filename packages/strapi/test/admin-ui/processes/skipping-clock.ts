import type { Clock } from '@freshtag/core';

/** The time that it is, until somebody has it jump ahead. */
export interface SkippingClock extends Clock {
  /** Ends every sleep that is over by then. */
  readonly skip: (durationMs: number) => void;
}

export function createSkippingClock(): SkippingClock {
  let aheadMs = 0;
  const sleepers = new Set<() => void>();
  const now = (): number => Date.now() + aheadMs;
  return {
    now,
    sleep: async (delayMs, signal) => {
      signal?.throwIfAborted();
      const endMs = now() + delayMs;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let timer: NodeJS.Timeout | undefined;
      const wait = (): void => {
        clearTimeout(timer);
        if (now() >= endMs) resolve();
        else timer = setTimeout(wait, endMs - now());
      };
      const stop = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
      sleepers.add(wait);
      wait();
      try {
        await promise;
      } finally {
        clearTimeout(timer);
        sleepers.delete(wait);
        signal?.removeEventListener('abort', stop);
      }
    },
    skip: (durationMs) => {
      aheadMs += durationMs;
      for (const wake of sleepers) wake();
    },
  };
}
