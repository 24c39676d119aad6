import { ttlSecondsOf } from '../cache/answer-from.ts';
import { lengthOf } from '../cache/body.ts';
import type { CacheLayer } from '../cache/cache-layer.ts';
import type { Entry } from '../cache/entry.ts';
import type { ObjectPage, ObjectQuery, StoredObject } from '../inspect.ts';
import { readPaging } from './paging.ts';

interface Found {
  readonly entry: Entry;
  readonly layer: string;
}

/** Stored responses of these layers by path, after the refreshes that are due. */
export function listObjects(
  layers: readonly CacheLayer[],
  query: ObjectQuery,
  nowMs: number,
): ObjectPage {
  const { offset, end } = readPaging(query);
  const isMeant = objectFilter(query);
  const page = createPage(end);
  let total = 0;
  for (const layer of layers) {
    layer.catchUp();
    for (const entry of layer.store.all()) {
      if (!isMeant(entry)) continue;
      page.add({ entry, layer: layer.name });
      total += 1;
    }
  }
  const objects = page.items().slice(offset);
  return { total, objects: objects.map(({ entry, layer }) => describe(entry, layer, nowMs)) };
}

/** The first of many, in order, without sorting all: there may be hundreds of thousands. */
function createPage(size: number): { add(found: Found): void; items(): readonly Found[] } {
  let first: Found[] = [];
  let last: Found | undefined;
  const sort = (): void => {
    first = first.sort(byPath).slice(0, size);
    last = first[size - 1];
  };
  return {
    add: (found) => {
      if (last !== undefined && byPath(found, last) >= 0) return;
      first.push(found);
      if (first.length >= 2 * size) sort();
    },
    items: () => {
      sort();
      return first;
    },
  };
}

/** Sorting is stable: caches stay in their order. */
function byPath(
  { entry: { response: one } }: Found,
  { entry: { response: other } }: Found,
): number {
  if (one.path !== other.path) return one.path < other.path ? -1 : 1;
  if (one.domain === other.domain) return 0;
  return one.domain < other.domain ? -1 : 1;
}

function objectFilter({ domain, tag, text }: ObjectQuery): (entry: Entry) => boolean {
  const part = text?.toLowerCase();
  return ({ response, tags }) =>
    (domain === undefined || response.domain === domain) &&
    (tag === undefined || tags.some(({ name }) => name === tag)) &&
    (part === undefined || response.path.toLowerCase().includes(part));
}

function describe(entry: Entry, layer: string, nowMs: number): StoredObject {
  const { domain, path, status, body, vary, variant } = entry.response;
  const ttlSeconds = ttlSecondsOf(entry, nowMs);
  return {
    layer,
    domain,
    path,
    status,
    tags: entry.tags.map(({ name }) => name),
    lengthBytes: lengthOf(body),
    ageSeconds: Math.floor(entry.ageMsAt(nowMs) / 1000),
    // Rounded up, as the age is down; and never the -0 that this can make.
    ttlSeconds: Math.ceil(ttlSeconds) + 0,
    state: entry.isExpired ? 'expired' : ttlSeconds > 0 ? 'fresh' : 'stale',
    hits: entry.hits,
    ...(vary.length === 0 ? {} : { variant: variantValues(vary, variant) }),
  };
}

/** The store keeps the values of a variant as a list, in the order of their names. */
function variantValues(
  names: readonly string[],
  variant: string,
): Readonly<Record<string, string>> {
  const values: unknown = JSON.parse(variant);
  const list: readonly unknown[] = Array.isArray(values) ? values : [];
  return Object.fromEntries(names.map((name, index) => [name, textOf(list[index])]));
}

/** A header may come as a list, or not at all. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : '';
}
