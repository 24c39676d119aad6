import { Writable } from 'node:stream';

import type { Clock } from '@freshtag/core';

import { DEFAULT_ENTRY_LIMITS, Entries, type EntryLimits } from './entries.ts';
import type { CachedResponse, CacheKey, CacheStore, CacheValue, Refresh } from './types.ts';

interface PendingRefresh extends Refresh {
  readonly dueAtMs: number;
}

/**
 * One cache of the network: undici's store, with refreshes that reach it after a delay.
 *
 * Refreshes need no timer: before anything is read or stored, those that are due by then take effect
 * in order. A response that is stored after a refresh took effect is not touched by it, however long
 * ago its fetch began: a real edge has this hazard too.
 */
export class Layer implements CacheStore {
  readonly #delayMs: number;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #limits: EntryLimits;
  readonly #entries: Entries;
  #pending: readonly PendingRefresh[] = [];

  constructor(
    delayMs: number,
    clock: Pick<Clock, 'now'>,
    limits: EntryLimits = DEFAULT_ENTRY_LIMITS,
  ) {
    this.#delayMs = delayMs;
    this.#clock = clock;
    this.#limits = limits;
    this.#entries = new Entries(limits);
  }

  /** @returns when the refresh takes effect here */
  refresh(refresh: Refresh, acceptedAtMs: number): number {
    this.#catchUp();
    const dueAtMs = acceptedAtMs + this.#delayMs;
    this.#pending = [...this.#pending, { ...refresh, dueAtMs }];
    return dueAtMs;
  }

  get(key: CacheKey): CachedResponse | undefined {
    this.#catchUp();
    const entry = this.#entries.find(key, Date.now());
    if (entry === undefined) return undefined;
    const { value, body, expired } = entry;
    const directives = value.cacheControlDirectives ?? {};
    if (!expired) return { ...value, body, cacheControlDirectives: directives };
    // Stale since it was stored, and no stale-while-revalidate: undici asks before it serves this.
    return {
      ...value,
      body,
      staleAt: value.cachedAt,
      cacheControlDirectives: { ...directives, 'must-revalidate': true },
    };
  }

  createWriteStream(key: CacheKey, value: CacheValue): Writable {
    const body: Buffer[] = [];
    const { maxBytes } = this.#limits;
    let sizeBytes = 0;
    return new Writable({
      write(chunk: Buffer, _encoding, callback) {
        sizeBytes += chunk.length;
        // Without an error: undici goes on to answer the visitor and stores nothing.
        if (sizeBytes > maxBytes) this.destroy();
        else body.push(chunk);
        callback();
      },
      final: (callback) => {
        this.#catchUp();
        this.#entries.put(key, value, body);
        callback();
      },
      // Without its error: undici would answer a broken fill by deleting what is stored for the URL.
      destroy: (_error, callback) => callback(null),
    });
  }

  delete(key: CacheKey): void {
    this.#catchUp();
    this.#entries.removeUrl(key);
  }

  /** The origin answered 304 for the copy that this request would get. Body and tags stay. */
  renew(key: CacheKey): void {
    this.#catchUp();
    const nowMs = Date.now();
    const entry = this.#entries.find(key, nowMs);
    if (entry !== undefined) this.#entries.renew(entry, nowMs);
  }

  #catchUp(): void {
    const nowMs = this.#clock.now();
    const due = this.#pending.filter(({ dueAtMs }) => dueAtMs <= nowMs);
    if (due.length === 0) return;
    this.#pending = this.#pending.filter(({ dueAtMs }) => dueAtMs > nowMs);
    for (const refresh of due) this.#entries.refresh(refresh);
  }
}
