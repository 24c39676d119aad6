import { lengthOfChunks, type Body } from './body.ts';

export interface SpoolOptions {
  readonly lengthBytes: number | undefined;
  /** How far one reader may be behind another while nothing is kept for long; it is cut off then. */
  readonly maxLagBytes: number;
  /** Called when there is no reader left before the end, and nobody stores it. */
  readonly onAbandoned: () => void;
  /** Called when it has come to an end and the last reader has left. */
  readonly onDrained: () => void;
}

/** An end: all is there, nobody waited for it, its source failed, or it was read and is gone. */
type Ending = 'ended' | 'abandoned' | 'drained' | { readonly error: unknown };

/** How far a reader is. A class for its identity. */
class Reader {
  /** Number of the next chunk. */
  next = 0;
}

const WINDOW_BYTES = 256 * 1024;

/**
 * A body on its way, for as many readers as want it. All of it is kept until {@link Spool.letGo}: then
 * only what some reader has still to read, and the source waits for the fastest of them.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #readers = new Set<Reader>();
  #chunks: Buffer[] = [];
  /** Number of the first chunk that is still there. */
  #base = 0;
  #sizeBytes = 0;
  #keeps = true;
  #state: 'flowing' | Ending = 'flowing';
  #changed = Promise.withResolvers<void>();

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  get chunks(): readonly Buffer[] {
    return this.#chunks;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Whether all of it is kept until its end. */
  get keeps(): boolean {
    return this.#keeps;
  }

  /** Whether somebody who comes now can read it from its beginning to its end. */
  get isJoinable(): boolean {
    return this.#keeps && (this.#state === 'flowing' || this.#state === 'ended');
  }

  /** @returns when there is room for more */
  async append(chunk: Buffer): Promise<void> {
    if (!this.#keeps && this.#readers.size === 0) return;
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    this.#wake();
    while (this.#mustWait()) await this.#changed.promise;
  }

  end(): void {
    this.#close('ended');
  }

  fail(error: unknown): void {
    this.#close({ error });
  }

  /** It is not going to be stored: what all readers have read may go. */
  letGo(): void {
    this.#keeps = false;
    this.#forget();
    this.#abandonIfAlone();
  }

  open(): Body {
    const reader = new Reader();
    this.#readers.add(reader);
    return {
      lengthBytes: this.#options.lengthBytes,
      read: () => this.#read(reader),
      cancel: () => this.#cancel(reader),
      leave: () => {
        if (this.#remove(reader) && !this.#keeps) this.#abandonIfAlone();
      },
    };
  }

  async *#read(reader: Reader): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        if (!this.#readers.has(reader)) throw new Error('This reader was cut off.');
        const chunk = this.#chunks[reader.next - this.#base];
        if (chunk !== undefined) {
          reader.next += 1;
          if (!this.#keeps) this.#readOn();
          yield chunk;
        } else if (this.#state === 'flowing') {
          await this.#changed.promise;
        } else if (typeof this.#state === 'object') {
          throw this.#state.error;
        } else {
          return;
        }
      }
    } finally {
      this.#cancel(reader);
    }
  }

  #cancel(reader: Reader): void {
    if (this.#remove(reader)) this.#abandonIfAlone();
  }

  #remove(reader: Reader): boolean {
    if (!this.#readers.delete(reader)) return false;
    if (!this.#keeps) this.#forget();
    this.#wake();
    this.#drainIfDone();
    return true;
  }

  #abandonIfAlone(): void {
    if (this.#readers.size > 0 || this.#state !== 'flowing') return;
    this.#close('abandoned');
    this.#options.onAbandoned();
  }

  #close(ending: Ending): void {
    if (this.#state === 'flowing') this.#state = ending;
    this.#wake();
    this.#drainIfDone();
  }

  #drainIfDone(): void {
    const isOver = this.#state !== 'flowing' && this.#state !== 'drained';
    if (!isOver || this.#readers.size > 0) return;
    this.#state = 'drained';
    this.#chunks = [];
    this.#options.onDrained();
  }

  /** Whether even the fastest reader has enough to read. Who is too far behind it is cut off. */
  #mustWait(): boolean {
    if (this.#keeps || this.#state !== 'flowing') return false;
    const lags = [...this.#readers].map((reader) => ({ reader, bytes: this.#lagBytes(reader) }));
    const least = lags.reduce((lowest, { bytes }) => Math.min(lowest, bytes), Infinity);
    for (const { reader, bytes } of lags)
      if (bytes - least > this.#options.maxLagBytes) this.#remove(reader);
    return least !== Infinity && least > WINDOW_BYTES;
  }

  #lagBytes({ next }: Reader): number {
    return lengthOfChunks(this.#chunks.slice(next - this.#base));
  }

  /** The source waits for the fastest reader, so it hears of each step, also where nothing can go. */
  #readOn(): void {
    this.#forget();
    this.#wake();
  }

  #forget(): void {
    const end = this.#base + this.#chunks.length;
    const slowest = [...this.#readers].reduce((least, { next }) => Math.min(least, next), end);
    const read = slowest - this.#base;
    if (read === 0) return;
    this.#chunks = this.#chunks.slice(read);
    this.#base = slowest;
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}
