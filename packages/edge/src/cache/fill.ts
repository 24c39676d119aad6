import type { Answer } from './exchange.ts';
import type { Spool } from './spool.ts';

/** What came of asking behind a cache. */
export type Filled =
  /** For all who wait: on its way into the cache, or the copy there that still holds. */
  | {
      readonly kind: 'shared';
      readonly answer: Answer;
      readonly variant: string;
      readonly spool?: Spool;
    }
  /** Not for the cache: for the one who asked. */
  | { readonly kind: 'passed'; readonly answer: Answer };

/** One question to the layer behind, with all who wait for its answer. */
export class Fill {
  readonly #controller = new AbortController();
  readonly #settled: Promise<Filled>;
  #waiting = 0;

  /** @param ask its signal is aborted when nobody waits for the answer, or for the body, any more */
  constructor(ask: (controller: AbortController) => Promise<Filled>) {
    this.#settled = ask(this.#controller);
    // Whoever waits hears of it; maybe nobody does.
    this.#settled.catch(() => {});
  }

  /** @param signal the visitor's: when all who wait have left, the question ends */
  async join(signal: AbortSignal): Promise<Filled> {
    this.#waiting += 1;
    const leave = (): void => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#controller.abort();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    try {
      return await this.#settled;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
