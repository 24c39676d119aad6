import type { Clock } from '@freshtag/core';

import { actions, REFRESH_ACTIONS } from '../api/actions.ts';
import type { EventLog } from '../events.ts';
import type { CallFault, Fault, FetchFault, Lag, RefreshRefusal } from './fault.ts';
import { parseFault, type FaultContext } from './parse-fault.ts';

/** A fault that is still to happen. */
export interface PendingFault {
  readonly fault: Fault;
  /** How often. */
  readonly left: number;
}

/** A fetch that a cache is about to make. */
interface Fetching {
  readonly domain: string;
  /** With the query. */
  readonly path: string;
}

/** Faults that are still to happen, in the order they were asked for. Taking one uses it up. */
export interface FaultQueue {
  /** @throws FreshtagError `INVALID_OPTION` */
  readonly add: (fault: unknown) => void;
  /** @throws FreshtagError `INVALID_OPTION` */
  readonly refuseRefreshes: (refusal: RefreshRefusal) => void;
  /** The next fault for a call of this action. Whoever takes it logs it: only then its effect is known. */
  readonly takeForCall: (action: string) => CallFault | undefined;
  /** The next fault for this fetch. It is logged as having happened. */
  readonly takeForFetch: (fetching: Fetching) => FetchFault | undefined;
  /** How much later a refresh reaches this cache, in milliseconds. Logged if there is a fault. */
  readonly takeLagMs: (reaching: { readonly layer: string; readonly taskId: string }) => number;
  readonly list: () => readonly PendingFault[];
  readonly clear: () => void;
}

export interface FaultQueueOptions extends FaultContext {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: EventLog;
}

interface Pending {
  readonly fault: Fault;
  /** For a fault of calls: which it happens to. */
  readonly actions: readonly string[];
  left: number;
}

const ALL_ACTIONS = [...actions.keys()];
const OF_REFRESHES: ReadonlySet<Fault['kind']> = new Set<Fault['kind']>([
  'quota-exceeded',
  'queue-full',
  'task-failed',
  'task-unreported',
]);

export function createFaultQueue({ clock, log, ...context }: FaultQueueOptions): FaultQueue {
  let pending: readonly Pending[] = [];
  const add = (value: unknown, byDefault?: readonly string[]): void => {
    const fault = parseFault(value, context);
    pending = [...pending, { fault, actions: actionsOf(fault, byDefault), left: fault.times ?? 1 }];
  };
  const take = <Kind extends Fault>(
    fits: (fault: Fault, candidate: Pending) => fault is Kind,
  ): Kind | undefined => {
    for (const candidate of pending) {
      const { fault } = candidate;
      if (!fits(fault, candidate)) continue;
      candidate.left -= 1;
      if (candidate.left === 0) pending = pending.filter((other) => other !== candidate);
      return fault;
    }
    return undefined;
  };
  return {
    add: (fault) => add(fault),
    refuseRefreshes: (refusal) =>
      add(
        { message: 'Refused as told by refuseRefreshes.', ...refusal, kind: 'refused' },
        REFRESH_ACTIONS,
      ),
    takeForCall: (action) =>
      take((_fault, candidate): _fault is CallFault => candidate.actions.includes(action)),
    takeForFetch: (fetching) => {
      const fault = take((candidate): candidate is FetchFault => isOfFetch(candidate, fetching));
      if (fault === undefined) return undefined;
      const happened = { ...fetching, at: clock.now(), type: 'fault' } as const;
      if (fault.kind === 'origin-down') log.add({ ...happened, kind: fault.kind });
      else log.add({ ...happened, kind: fault.kind, delayMs: fault.delayMs });
      return fault;
    },
    takeLagMs: ({ layer, taskId }) => {
      const lag = take(
        (candidate): candidate is Lag => candidate.kind === 'lag' && candidate.point === layer,
      );
      if (lag === undefined) return 0;
      const { kind, delayMs } = lag;
      log.add({ at: clock.now(), type: 'fault', kind, layer, taskId, delayMs });
      return delayMs;
    },
    list: () => pending.map(({ fault, left }) => ({ fault, left })),
    clear: () => (pending = []),
  };
}

function actionsOf(fault: Fault, byDefault: readonly string[] = ALL_ACTIONS): readonly string[] {
  if (fault.kind === 'lag' || fault.kind === 'slow-fill' || fault.kind === 'origin-down') return [];
  if (fault.action !== undefined) return [fault.action];
  return OF_REFRESHES.has(fault.kind) ? REFRESH_ACTIONS : byDefault;
}

function isOfFetch(fault: Fault, { domain, path }: Fetching): boolean {
  return (
    (fault.kind === 'slow-fill' || fault.kind === 'origin-down') &&
    (fault.domain ?? domain) === domain &&
    (fault.path ?? path) === path
  );
}
