import type { Change, EntryStatus, RefreshState } from '../../../contract/admin-api.ts';
import { tookAway } from '../parts/reason-text.ts';

/** One step of a change on its way to visitors. */
export interface Step {
  /** `settled` stands in for `complete`, and `gone` for `live` where the change took the entry away. */
  readonly name: 'saved' | 'accepted' | 'complete' | 'settled' | 'live' | 'gone';
  /** - `next`: it is under way. - `failed`: it ended here. - `open`: nobody knows whether it will be reached. */
  readonly mark: 'reached' | 'next' | 'failed' | 'open';
  readonly atMs?: number | undefined;
}

/** How many steps a state has behind it; of others, the times of the change tell. */
const REACHED: Partial<Record<RefreshState, number>> = {
  waiting: 1,
  accepted: 2,
  complete: 3,
  settled: 3,
  stale: 3,
  live: 4,
};

/** The steps of the newest change; none where there is no change. */
export function stepsOf(status: EntryStatus): readonly Step[] {
  const { state, changes, isGone, probing } = status;
  const [newest] = changes;
  if (status.kind !== 'known' || state === undefined || newest === undefined) return [];
  const reached = REACHED[state] ?? reachedByTimes(newest);
  const steps: Omit<Step, 'mark'>[] = [
    { name: 'saved', atMs: newest.committedAtMs },
    { name: 'accepted', atMs: newest.acceptedAtMs },
    { name: state === 'settled' ? 'settled' : 'complete', atMs: newest.completeAtMs },
  ];
  if (probing === 'on' || reached === 4)
    steps.push({ name: isGone ? 'gone' : 'live', atMs: newest.verifiedAtMs });
  return steps.map(({ name, atMs }, index) =>
    index < reached
      ? { name, atMs, mark: 'reached' }
      : { name, mark: index === reached ? markOfNext(status) : 'open' },
  );
}

function reachedByTimes({ acceptedAtMs, completeAtMs }: Change): number {
  if (completeAtMs !== undefined) return 3;
  return acceptedAtMs === undefined ? 1 : 2;
}

function markOfNext(status: EntryStatus): Step['mark'] {
  const { state } = status;
  if (state === 'failed' || state === 'stale') return 'failed';
  return state === 'quota' || isOnItsWay(status) ? 'next' : 'open';
}

/** Those that ended in that visitors see nothing: also what was refreshed of an entry that was gone already. */
export function goneChanges({
  changes,
  isGone,
}: Pick<EntryStatus, 'changes' | 'isGone'>): ReadonlySet<Change> {
  const removal = changes.findIndex(({ reason }) => tookAway(reason));
  return new Set(
    changes.filter(({ reason }, index) => tookAway(reason) || (isGone && index < removal)),
  );
}

/** Whether the refresh is over, as far as the cloud knows. */
function isOver({ kind, state }: EntryStatus): boolean {
  return kind === 'known' && (state === 'complete' || state === 'settled');
}

/** Whether it is being looked what visitors get, wherever that can be seen. */
export function isLookedAt(status: EntryStatus): boolean {
  return isOver(status) && status.targets.some((target) => target.isLookedAt);
}

/**
 * What is missing, where that is why nobody can say what visitors get. `no-urls-there`: the entry has pages
 * that can be looked at, but not at every target.
 */
export function missingOf(
  status: EntryStatus,
): 'no-urls' | 'no-urls-there' | 'no-verify' | undefined {
  if (!isOver(status) || isLookedAt(status)) return undefined;
  if (status.probing !== 'on') return status.probing;
  const missing = status.targets.find(
    ({ kind, probing }) => kind === 'dynamic' && probing !== 'on',
  );
  return missing?.probing === 'no-verify' ? 'no-verify' : missing && 'no-urls-there';
}

/** Whether something will happen by itself, soon. */
function isOnItsWay(status: EntryStatus): boolean {
  const { kind, state } = status;
  if (kind !== 'known') return false;
  return state === 'waiting' || state === 'retrying' || state === 'accepted' || isLookedAt(status);
}

const QUICK_MS = 1_000;
const STEADY_MS = 5_000;
const REST_MS = 30_000;
/** What a save or a publish begins is in the database when they are over. */
const AFTER_CHANGE_MS = 10_000;
const WAITED_FOR_MS = 60_000;
const GIVEN_UP_MS = 600_000;

/**
 * In how many milliseconds to ask again: quickly while a reader waits for it, but not for hours.
 * @param quietMs since the entry was changed here, and since the answer was another one
 */
export function pollDelayMs(
  status: EntryStatus,
  quietMs: { readonly sinceChange: number; readonly sinceMove: number },
): number {
  if (quietMs.sinceChange < AFTER_CHANGE_MS) return QUICK_MS;
  if (!isOnItsWay(status)) return REST_MS;
  const quiet = Math.min(quietMs.sinceChange, quietMs.sinceMove);
  if (quiet < WAITED_FOR_MS) return QUICK_MS;
  return quiet < GIVEN_UP_MS ? STEADY_MS : REST_MS;
}

/** Whether a link may lead there: other schemes can run something. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}
