import type { CallFrame } from '../refresh/pack.ts';
import { packDirectories } from '../refresh/pack-directories.ts';
import { urlsOf } from '../site/urls/url-forms.ts';
import { NOT_FOUND_TAG } from '../tags/names.ts';
import type { ChangedPage } from './changes.ts';
import type { CoverSummary } from './cover/cover.ts';
import type { CoverSettings } from './cover/problem.ts';
import type { CoverFigures } from './cover/step.ts';
import type { PlannedPage } from './plan.ts';

/**
 * How a 404 that may be stored for a new page is refreshed: `tag`, by the tag that the origin puts on each
 * 404; `urls`, by every URL form of the page, where the origin cannot be made to send that.
 */
export type NotFoundRefresh = 'tag' | 'urls';

/** A changed page with the URLs of the 404s that may be stored for it, in the place of their tag. */
export function refreshNotFoundByUrl(changed: ChangedPage, domain: string): ChangedPage {
  const { page, copies, ownTags } = changed;
  // Where nothing is known of the edge, nobody knows for which paths it has 404s.
  if (page.reason === 'unknown' || !page.path.startsWith('/')) return changed;
  const left = copies.filter((tags) => !isNotFound(tags));
  if (left.length === copies.length) return changed;
  return {
    page: { ...page, urls: urlsOf(page.path, { domain }) },
    copies: left,
    ownTags: ownTags.filter((tag) => tag !== NOT_FOUND_TAG),
  };
}

function isNotFound(tags: readonly string[]): boolean {
  return tags.length === 1 && tags[0] === NOT_FOUND_TAG;
}

/** All URLs that a plan refreshes one by one, each once, sorted. */
export function plannedUrls(plan: {
  readonly pages: readonly Pick<PlannedPage, 'urls'>[];
}): string[] {
  return [...new Set(plan.pages.flatMap((page) => page.urls ?? []))].sort();
}

/** Calls of one pass that refresh so many URLs. */
export function callsForUrls(
  urls: readonly string[],
  { frame, limits }: { readonly frame: CallFrame; readonly limits: CoverSettings['limits'] },
): number {
  return packDirectories(urls, frame, limits).length;
}

/** What a cover comes to with the calls for URLs, which every step of it takes besides. */
export function withCalls(
  summary: CoverSummary,
  calls: number,
  { costs, maxCalls }: Pick<CoverSettings, 'costs' | 'maxCalls'>,
): CoverSummary {
  if (calls === 0) return summary;
  const more = costs.call * calls;
  const add = <Figures extends CoverFigures>(figures: Figures): Figures => ({
    ...figures,
    calls: figures.calls + calls,
    cost: figures.cost + more,
    isWithinLimits: figures.isWithinLimits && figures.calls + calls <= maxCalls,
  });
  const lowerBound = summary.lowerBound + more;
  const { method, cost } = summary;
  const gap = method === 'exact' || lowerBound === 0 ? 0 : (cost + more) / lowerBound - 1;
  return { ...add(summary), lowerBound, gap, steps: summary.steps.map(add) };
}
