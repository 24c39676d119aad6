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

/**
 * The edge state once tags were refreshed to the end, every pass of it: a page whose tags are all
 * among them is what the plan made of it. All others stay as they may be.
 */
export function settleTags(state: EdgeState, plan: Plan, settled: ReadonlySet<string>): EdgeState {
  const pages = new Map(state.pages);
  for (const { path, refresh, target } of plan.pages) {
    if (!refresh.every((tag) => settled.has(tag))) continue;
    if (target === null) pages.delete(path);
    else pages.set(path, target);
  }
  return { ...state, pages };
}

function expectPage(held: EdgePage | undefined, page: PlannedPage): EdgePage {
  // While a page does not exist, before its first build or after its last, a 404 may be stored.
  const missing = page.reason === 'new' || page.target === null ? [NOT_FOUND_TAG] : [];
  const before = held?.tags ?? page.refresh;
  const tags = [...new Set([...before, ...missing, ...(page.target?.tags ?? [])])].sort();
  const immutable = page.target?.immutable ?? held?.immutable;
  return { digest: null, tags, ...(immutable ? { immutable } : {}) };
}
