import { FreshtagError } from '../errors.ts';
import { settleTags } from '../plan/advance.ts';
import { checkOrigin, waitForOrigin, type WaitForOriginOptions } from './wait-for-origin.ts';
import { plannedTags, type Plan } from '../plan/plan.ts';
import {
  readEdgeState,
  updateEdgeState,
  type EdgeState,
  type EdgeStateStore,
} from '../site/edge-state.ts';
import {
  refreshInPasses,
  type PassesResult,
  type RefreshInPassesOptions,
} from '../refresh/passes.ts';

export interface ApplyOptions
  extends
    Omit<RefreshInPassesOptions, 'domain' | 'includeOverflow' | 'client'>,
    Omit<WaitForOriginOptions, 'origin' | 'onProgress'> {
  readonly store: EdgeStateStore;
  /** The origin to ask until it serves the new build. Without it the build must be fetchable already. */
  readonly origin?: string | undefined;
  /** Called when the plan is the newest and the origin is about to be asked. */
  readonly onWaiting?: (origin: string) => void;
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
 * Waits for the origin, refreshes a plan, and brings the edge state up to date. May be run again
 * after any failure: it goes on with the pages that are not settled.
 *
 * @throws FreshtagError `PLAN_OUTDATED`, `ORIGIN_NOT_READY`, `ORIGIN_WITHOUT_TAGS` before anything is
 *   sent; `REFRESH_INCOMPLETE` after the state was brought up to date for the pages that are settled;
 *   `PLAN_OUTDATED` also at the end, if a newer build was planned meanwhile: its own plan has the pages
 */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<ApplyResult> {
  const { origin, store } = options;
  const open = openPages(plan, await readAnnounced(plan, store));
  if (origin !== undefined) {
    options.onWaiting?.(checkOrigin(origin));
    await waitForOrigin(open, { ...options, origin, onProgress: undefined });
  }
  const tags = plannedTags(open);
  const result = await refreshInPasses(tags, { ...options, domain: plan.domain });
  await updateEdgeState(store, plan, (state) =>
    settleTags(checkAnnounced(state, plan, store), open, result.settled),
  );
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
  return checkAnnounced(await readEdgeState(store, plan), plan, store);
}

function checkAnnounced(
  state: EdgeState | undefined,
  plan: Plan,
  store: EdgeStateStore,
): EdgeState {
  if (state?.build === plan.build) return state;
  const why =
    state === undefined
      ? 'there is none: the build only planned, or the state was deleted'
      : 'it was told of another build since, or the build only planned';
  throw new FreshtagError(
    'PLAN_OUTDATED',
    `The plan for ${plan.domain} (${plan.environment}) is not the one that its edge state, ${store.name}, was told of: ${why}. Nothing is lost. Plan again with “freshtag plan”, and apply that.`,
  );
}

function incomplete(plan: Plan, result: PassesResult): FreshtagError {
  const open = plan.pages.filter((page) => !page.refresh.every((tag) => result.settled.has(tag)));
  return new FreshtagError(
    'REFRESH_INCOMPLETE',
    `${open.length} of ${plan.pages.length} pages of ${plan.domain} may still be old at the edge, the first is ${open[0]?.path ?? '?'}. They stay in the edge state, and the next plan refreshes them again. ${result.problems.join(' ')}`,
  );
}
