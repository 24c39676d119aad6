import type { Body } from './body.ts';

export interface SpoolOptions {
  readonly lengthBytes: number | undefined;
  /** Called when the last reader left before the end. */
  readonly onAbandoned: () => void;
}

const WINDOW_BYTES = 256 * 1024;

/**
 * A body on its way, for as many readers as want it. It is kept until {@link Spool.letGo}: then only
 * what its slowest reader has still to read, and the source waits for that one.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #readers = new Set<SpoolReader>();
  #chunks: Buffer[] = [];
  /** Number of the first chunk that is still there. */
  #base = 0;
  #sizeBytes = 0;
  #keeps = true;
  #state: 'flowing' | 'ended' | { readonly error: unknown } = 'flowing';
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

  /** Whether somebody who comes now can still read it from its beginning. */
  get isComplete(): boolean {
    return this.#keeps;
  }

  /** @returns when there is room for more */
  async append(chunk: Buffer): Promise<void> {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    this.#wake();
    while (!this.#keeps && this.#state === 'flowing' && this.#waitingBytes() > WINDOW_BYTES) {
      await this.#changed.promise;
    }
  }

  end(): void {
    if (this.#state === 'flowing') this.#state = 'ended';
    this.#wake();
  }

  fail(error: unknown): void {
    if (this.#state === 'flowing') this.#state = { error };
    this.#wake();
  }

  /** It is not going to be stored: what all readers have read may go. */
  letGo(): void {
    this.#keeps = false;
    this.#forget();
  }

  open(): Body {
    const reader = new SpoolReader();
    this.#readers.add(reader);
    return {
      lengthBytes: this.#options.lengthBytes,
      read: () => this.#read(reader),
      cancel: () => this.#leave(reader),
      leave: () => this.#detach(reader),
    };
  }

  async *#read(reader: SpoolReader): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        if (!this.#readers.has(reader)) throw new Error('Nobody reads this body any more.');
        const chunk = this.#chunks[reader.next - this.#base];
        if (chunk !== undefined) {
          reader.next += 1;
          if (!this.#keeps) this.#forget();
          yield chunk;
        } else if (this.#state === 'flowing') {
          await this.#changed.promise;
        } else if (this.#state === 'ended') {
          return;
        } else {
          throw this.#state.error;
        }
      }
    } finally {
      this.#leave(reader);
    }
  }

  #leave(reader: SpoolReader): void {
    if (!this.#detach(reader)) return;
    if (this.#readers.size === 0 && this.#state === 'flowing') this.#options.onAbandoned();
  }

  #detach(reader: SpoolReader): boolean {
    if (!this.#readers.delete(reader)) return false;
    if (!this.#keeps) this.#forget();
    this.#wake();
    return true;
  }

  #slowest(): number {
    const positions = [...this.#readers].map(({ next }) => next);
    return Math.min(this.#base + this.#chunks.length, ...positions);
  }

  #forget(): void {
    const read = this.#slowest() - this.#base;
    if (read === 0) return;
    this.#chunks = this.#chunks.slice(read);
    this.#base += read;
    this.#wake();
  }

  #waitingBytes(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}

/** How far a reader is, in chunks. */
class SpoolReader {
  next = 0;
}
