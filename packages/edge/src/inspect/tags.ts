import type { CacheLayer } from '../cache/cache-layer.ts';
import type { TagPage, TagQuery, TagState } from '../inspect.ts';
import { readPaging } from './paging.ts';

/** Tags of what these layers store, after the refreshes that are due. */
export function listTags(layers: readonly CacheLayer[], query: TagQuery): TagPage {
  const { offset, end } = readPaging(query);
  const found = [...countTags(layers, query).values()].sort(
    (one, other) => sum(other.objects) - sum(one.objects) || compare(one.tag, other.tag),
  );
  return { total: found.length, tags: found.slice(offset, end) };
}

interface CountedTag extends TagState {
  readonly objects: Record<string, number>;
}

function countTags(
  layers: readonly CacheLayer[],
  { domain, tag, text }: TagQuery,
): ReadonlyMap<string, CountedTag> {
  const part = text?.toLowerCase();
  const isMeant = (name: string): boolean =>
    (tag === undefined || name === tag) &&
    (part === undefined || name.toLowerCase().includes(part));
  const none = Object.fromEntries(layers.map(({ name }) => [name, 0]));
  const counted = new Map<string, CountedTag>();
  for (const layer of layers) {
    layer.catchUp();
    for (const { response, tags } of layer.store.all()) {
      if (domain !== undefined && response.domain !== domain) continue;
      for (const { name } of tags) {
        if (!isMeant(name)) continue;
        const key = `${response.domain} ${name}`;
        const known = counted.get(key) ?? {
          domain: response.domain,
          tag: name,
          objects: { ...none },
        };
        known.objects[layer.name] = (known.objects[layer.name] ?? 0) + 1;
        counted.set(key, known);
      }
    }
  }
  return counted;
}

function sum(objects: Readonly<Record<string, number>>): number {
  return Object.values(objects).reduce((total, count) => total + count, 0);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
