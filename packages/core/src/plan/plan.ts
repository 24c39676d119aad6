import type { EdgeState } from '../site/edge-state.ts';
import { buildId, type Manifest, type ManifestPage } from '../site/manifest.ts';
import { ALL_PAGES_TAG, isPageTag, NOT_FOUND_TAG, pageTag } from '../tags/names.ts';

/**
 * Why a page is in a plan.
 * - `changed`: its bytes changed; `tags-changed`: its tags alone did.
 * - `new`: not built before; a 404 may be stored for it. `removed`: not built any more.
 * - `unsettled`: an earlier refresh of it did not end well, so old copies may be stored.
 * - `unknown`: there is no edge state, so any copy may be stored, of pages that are long gone too.
 */
export const PLAN_REASONS = [
  'changed',
  'tags-changed',
  'new',
  'removed',
  'unsettled',
  'unknown',
] as const;

export type PlanReason = (typeof PLAN_REASONS)[number];

export interface PlannedPage {
  readonly path: string;
  readonly reason: PlanReason;
  /** Tags that together hit every copy of it that may be stored. Empty for what is never stored old. */
  readonly refresh: readonly string[];
  /** Digest that every stored copy has; `null` while copies of several builds may be stored, or none. */
  readonly stored: string | null;
  /** What every stored copy is once they are refreshed; `null` for a removed page. */
  readonly target: Omit<ManifestPage, 'path'> | null;
}

/** What to refresh, and why. */
export interface Plan {
  readonly version: 1;
  readonly domain: string;
  readonly environment: string;
  /** The build that it leads to. */
  readonly build: string;
  /** Pages to refresh, sorted by path. */
  readonly pages: readonly PlannedPage[];
  /** How many pages stay as they are. */
  readonly unchanged: number;
}

/**
 * Compares what the edge may hold with what was built. Every changed page is hit by its own tag,
 * which each stored copy of it carries and no other page, so that nothing else is refreshed.
 */
export function planRefresh(
  state: EdgeState | undefined,
  manifest: Manifest,
  site: { readonly domain: string; readonly environment: string },
): Plan {
  const built = manifest.pages.map((page) => planBuiltPage(page, state));
  const paths = new Set(manifest.pages.map((page) => page.path));
  const removed = [...(state?.pages ?? [])]
    .filter(([path]) => !paths.has(path))
    .map(([path, held]): PlannedPage => {
      const refresh = held.immutable ? [] : ownTags(path, held.tags);
      return { path, reason: 'removed', refresh, stored: held.digest, target: null };
    });
  const forgotten = state === undefined ? [EVERYTHING_STORED] : [];
  const pages = [...built.filter((page) => page !== undefined), ...removed, ...forgotten];
  pages.sort((a, b) => (a.path < b.path ? -1 : 1));
  const unchanged = built.filter((page) => page === undefined).length;
  return { version: 1, ...site, build: buildId(manifest), pages, unchanged };
}

/**
 * Without an edge state nobody knows which pages there were. This stands for all of them, in the
 * plan and then in the state, until it was refreshed to the end.
 */
const EVERYTHING_STORED: PlannedPage = {
  path: '*',
  reason: 'unknown',
  refresh: [ALL_PAGES_TAG, NOT_FOUND_TAG],
  stored: null,
  target: null,
};

/** All tags that a plan refreshes, each once, sorted. */
export function plannedTags(plan: Plan): string[] {
  return [...new Set(plan.pages.flatMap((page) => page.refresh))].sort();
}

/** One line for people: `www.example.com (production): 3 changed, 1 new: 4 tags; 620 pages unchanged`. */
export function describePlan(plan: Plan): string {
  const counts = PLAN_REASONS.map((reason) => [
    reason,
    plan.pages.filter((page) => page.reason === reason).length,
  ]).filter(([, count]) => count !== 0);
  const reasons = counts.map(([reason, count]) => `${count} ${reason}`).join(', ');
  const what =
    counts.length === 0 ? 'nothing to refresh' : `${reasons}: ${plannedTags(plan).length} tags`;
  return `${plan.domain} (${plan.environment}): ${what}; ${plan.unchanged} pages unchanged`;
}

function planBuiltPage(page: ManifestPage, state: EdgeState | undefined): PlannedPage | undefined {
  const { path, ...target } = page;
  const planned = (reason: PlanReason, refresh: readonly string[]): PlannedPage => ({
    path,
    reason,
    refresh,
    stored: state?.pages.get(path)?.digest ?? null,
    target,
  });
  if (state === undefined) return planned('unknown', EVERYTHING_STORED.refresh);
  const held = state.pages.get(path);
  if (held === undefined) return planned('new', [NOT_FOUND_TAG]);
  if (held.digest === null) return planned('unsettled', ownTags(path, held.tags));
  if (held.digest !== page.digest) return planned('changed', ownTags(path, held.tags));
  const same = sameTags(held.tags, page.tags);
  return same ? undefined : planned('tags-changed', ownTags(path, held.tags));
}

/**
 * Every copy that was ever stored of a page carries a page tag of its own, except a stored 404. A
 * copy without one was not tagged by us; then any of its tags may be all that it has.
 */
function ownTags(path: string, held: readonly string[]): string[] {
  const missing = held.filter((tag) => tag === NOT_FOUND_TAG);
  const own = pageTag(path);
  if (held.includes(own)) return [own, ...missing];
  const pageTags = held.filter(isPageTag);
  return pageTags.length > 0 ? [...pageTags, ...missing] : [...held];
}

function sameTags(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length;
}
