/** Where an edge answers, and what stands behind it. This file knows nothing else of either. */
export interface Places {
  readonly edge: string;
  readonly origin: string;
  readonly points: readonly string[];
}

/** How many paths are asked for at a time. */
const AT_ONCE = 6;

/** Has every point of presence store each path. */
export async function fill(places: Places, paths: readonly string[]): Promise<void> {
  await forEach(paths, async (path) => {
    for (const point of places.points) await visit(places.edge, path, point);
  });
}

export interface Comparison {
  /** What differs, for people. */
  readonly stale: readonly string[];
  /** Answers that came from a cache. */
  readonly hits: number;
  readonly compared: number;
  /** Answers that differ in the order of lists alone. */
  readonly reordered: number;
}

/**
 * Compares what each point of presence answers with what the origin does now. Entries that were linked by
 * two publishes at once can have the same number in Strapi's join table, each publish having counted
 * without the other; and a database gives those in any order. On MariaDB the origin itself answers now
 * this, now that, when it is asked again and again.
 */
export async function compare(
  { edge, origin, points }: Places,
  paths: readonly string[],
): Promise<Comparison> {
  const stale: string[] = [];
  let [hits, compared, reordered] = [0, 0, 0];
  await forEach(paths, async (path) => {
    const fresh = await visit(origin, path);
    for (const point of points) {
      const seen = await visit(edge, path, point);
      compared += 1;
      if (seen.age > 0 || seen.isHit) hits += 1;
      if (seen.status === fresh.status && seen.text === fresh.text) continue;
      if (seen.status === fresh.status && unordered(seen.text) === unordered(fresh.text))
        reordered += 1;
      else
        stale.push(
          [
            `${point} ${path}`,
            `  edge   ${seen.status} ${seen.tags}\n         ${seen.text.slice(0, 1500)}`,
            `  origin ${fresh.status} ${fresh.tags}\n         ${fresh.text.slice(0, 1500)}`,
          ].join('\n'),
        );
    }
  });
  return { stale, hits, compared, reordered };
}

async function forEach(
  paths: readonly string[],
  work: (path: string) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < paths.length; from += AT_ONCE)
    await Promise.all(paths.slice(from, from + AT_ONCE).map(work));
}

/** The same for texts that differ in the order of lists alone. */
function unordered(text: string): string {
  const sort = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => JSON.stringify(sort(item))).sort();
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, sort(item)]));
  };
  return JSON.stringify(sort(JSON.parse(text)));
}

async function visit(
  base: string,
  path: string,
  point?: string,
): Promise<{ status: number; text: string; tags: string; age: number; isHit: boolean }> {
  const headers = {
    // Apollo answers GET only to those who could not be a plain form.
    'apollo-require-preflight': 'true',
    ...(point !== undefined && { 'x-edge-pop': point }),
  };
  const answer = await fetch(base + path, { headers });
  return {
    status: answer.status,
    text: await answer.text(),
    tags: answer.headers.get('cache-tag') ?? '',
    age: Number(answer.headers.get('age') ?? 0),
    isHit: /hit/i.test(answer.headers.get('x-cache') ?? ''),
  };
}
