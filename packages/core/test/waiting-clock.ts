import type { Clock } from '@freshtag/core';
import type { UnstorageLike } from '@freshtag/core/site';

/** Time that passes only while somebody waits and no storage is at work; others get their turn meanwhile. */
export class WaitingClock implements Clock {
  #nowMs = 0;
  #atWork = 0;

  now(): number {
    return this.#nowMs;
  }

  async sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#atWork > 0) turn = 0;
    }
    this.#nowMs += delayMs;
  }

  /** A storage that stops this clock while it works: a busy machine is slow, and no lease is over for that. */
  watch(storage: UnstorageLike): UnstorageLike {
    const work = async <T>(call: () => Promise<T>): Promise<T> => {
      this.#atWork += 1;
      try {
        return await call();
      } finally {
        this.#atWork -= 1;
      }
    };
    return {
      getItemRaw: (key) => work(() => storage.getItemRaw(key)),
      setItemRaw: (key, value) => work(() => storage.setItemRaw(key, value)),
      removeItem: (key) => work(() => storage.removeItem(key)),
    };
  }
}
