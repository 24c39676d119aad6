import type {
  ApiProblem,
  ChangeCall,
  ChangeDetail,
  RefreshState,
} from '../../../../contract/admin-api.ts';
import { tookAway } from '../../parts/reason-text.ts';
import { isOnItsWay } from '../on-its-way.ts';

/** One thing that has happened to a change, or is to happen next. */
export type Moment =
  | { readonly kind: 'committed'; readonly atMs: number }
  /** Left out where the calls say it. */
  | { readonly kind: 'accepted'; readonly atMs: number }
  | {
      readonly kind: 'call';
      readonly atMs: number;
      readonly call: ChangeCall;
      /** Left out where the cloud was not asked, and is not any more. */
      readonly ending: NonNullable<ChangeCall['ending']> | 'under-way' | undefined;
      /** It asked for a build, which has no tasks. */
      readonly isHook: boolean;
    }
  /** How a target stands, where it does not stand well. */
  | {
      readonly kind: 'stuck';
      readonly atMs: number;
      readonly state: RefreshState;
      readonly target: string;
      /** Left out where it is that of the whole change. */
      readonly problem: ApiProblem | undefined;
    }
  | { readonly kind: 'complete' | 'settled' | 'verified' | 'gone'; readonly atMs: number }
  | { readonly kind: 'next'; readonly next: 'accepted' | 'complete' };

type PastMoment = Exclude<Moment, { kind: 'next' }>;

/** Of moments of the same millisecond, what is the cause of the other comes first. */
const ORDER = ['committed', 'call', 'accepted', 'stuck', 'complete', 'settled', 'verified', 'gone'];

const STUCK: ReadonlySet<RefreshState> = new Set([
  'quota',
  'retrying',
  'failed',
  'stale',
  'discarded',
]);

/** From the commit to what is known now, oldest first. */
export function timeLineOf(change: ChangeDetail): readonly Moment[] {
  const past = [...milestonesOf(change), ...callsOf(change), ...stuckTargetsOf(change)];
  past.sort((a, b) => a.atMs - b.atMs || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  return [...past, ...nextOf(change)];
}

function milestonesOf(change: ChangeDetail): PastMoment[] {
  const { committedAtMs, acceptedAtMs, completeAtMs, verifiedAtMs, calls } = change;
  const moments: PastMoment[] = [{ kind: 'committed', atMs: committedAtMs }];
  if (acceptedAtMs !== undefined && calls.length === 0) {
    moments.push({ kind: 'accepted', atMs: acceptedAtMs });
  }
  if (completeAtMs !== undefined) moments.push({ kind: endingOf(change), atMs: completeAtMs });
  if (verifiedAtMs !== undefined) {
    moments.push({ kind: tookAway(change.reason) ? 'gone' : 'verified', atMs: verifiedAtMs });
  }
  return moments;
}

/** It is complete only if the cloud said so of all of it. */
function endingOf({ calls, targetStates }: ChangeDetail): 'complete' | 'settled' {
  const isSettled =
    calls.some(({ ending }) => ending === 'settled') ||
    targetStates.some(({ state }) => state === 'settled');
  return isSettled ? 'settled' : 'complete';
}

function callsOf({ calls, targetStates, state }: ChangeDetail): PastMoment[] {
  const open = isOnItsWay(state) ? 'under-way' : undefined;
  const isHook = (domain: string): boolean =>
    targetStates.some(({ target, kind }) => target === domain && kind === 'rebuilt');
  return calls.map((call) => ({
    kind: 'call',
    atMs: call.atMs,
    call,
    ending: call.ending ?? open,
    isHook: isHook(call.domain),
  }));
}

function stuckTargetsOf(change: ChangeDetail): PastMoment[] {
  const stuck = change.targetStates.filter(({ state }) => STUCK.has(state));
  return stuck.map(({ target, state, sinceMs, problem }) => {
    const isKnown = problem?.message === change.problem?.message;
    return { kind: 'stuck', atMs: sinceMs, state, target, problem: isKnown ? undefined : problem };
  });
}

function nextOf({ state }: ChangeDetail): Moment[] {
  if (state === 'accepted') return [{ kind: 'next', next: 'complete' }];
  return isOnItsWay(state) ? [{ kind: 'next', next: 'accepted' }] : [];
}
