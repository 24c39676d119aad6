import type { ChangedRegion, PageDifference } from './changed-regions.ts';
import { shorten } from './shorten.ts';

/** The same few lines, by which most pages changed. */
export interface CommonLines {
  /** Pages that changed by these lines and by nothing else that was found. */
  readonly pages: number;
  /** Pages whose changes were looked at. */
  readonly of: number;
  readonly lines: readonly string[];
  /** How many more lines there are. */
  readonly moreLines: number;
}

/** Fewer pages have nothing in common that is worth a line. */
const LEAST_PAGES = 4;
const MOST_LINES = 5;
const MOST_COUNTED = 100_000;

/** Finds lines that are new or changed in more than half of the pages. */
export function findCommonLines(differences: readonly PageDifference[]): CommonLines | undefined {
  if (differences.length < LEAST_PAGES) return undefined;
  const kept = new Set<string>();
  for (const difference of differences) for (const line of difference.kept) kept.add(line);
  const counts = new Map<string, number>();
  for (const difference of differences) {
    for (const line of new Set(changesOf(difference))) {
      // A line that stands in an unchanged part of some page is not what changed.
      if (kept.has(line) || (counts.size > MOST_COUNTED && !counts.has(line))) continue;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
  }
  const common = [...counts].filter(([, count]) => count > differences.length / 2);
  if (common.length === 0) return undefined;
  const lines = new Set(common.map(([line]) => line));
  const pages = differences.filter((difference) => isExplainedBy(difference, lines)).length;
  const shown = [...lines].slice(0, MOST_LINES);
  return {
    pages,
    of: differences.length,
    lines: shown.map((line) => shorten(line)),
    moreLines: lines.size - shown.length,
  };
}

function isExplainedBy({ regions }: PageDifference, lines: ReadonlySet<string>): boolean {
  return regions.every((region) => linesOf(region).some((line) => lines.has(line)));
}

function changesOf({ regions }: PageDifference): string[] {
  return regions.flatMap(linesOf).filter((line) => line.trim() !== '');
}

/** What was removed cannot be shown; the line before it can. */
function linesOf({ lines, after = 'the beginning' }: ChangedRegion): string[] {
  return lines.length > 0 ? [...lines] : [`(something removed after) ${after}`];
}
