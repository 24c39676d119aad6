import { FreshtagError } from '../errors.ts';
import { settleTags } from '../plan/advance.ts';
import { plannedTags, type Plan } from '../plan/plan.ts';
import {
  readEdgeState,
  writeEdgeState,
  type EdgeState,
  type EdgeStateStore,
} from '../site/edge-state.ts';
import {
  refreshInPasses,
  type PassesResult,
  type RefreshInPassesOptions,
} from '../refresh/passes.ts';

export interface ApplyOptions extends Omit<RefreshInPassesOptions, 'domain' | 'includeOverflow'> {
  readonly store: EdgeStateStore;
}

/** What an apply did. It only returns when every page of the plan is settled. */
export interface ApplyResult {
  readonly pages: number;
  readonly tags: number;
  readonly calls: number;
  /** `false`: the cloud reported nothing of some tasks, and the settling time stood in. */
  readonly complete: boolean;
}

/**
 * Refreshes a plan whose build can be fetched from the origin now, and brings the edge state up to
 * date. May be run again after any failure: it goes on with the pages that are not settled.
 *
 * @throws FreshtagError `PLAN_OUTDATED` before anything is sent; `REFRESH_INCOMPLETE` after the state
 *   was brought up to date for the pages that are settled
 */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<ApplyResult> {
  const open = openPages(plan, await readAnnounced(plan, options.store));
  const tags = plannedTags(open);
  const result = await refreshInPasses(tags, { ...options, domain: plan.domain });
  const state = await readAnnounced(plan, options.store);
  await writeEdgeState(options.store, settleTags(state, open, result.settled));
  if (result.settled.size < tags.length) throw incomplete(open, result);
  return {
    pages: open.pages.length,
    tags: tags.length,
    calls: result.receipts.length,
    complete: result.endings.every((status) => status === 'complete'),
  };
}

/** What an earlier run of the same plan has not settled. */
function openPages(plan: Plan, state: EdgeState): Plan {
  return {
    ...plan,
    pages: plan.pages.filter(({ path }) => state.pages.get(path)?.digest === null),
  };
}

async function readAnnounced(plan: Plan, store: EdgeStateStore): Promise<EdgeState> {
  const state = await readEdgeState(store, plan);
  if (state?.build === plan.build) return state;
  throw new FreshtagError(
    'PLAN_OUTDATED',
    `The plan for ${plan.domain} (${plan.environment}) is not the one that ${store.name} was last told of: a newer build was planned, or the state was reset. Nothing was lost; apply the newest plan, or plan again.`,
  );
}

function incomplete(plan: Plan, result: PassesResult): FreshtagError {
  const open = plan.pages.filter((page) => !page.refresh.every((tag) => result.settled.has(tag)));
  return new FreshtagError(
    'REFRESH_INCOMPLETE',
    `${open.length} of ${plan.pages.length} pages of ${plan.domain} may still be old at the edge, the first is ${open[0]?.path ?? '?'}. They stay in the edge state, and the next plan refreshes them again. ${result.problems.join(' ')}`,
  );
}
