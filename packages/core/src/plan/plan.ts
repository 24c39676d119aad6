import type { EdgeState } from '../site/edge-state.ts';
import { buildId, digestOfPieces, type Manifest, type ManifestPage } from '../site/manifest.ts';
import { ALL_PAGES_TAG, NOT_FOUND_TAG } from '../tags/names.ts';
import { comparePages, EVERYTHING, type ChangedPage } from './changes.ts';
import { findCover, type CoverSummary, type Hit } from './cover/cover.ts';
import { callsForTags } from './cover/objective.ts';
import type { CoverSettings, Need } from './cover/problem.ts';
import { directoryTarget, isDirectory, pathOfDirectory } from './cover/target.ts';
import { callsForUrls, plannedUrls, refreshNotFoundByUrl, withCalls } from './not-found.ts';
import { resolveCoverSettings, type PlanRefreshOptions } from './options.ts';

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
  /**
   * Tags that together, with `directories`, hit every copy of it that may be stored; other pages may
   * share them. Empty for what is never stored old.
   */
  readonly refresh: readonly string[];
  /** URL paths of directories that must be refreshed too. */
  readonly directories?: readonly string[] | undefined;
  /** Whole URLs that must be refreshed too, where 404s are not refreshed by their tag. */
  readonly urls?: readonly string[] | undefined;
  /** Digest that every stored copy has; `null` while copies of several builds may be stored, or none. */
  readonly stored: string | null;
  /** What every stored copy is once they are refreshed; `null` for a removed page. */
  readonly target: Omit<ManifestPage, 'path'> | null;
}

/** What to refresh, and why. */
export interface Plan {
  /** 1 was written before plans had directories and costs. */
  readonly version: 1 | 2;
  readonly domain: string;
  readonly environment: string;
  /**
   * Names the build that it leads to and what it refreshes for it: another plan for the same build, made
   * when the edge held something else, has another name.
   */
  readonly build: string;
  /** Pages to refresh, sorted by path. */
  readonly pages: readonly PlannedPage[];
  /** How many pages stay as they are. */
  readonly unchanged: number;
  /** What it costs; not in a plan of version 1. */
  readonly cover?: PlanCover | undefined;
}

export interface PlanCover extends CoverSummary {
  /** URLs that are refreshed one by one, where 404s are; the calls have theirs. */
  readonly urls?: number | undefined;
  /** What it would take to refresh each page by its own tag. */
  readonly oneTagAPage: { readonly tags: number; readonly calls: number };
}

/**
 * Compares what the edge may hold with what was built, and chooses the tags that hit every changed
 * page at the least cost. A page can always be hit by its own tag, which no other carries; a tag that
 * several share is taken where it saves more than the unchanged pages that it drops are worth.
 *
 * @throws FreshtagError `INVALID_OPTION`
 */
export function planRefresh(
  state: EdgeState | undefined,
  manifest: Manifest,
  { domain, environment }: { readonly domain: string; readonly environment: string },
  { notFound = 'tag', ...options }: PlanRefreshOptions = {},
): Plan {
  const settings = resolveCoverSettings(options, domain);
  const { changed: all, unchanged, isForgotten } = comparePages(state, manifest);
  const byUrl = notFound === 'urls';
  const changed = byUrl ? all.map((page) => refreshNotFoundByUrl(page, domain)) : all;
  const urls = byUrl ? plannedUrls({ pages: changed.map(({ page }) => page) }) : [];
  const callsBesides = callsForUrls(urls, settings);
  const forced = isForgotten ? everythingStored(settings) : [];
  const { hits, summary } = findCover(
    { needs: changed.flatMap(needsOf), unchanged, forced },
    // What URLs take of the calls is no reason to drop the whole site.
    { ...settings, maxCalls: Math.max(1, settings.maxCalls - callsBesides) },
  );
  let next = 0;
  const pages = changed.map(({ page, copies }) => {
    next += copies.length;
    return planPage(page, hits.slice(next - copies.length, next), forced);
  });
  const alone = callsForTags(new Set(changed.flatMap(({ ownTags }) => ownTags)), settings);
  return {
    version: 2,
    domain,
    environment,
    build: nameOf(manifest, pages),
    pages,
    unchanged: unchanged.length,
    cover: {
      ...withCalls(summary, callsBesides, settings),
      ...(urls.length > 0 ? { urls: urls.length } : {}),
      oneTagAPage: { ...alone, calls: alone.calls + callsBesides },
    },
  };
}

/** Two plans of one name do the same: the one may be applied where the other was announced. */
function nameOf(manifest: Manifest, pages: readonly PlannedPage[]): string {
  return digestOfPieces(refreshesOf(buildId(manifest), pages));
}

function* refreshesOf(build: string, pages: readonly PlannedPage[]): Iterable<string> {
  yield build;
  for (const { path, refresh, directories = [], urls = [] } of pages)
    yield JSON.stringify([path, refresh, directories, urls]);
}

/** All tags that a plan refreshes, each once, sorted. */
export function plannedTags(plan: Plan): string[] {
  return [...new Set(plan.pages.flatMap((page) => page.refresh))].sort();
}

/** URL paths of all directories that a plan refreshes, each once, sorted. */
export function plannedDirectories(plan: Plan): string[] {
  return [...new Set(plan.pages.flatMap((page) => page.directories ?? []))].sort();
}

/**
 * What hits all that may be stored of a site: pages and stored 404s by the tags that we put on each of
 * them, and what was stored without tags by the site's directory.
 */
function everythingStored({ siteDirectory }: CoverSettings): string[] {
  const directory = siteDirectory === undefined ? [] : [directoryTarget(siteDirectory)];
  return [ALL_PAGES_TAG, NOT_FOUND_TAG, ...directory];
}

function needsOf({ page: { path }, copies }: ChangedPage): Need[] {
  return copies.map((anyOf) => ({ path, anyOf }));
}

function planPage(
  page: ChangedPage['page'],
  hits: readonly Hit[],
  forced: readonly string[],
): PlannedPage {
  const { path, reason, ...rest } = page;
  const refresh = [...new Set(hits.flatMap(({ tag }) => tag ?? []))];
  const untagged = path === EVERYTHING ? forced.filter(isDirectory).map(pathOfDirectory) : [];
  const hitting = hits.flatMap(({ directory }) => directory ?? []);
  const directories = [...new Set([...hitting, ...untagged])];
  return { path, reason, refresh, ...(directories.length > 0 ? { directories } : {}), ...rest };
}
