import { FreshtagError } from '../errors.ts';
import { isPageSettled, settlePages, type Settled } from '../plan/advance.ts';
import { checkOrigin, waitForOrigin, type WaitForOriginOptions } from './wait-for-origin.ts';
import { plannedUrls } from '../plan/not-found.ts';
import { plannedDirectories, plannedTags, type Plan } from '../plan/plan.ts';
import { readEdgeState, type EdgeState } from '../site/edge-state.ts';
import type { StateStore } from '../site/stores/store.ts';
import {
  refreshInPasses,
  type PassesResult,
  type RefreshInPassesOptions,
} from '../refresh/passes.ts';
import { updateEdgeState } from './update-state.ts';

export interface ApplyOptions
  extends
    Omit<RefreshInPassesOptions, 'domain' | 'includeOverflow' | 'client' | 'onSettled'>,
    Omit<WaitForOriginOptions, 'origin' | 'onProgress'> {
  readonly store: StateStore;
  /** The origin to ask until it serves the new build. Without it the build must be fetchable already. */
  readonly origin?: string | undefined;
  /** Called when the plan is the newest and the origin is about to be asked. */
  readonly onWaiting?: (origin: string) => void;
  /** Told how many of the pages that are asked for the origin serves as they were built. */
  readonly onOrigin?: WaitForOriginOptions['onProgress'];
}

/** What an apply did. It only returns when every page of the plan is settled. */
export interface ApplyResult {
  readonly pages: number;
  readonly tags: number;
  readonly directories: number;
  /** URLs that were refreshed one by one. */
  readonly urls: number;
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
  const { origin } = options;
  const open = await openPlan(plan, options);
  if (origin !== undefined) {
    options.onWaiting?.(checkOrigin(origin));
    await waitForOrigin(open, { ...options, origin, onProgress: options.onOrigin });
  }
  const tags = plannedTags(open);
  const directories = plannedDirectories(open);
  const urls = plannedUrls(open);
  const result = await refreshAndSettle(open, options, {
    tags,
    directories: [...directories, ...urls],
  });
  const settled = { tags: result.settled, directories: result.settledDirectories };
  if (!open.pages.every((page) => isPageSettled(page, settled)))
    throw incomplete(open, settled, result);
  return {
    pages: open.pages.length,
    tags: tags.length,
    directories: directories.length,
    urls: urls.length,
    calls: result.receipts.length,
    complete: result.endings.every((status) => status === 'complete'),
  };
}

/** What an apply of a plan would still refresh: no page that an earlier run has settled. */
export async function openPlan(
  plan: Plan,
  { store, signal }: Pick<ApplyOptions, 'store' | 'signal'>,
): Promise<Plan> {
  const announced = await readEdgeState(store, plan, { signal });
  return openPages(plan, checkAnnounced(announced, plan, store));
}

/** Notes in the edge state what was refreshed to the end, also when something comes between. */
async function refreshAndSettle(
  open: Plan,
  options: ApplyOptions,
  { tags, directories }: { readonly tags: readonly string[]; readonly directories: string[] },
): Promise<PassesResult> {
  const { store, clock } = options;
  const settled = { tags: new Set<string>(), directories: new Set<string>() };
  // No signal: what was refreshed is noted, also when somebody has lost patience meanwhile.
  const settle = (): Promise<void> =>
    updateEdgeState(
      store,
      open,
      (state) => settlePages(checkAnnounced(state, open, store), open, settled),
      { clock },
    );
  let result: PassesResult;
  try {
    result = await refreshInPasses(tags, {
      ...options,
      domain: open.domain,
      directories,
      onSettled: (receipt) => {
        for (const tag of receipt.tags) settled.tags.add(tag);
        for (const directory of receipt.directories ?? []) settled.directories.add(directory);
      },
    });
  } catch (error) {
    // What came between is what counts; a page that could not be noted is refreshed once more.
    if (settled.tags.size + settled.directories.size > 0) await settle().catch(() => undefined);
    throw error;
  }
  await settle();
  return result;
}

/** What an earlier run of the same plan has not settled. */
function openPages(plan: Plan, state: EdgeState): Plan {
  return {
    ...plan,
    pages: plan.pages.filter(({ path }) => state.pages.get(path)?.digest === null),
  };
}

function checkAnnounced(state: EdgeState | undefined, plan: Plan, store: StateStore): EdgeState {
  if (state?.build === plan.build) return state;
  const why =
    state === undefined
      ? 'there is none: the build only planned, or the state was deleted'
      : 'it was told of another plan since, or the build only planned';
  throw new FreshtagError(
    'PLAN_OUTDATED',
    `The plan for ${plan.domain} (${plan.environment}) is not the one that its edge state, ${store.name}, was told of: ${why}. Nothing is lost. Plan again with “freshtag plan”, and apply that.`,
  );
}

function incomplete(plan: Plan, settled: Settled, result: PassesResult): FreshtagError {
  const open = plan.pages.filter((page) => !isPageSettled(page, settled));
  return new FreshtagError(
    'REFRESH_INCOMPLETE',
    `${open.length} of ${plan.pages.length} pages of ${plan.domain} may still be old at the edge, the first is ${open[0]?.path ?? '?'}. They stay in the edge state, and the next plan refreshes them again. ${result.problems.join(' ')}`,
  );
}
