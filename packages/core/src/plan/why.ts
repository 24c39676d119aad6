import type { EdgePage } from '../site/edge-state.ts';
import { normalizersOf } from '../site/digest.ts';
import { differenceSince, type ChangedRegion, type PageDifference } from './changed-regions.ts';
import { findCommonLines, type CommonLines } from './common-lines.ts';
import type { PlannedPage, PlanReason } from './plan.ts';
import { shorten } from './shorten.ts';

/** A change, short enough to be shown. */
export interface ShownRegion {
  /** What is new or changed, or stands next to it. Empty: something was removed. */
  readonly text: string;
  /** What stands before it and did not change. */
  readonly after: string;
}

/** Why one page is in a plan, in more than its reason. */
export interface PageWhy {
  readonly path: string;
  readonly reason: PlanReason;
  /** Where its content changed; the first places. Not where no sketch of it was kept. */
  readonly regions?: readonly ShownRegion[];
  /** How many more places there are. */
  readonly moreRegions?: number;
  /** What is taken for noise is not what it was, so that it cannot be told whether it changed. */
  readonly normalizers?: { readonly before: readonly string[]; readonly now: readonly string[] };
  readonly tags?: { readonly added: readonly string[]; readonly removed: readonly string[] };
}

/** Why pages are in a plan. Bounded, however many there are. */
export interface PlanWhy {
  /** The first pages of the plan. */
  readonly pages: readonly PageWhy[];
  /** How many more there are. */
  readonly morePages: number;
  /** Lines by which most of the changed pages changed. */
  readonly common?: CommonLines | undefined;
  /** Pages that are planned because other normalisers were applied than before. */
  readonly renormalized: number;
}

/** A planned page with what is needed to say why. */
export interface ExplainedPage {
  readonly page: PlannedPage;
  readonly held: EdgePage | undefined;
  /** Its content now, where a sketch of what it was is kept. */
  readonly text: string | undefined;
}

const MOST_PAGES = 1000;
const MOST_REGIONS = 3;
const MOST_TAGS = 10;

/** Says why pages are in a plan, from what the edge holds of them and what they are now. */
export function explainPages(pages: Iterable<ExplainedPage>): PlanWhy {
  const shown: PageWhy[] = [];
  const differences: PageDifference[] = [];
  let count = 0;
  let renormalized = 0;
  for (const explained of pages) {
    const difference = differenceOf(explained);
    if (difference !== undefined) differences.push(difference);
    const why = whyOf(explained, difference);
    count += 1;
    if (why.normalizers !== undefined) renormalized += 1;
    if (shown.length < MOST_PAGES) shown.push(why);
  }
  const common = findCommonLines(differences);
  return {
    pages: shown,
    morePages: count - shown.length,
    ...(common === undefined ? {} : { common }),
    renormalized,
  };
}

function differenceOf({ page, held, text }: ExplainedPage): PageDifference | undefined {
  const isChanged = page.reason === 'changed' && held?.sketch !== undefined && text !== undefined;
  return isChanged ? differenceSince(held.sketch, text) : undefined;
}

function whyOf({ page, held }: ExplainedPage, difference: PageDifference | undefined): PageWhy {
  const { path, reason, target } = page;
  const before = normalizersOf(held?.digest ?? '');
  const now = normalizersOf(target?.digest ?? '');
  const isRenormalized = reason === 'changed' && before.join(' ') !== now.join(' ');
  return {
    path,
    reason,
    ...(difference === undefined ? {} : showRegions(difference.regions)),
    ...(isRenormalized ? { normalizers: { before, now } } : {}),
    ...(reason === 'tags-changed'
      ? { tags: compareTags(held?.tags ?? [], target?.tags ?? []) }
      : {}),
  };
}

function showRegions(regions: readonly ChangedRegion[]): Pick<PageWhy, 'regions' | 'moreRegions'> {
  const shown = regions
    .slice(0, MOST_REGIONS)
    .map(({ lines, after = '' }) => ({ text: shorten(lines.join('')), after: shorten(after, 60) }));
  return { regions: shown, moreRegions: regions.length - shown.length };
}

function compareTags(before: readonly string[], now: readonly string[]): PageWhy['tags'] & object {
  return {
    added: now.filter((tag) => !before.includes(tag)).slice(0, MOST_TAGS),
    removed: before.filter((tag) => !now.includes(tag)).slice(0, MOST_TAGS),
  };
}
