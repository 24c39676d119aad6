import { marksIn, partsLike, type PagePart } from '../site/sketch.ts';

/** A place where a page changed. */
export interface ChangedRegion {
  /** Lines and elements of the new page, of which at least one is new or changed. None: something was removed. */
  readonly lines: readonly string[];
  /** The line before it, which was there already. */
  readonly after: string | undefined;
}

/** What of a page is new, and what was there before. */
export interface PageDifference {
  readonly regions: readonly ChangedRegion[];
  /** Lines in parts that did not change. */
  readonly kept: ReadonlySet<string>;
}

const MOST_PARTS = 2000;

/** Finds where a page changed, from a sketch of what it was. */
export function differenceSince(sketch: string, text: string): PageDifference {
  const before = marksIn(sketch);
  const parts = partsLike(sketch, text).slice(0, MOST_PARTS);
  const isKept = matchParts(
    before,
    parts.map(({ mark }) => mark),
  );
  const kept = new Set(parts.flatMap(({ lines }, index) => (isKept.has(index) ? lines : [])));
  return { regions: regionsOf(parts, { before, isKept }), kept };
}

interface Matches {
  readonly before: readonly string[];
  /** Index of a part of the new page, and of the mark that it has in the old one. */
  readonly isKept: ReadonlyMap<number, number>;
}

function regionsOf(parts: readonly PagePart[], { before, isKept }: Matches): ChangedRegion[] {
  const regions: ChangedRegion[] = [];
  let lines: string[] = [];
  let after: string | undefined;
  let next = 0;
  const close = (until: number): void => {
    if (lines.length > 0 || until > next) regions.push({ lines, after });
    lines = [];
  };
  for (const [index, part] of parts.entries()) {
    const match = isKept.get(index);
    if (match === undefined) {
      lines.push(...part.lines);
      continue;
    }
    close(match);
    next = match + 1;
    after = part.lines.at(-1);
  }
  close(before.length);
  return regions;
}

/** The longest run of marks that both have in the same order. */
function matchParts(before: readonly string[], now: readonly string[]): Map<number, number> {
  const width = now.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        before[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const matches = new Map<number, number>();
  for (let i = 0, j = 0; i < before.length && j < now.length;) {
    if (before[i] === now[j]) {
      matches.set(j, i);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return matches;
}
