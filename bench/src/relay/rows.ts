/** What is carried: the same for every queue. */
export interface TagRow {
  readonly domain: string;
  readonly tag: string;
  readonly force: true;
  readonly subject: string;
  readonly actor: string;
}

export const DISTINCT_TAGS = 2000;
export const DOMAIN = 'www.example.com';

/** So many rows over 2,000 distinct tags, each of them at least once, and the same in every run. */
export function makeRows(count: number): TagRow[] {
  const random = createRandom(7);
  return Array.from({ length: count }, (_, index) => {
    const entry = index < DISTINCT_TAGS ? index : Math.floor(random() * DISTINCT_TAGS);
    const tag = `article:${entry}`;
    return { domain: DOMAIN, tag, force: true, subject: tag, actor: 'ada' };
  });
}

/** From 0 to 1, the same in every run (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}
