import type { FuzzCase } from './fuzz-case.ts';

/** What has been played, told on a terminal as it goes. */
export class Counts {
  readonly #startedAtMs = Date.now();
  readonly #byKind = new Map<string, number>();
  #batches = 0;
  #warmBytes: number | undefined;
  #lastBytes = 0;

  add(cases: readonly FuzzCase[]): void {
    this.#batches += 1;
    for (const { kind } of cases) this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
    if (process.stdout.isTTY) process.stdout.write(`\r${this.summary()} …`);
  }

  /** @returns how much memory has grown since it was first asked for */
  remember(rssBytes: number): number {
    this.#warmBytes ??= rssBytes;
    this.#lastBytes = rssBytes;
    return rssBytes - this.#warmBytes;
  }

  summary(): string {
    const kinds = [...this.#byKind].map(([kind, count]) => `${count} ${kind}`);
    const sum = [...this.#byKind.values()].reduce((total, count) => total + count, 0);
    const seconds = Math.round((Date.now() - this.#startedAtMs) / 1000);
    const memory =
      this.#warmBytes === undefined
        ? ''
        : `, memory ${mb(this.#warmBytes)} → ${mb(this.#lastBytes)} MB`;
    return `${sum} connections (${kinds.join(', ')}) in ${this.#batches} batches, ${seconds} s${memory}`;
  }
}

function mb(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}
