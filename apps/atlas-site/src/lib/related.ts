import { byName, type Entry, type Named } from './entries.ts';

type Find<T> = (id: string) => Promise<T | undefined>;

/**
 * The named entries, sorted by name. Astro warns of an id that no file has any more, and the pages
 * go without it; with `reference()` in the schema it would log an error.
 */
export async function relatedEntries<T extends Entry<Named>>(
  ids: readonly string[],
  find: Find<T>,
): Promise<T[]> {
  return byName(await Promise.all(ids.map(find)));
}
