import { isDeepStrictEqual } from 'node:util';

import { readCacheTag } from '@freshtag/core';

import type { CacheKey, CacheValue, Refresh } from './types.ts';

/** One stored response. Replaced, never changed, save for `expired`. */
export interface Entry {
  readonly url: string;
  /** With the query. */
  readonly path: string;
  readonly method: string;
  readonly value: CacheValue;
  readonly body: readonly Buffer[];
  /** Tags that it was stored with. A later 304 does not change them. */
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  /** Set by a refresh without force: asks its origin before it is served again. */
  expired: boolean;
}

export interface EntryLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

export const DEFAULT_ENTRY_LIMITS: EntryLimits = {
  maxEntries: 50_000,
  maxBytes: 512 * 1024 * 1024,
};

/** Stored responses, found by URL and by tag. Bounded: the oldest go first. */
export class Entries {
  readonly #limits: EntryLimits;
  readonly #all = new Set<Entry>();
  readonly #byUrl = new Map<string, Set<Entry>>();
  readonly #byTag = new Map<string, Set<Entry>>();
  #sizeBytes = 0;

  constructor(limits: EntryLimits = DEFAULT_ENTRY_LIMITS) {
    this.#limits = limits;
  }

  /** The stored variant that answers a request, unless undici has given it up by `nowMs`. */
  find(key: CacheKey, nowMs: number): Entry | undefined {
    const variants = this.#byUrl.get(urlOf(key)) ?? [];
    for (const entry of variants) {
      const { deleteAt, vary } = entry.value;
      if (deleteAt > nowMs && entry.method === key.method && varyMatches(key, vary)) return entry;
    }
    return undefined;
  }

  /** Stores a response in the place of the variant that would have answered the same request. */
  put(key: CacheKey, value: CacheValue, body: readonly Buffer[]): void {
    const previous = this.find(key, -Infinity);
    if (previous !== undefined) this.#remove(previous);
    this.#add(createEntry(key, value, body));
    for (const oldest of this.#all) {
      if (this.#all.size <= this.#limits.maxEntries && this.#sizeBytes <= this.#limits.maxBytes)
        break;
      this.#remove(oldest);
    }
  }

  /** The origin said that this response still holds: it is as fresh as on the day it was stored. */
  renew(entry: Entry, nowMs: number): void {
    const { cachedAt, staleAt, deleteAt } = entry.value;
    const value = {
      ...entry.value,
      cachedAt: nowMs,
      staleAt: nowMs + (staleAt - cachedAt),
      deleteAt: nowMs + (deleteAt - cachedAt),
    };
    this.#remove(entry);
    this.#add({ ...entry, value, expired: false });
  }

  removeUrl(key: CacheKey): void {
    for (const entry of this.#byUrl.get(urlOf(key)) ?? []) this.#remove(entry);
  }

  refresh(refresh: Refresh): void {
    for (const entry of this.#select(refresh)) {
      if (refresh.force) this.#remove(entry);
      else entry.expired = true;
    }
  }

  *#select({ tags, matches }: Refresh): Generator<Entry> {
    for (const tag of tags) yield* this.#byTag.get(tag) ?? [];
    if (matches === undefined) return;
    for (const entry of this.#all) if (matches(entry.path)) yield entry;
  }

  #add(entry: Entry): void {
    this.#all.add(entry);
    this.#sizeBytes += entry.sizeBytes;
    link(this.#byUrl, entry.url, entry);
    for (const tag of entry.tags) link(this.#byTag, tag, entry);
  }

  #remove(entry: Entry): void {
    this.#all.delete(entry);
    this.#sizeBytes -= entry.sizeBytes;
    unlink(this.#byUrl, entry.url, entry);
    for (const tag of entry.tags) unlink(this.#byTag, tag, entry);
  }
}

function createEntry(key: CacheKey, value: CacheValue, body: readonly Buffer[]): Entry {
  const bodyBytes = body.reduce((sum, chunk) => sum + chunk.length, 0);
  return {
    url: urlOf(key),
    path: key.path,
    method: key.method,
    value,
    body,
    tags: readCacheTag(value.headers['cache-tag']),
    sizeBytes: bodyBytes + key.path.length + JSON.stringify(value.headers).length,
    expired: false,
  };
}

function urlOf(key: CacheKey): string {
  return key.origin + key.path;
}

function varyMatches(key: CacheKey, vary: CacheValue['vary']): boolean {
  return Object.entries(vary ?? {}).every(([name, value]) =>
    isDeepStrictEqual(key.headers?.[name] ?? null, value ?? null),
  );
}

function link(index: Map<string, Set<Entry>>, name: string, entry: Entry): void {
  const entries = index.get(name);
  if (entries === undefined) index.set(name, new Set([entry]));
  else entries.add(entry);
}

function unlink(index: Map<string, Set<Entry>>, name: string, entry: Entry): void {
  const entries = index.get(name);
  entries?.delete(entry);
  if (entries?.size === 0) index.delete(name);
}
