import { PAGE_GROUPS, type PageToVerify } from './page.ts';

/** Numbers from 0 to 1 that are the same for the same seed: mulberry32, by Tommy Ettinger. */
export function seededRandom(seed: number): () => number {
  let state = Math.trunc(seed) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * So many pages, group by group: all that are unsettled before the first that only changed, and
 * so on; within the group that does not fit as a whole, by chance.
 */
export function samplePages(
  pages: readonly PageToVerify[],
  size: number,
  random: () => number,
): PageToVerify[] {
  let chosen: readonly PageToVerify[] = [];
  for (const group of PAGE_GROUPS) {
    const members = pages.filter((page) => (page.group ?? 'other') === group);
    const room = size - chosen.length;
    chosen = [...chosen, ...(members.length <= room ? members : pick(members, room, random))];
  }
  return [...chosen];
}

/** The first steps of a Fisher-Yates shuffle. */
function pick<T>(items: readonly T[], size: number, random: () => number): T[] {
  const rest = [...items];
  for (let index = 0; index < size; index += 1) {
    const other = index + Math.floor(random() * (rest.length - index));
    const [a, b] = [rest[index], rest[other]];
    if (a === undefined || b === undefined) break;
    rest[index] = b;
    rest[other] = a;
  }
  return rest.slice(0, size);
}
