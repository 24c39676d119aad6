import { OriginError, type Answer } from './exchange.ts';
import type { Spool } from './spool.ts';

/** What came of asking behind a cache. */
export type Filled =
  /** For all who wait: on its way into the cache, or the copy there that still holds. */
  | {
      readonly kind: 'shared';
      readonly answer: Answer;
      readonly variant: string;
      readonly arrivedAtMs: number;
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

  /** Whether it was given up: whoever comes now has to ask anew. */
  get isAborted(): boolean {
    return this.#controller.signal.aborted;
  }

  /** The one who asked has left: the answer's body is not read. Those who read along go on. */
  discard(): void {
    this.#settled.then(
      ({ answer }) => answer.body.leave(),
      () => {},
    );
  }

  /**
   * @param signal the visitor's: when all who wait have left, the question ends. Whoever leaves does
   * not wait for its end
   */
  async join(signal: AbortSignal): Promise<Filled> {
    this.#waiting += 1;
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (): void => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#controller.abort();
      reject(new OriginError(502, 'The visitor has left.'));
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([this.#settled, left]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
