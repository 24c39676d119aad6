import {
  actions,
  type ActionContext,
  type Body,
  type DescribeAction,
  type RefreshAction,
} from './actions.ts';
import type { Call } from './call.ts';
import type { EventLog, FaultEvent, RefreshEvent } from './events.ts';
import type { FaultQueue } from './fault-queue.ts';
import { eventOf, fateOf, isLostBefore, refusalOf, throttling } from './fault-effects.ts';
import type { Fault } from './fault.ts';
import { Refusal } from './refusal.ts';

export interface DispatchOptions extends ActionContext {
  readonly events: EventLog<RefreshEvent>;
  readonly faults: EventLog<FaultEvent>;
  readonly faultQueue: FaultQueue;
  /** Whether one more refresh may pass now. */
  readonly mayPass: () => boolean;
}

/** What a call is answered with, and what goes wrong with it. */
export interface Dispatched {
  readonly outcome: Body | Refusal;
  readonly fault: Fault | undefined;
}

interface Turn {
  readonly query: Call['query'];
  readonly fault: Fault | undefined;
  readonly refusal: Refusal | undefined;
}

/** @returns what performs a call that is signed well, and has the next fault happen to it */
export function createDispatcher(options: DispatchOptions): (call: Call) => Dispatched {
  return (call) => {
    const name = call.headers['x-acs-action'] ?? '';
    const action = findAction(name, call);
    const inTime = typeof action === 'function' || options.mayPass();
    const fault = inTime ? options.faultQueue.take(name) : undefined;
    const refusal = inTime ? refusalOf(fault) : throttling();
    const turn = { query: call.query, fault, refusal };
    const outcome =
      typeof action === 'function'
        ? describe(action, turn, options)
        : refresh(action, turn, options);
    if (fault !== undefined) {
      const applied = !(outcome instanceof Refusal) && 'RefreshTaskId' in outcome;
      options.faults.add(eventOf(fault, { at: options.clock.now(), action: name, applied }));
    }
    return { outcome, fault };
  };
}

function findAction(name: string, { path, method }: Call): DescribeAction | RefreshAction {
  const action = actions.get(name);
  if (action !== undefined && path === '/' && ['GET', 'POST'].includes(method)) return action;
  throw new Refusal(
    404,
    'InvalidApi.NotFound',
    'Specified api is not found, please check your url and method.',
  );
}

function describe(
  action: DescribeAction,
  { query, refusal }: Turn,
  context: ActionContext,
): Body | Refusal {
  return refusal ?? attempt(() => action(query, context));
}

function refresh(
  action: RefreshAction,
  { query, fault, refusal }: Turn,
  { domain, clock, tasks, quota, events }: DispatchOptions,
): Body | Refusal {
  const asked = {
    at: clock.now(),
    type: 'refresh',
    ...action.asked(query),
    force: query['Force'] === 'true',
    ...(fault === undefined ? {} : { fault: fault.kind }),
  } as const;
  const outcome =
    refusal ??
    attempt(() => {
      const request = action.read(query, domain);
      if (isLostBefore(fault)) return {};
      quota.spend(request.objectType, request.objectPaths.length);
      return { RefreshTaskId: tasks.start(request, fateOf(fault)) };
    });
  if (outcome instanceof Refusal) {
    const code = outcome.code === '' ? {} : { code: outcome.code };
    events.add({ ...asked, outcome: 'refused', ...code });
  } else if ('RefreshTaskId' in outcome) {
    events.add({ ...asked, outcome: 'accepted', taskId: outcome.RefreshTaskId });
  } else {
    events.add({ ...asked, outcome: 'refused' });
  }
  return outcome;
}

function attempt<T>(run: () => T): T | Refusal {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
