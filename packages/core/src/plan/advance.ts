import type { EdgePage, EdgeState } from '../site/edge-state.ts';
import { NOT_FOUND_TAG } from '../tags/names.ts';
import type { Plan, PlannedPage } from './plan.ts';

/**
 * The edge state once a build may go live: copies of it may be stored from now on, beside those
 * that were. To be saved before the upload, since afterwards nobody can tell what was deployed.
 */
export function expectBuild(state: EdgeState | undefined, plan: Plan): EdgeState {
  const pages = new Map(state?.pages);
  for (const page of plan.pages) pages.set(page.path, expectPage(pages.get(page.path), page));
  return {
    version: 1,
    domain: plan.domain,
    environment: plan.environment,
    build: plan.build,
    pages,
  };
}

/** What was refreshed to the end, every pass of it. */
export interface Settled {
  readonly tags: ReadonlySet<string>;
  /** URL paths; and whole URLs, of what was refreshed one by one. */
  readonly directories: ReadonlySet<string>;
}

/** Whether all that a page needs is among what was refreshed to the end. */
export function isPageSettled(
  { refresh, directories = [], urls = [] }: PlannedPage,
  settled: Settled,
): boolean {
  return (
    refresh.every((tag) => settled.tags.has(tag)) &&
    [...directories, ...urls].every((object) => settled.directories.has(object))
  );
}

/**
 * The edge state once tags and directories were refreshed to the end: a page of which all are among
 * them is what the plan made of it. All others stay as they may be.
 */
export function settlePages(state: EdgeState, plan: Plan, settled: Settled): EdgeState {
  const pages = new Map(state.pages);
  for (const page of plan.pages) {
    if (!isPageSettled(page, settled)) continue;
    if (page.target === null) pages.delete(page.path);
    else pages.set(page.path, heldAs(page.target));
  }
  return { ...state, pages };
}

/** The same for a plan without directories. */
export function settleTags(state: EdgeState, plan: Plan, tags: ReadonlySet<string>): EdgeState {
  return settlePages(state, plan, { tags, directories: new Set() });
}

/** What the edge holds is compared by content, not by bytes. */
function heldAs({ digest, tags, immutable, sketch }: PlannedPage['target'] & object): EdgePage {
  return {
    digest,
    tags,
    ...(immutable ? { immutable } : {}),
    ...(sketch === undefined ? {} : { sketch }),
  };
}

function expectPage(held: EdgePage | undefined, page: PlannedPage): EdgePage {
  // While a page does not exist, before its first build or after its last, a 404 may be stored.
  const missing = page.reason === 'new' || page.target === null ? [NOT_FOUND_TAG] : [];
  const before = held?.tags ?? page.refresh;
  const tags = [...new Set([...before, ...missing, ...(page.target?.tags ?? [])])].sort();
  const versions = [held, page.target].filter(
    (version) => version !== undefined && version !== null,
  );
  // Copies of all versions are to do no harm once the page is gone.
  const immutable = versions.length > 0 && versions.every((version) => version.immutable);
  return { digest: null, tags, ...(immutable ? { immutable } : {}) };
}
