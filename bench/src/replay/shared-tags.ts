// Whether shared tags could help at all. Imports nothing of freshtag.
import type { ServedFile } from './truth.ts';

/** Part of the unchanged HTML pages, as a number of files, that tags of several pages may drop. */
const ALLOWED_OVER = 0.01;
const TAGS_A_CALL = 100;

/**
 * The fewest calls that any choice of tags could need, each tag allowed to drop as many unchanged
 * files as one in a hundred of the unchanged HTML pages: no choice that keeps to this for all its tags together can need fewer.
 *
 * @param stale copies that must go, with the tags that they were stored with
 */
export function fewestCalls(
  stale: readonly ServedFile[],
  unchanged: readonly ServedFile[],
): number {
  const drops = countByTag(unchanged);
  const hits = countByTag(stale);
  const most = unchanged.filter(({ isHtml }) => isHtml).length * ALLOWED_OVER;
  const isUseful = (tag: string): boolean =>
    (hits.get(tag) ?? 0) > 1 && (drops.get(tag) ?? 0) <= most;
  const alone = stale.filter(({ tags }) => !tags.some(isUseful)).length;
  const tags = alone + (alone < stale.length ? 1 : 0);
  return Math.ceil(tags / TAGS_A_CALL);
}

function countByTag(files: readonly ServedFile[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { tags } of files) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return counts;
}
