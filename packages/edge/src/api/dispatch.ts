import type { EventLog } from '../events.ts';
import type { FaultQueue } from '../faults/fault-queue.ts';
import type { CallFault } from '../faults/fault.ts';
import {
  actions,
  type ActionContext,
  type Body,
  type DescribeAction,
  type RefreshAction,
} from './actions.ts';
import type { SignedCall } from './authenticate.ts';
import { eventOf, fateOf, isLostBefore, refusalOf, throttling } from './fault-effects.ts';
import { Refusal } from './refusal.ts';

export interface DispatchOptions extends ActionContext {
  readonly log: EventLog;
  readonly faultQueue: FaultQueue;
  /** Whether one more call of an action may pass now. */
  readonly mayPass: (action: string) => boolean;
}

/** What a call is answered with, and what goes wrong with it. */
export interface Dispatched {
  readonly outcome: Body | Refusal;
  readonly fault: CallFault | undefined;
}

interface Turn {
  readonly query: SignedCall['query'];
  readonly fault: CallFault | undefined;
  readonly refusal: Refusal | undefined;
}

/** @returns what performs a call that is signed well, and has the next fault happen to it */
export function createDispatcher(options: DispatchOptions): (call: SignedCall) => Dispatched {
  return (call) => {
    const { action: name } = call;
    const action = findAction(call);
    const inTime = options.mayPass(name);
    const fault = inTime ? options.faultQueue.takeForCall(name) : undefined;
    const refusal = inTime ? refusalOf(fault) : throttling();
    const turn = { query: call.query, fault, refusal };
    const outcome =
      typeof action === 'function'
        ? describe(action, turn, options)
        : refresh(action, turn, options);
    if (fault !== undefined) {
      const applied = !(outcome instanceof Refusal) && 'RefreshTaskId' in outcome;
      options.log.add(eventOf(fault, { at: options.clock.now(), action: name, applied }));
    }
    return { outcome, fault };
  };
}

function findAction({ action: name, path, method }: SignedCall): DescribeAction | RefreshAction {
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
  { domains, clock, tasks, quota, log }: DispatchOptions,
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
      const request = action.read(query, domains);
      if (isLostBefore(fault)) return {};
      quota.spend(request.objectType, request.objects);
      return { RefreshTaskId: tasks.start(request, fateOf(fault)) };
    });
  if (outcome instanceof Refusal) {
    const code = outcome.code === '' ? {} : { code: outcome.code };
    log.add({ ...asked, outcome: 'refused', ...code });
  } else if ('RefreshTaskId' in outcome) {
    log.add({ ...asked, outcome: 'accepted', taskId: outcome.RefreshTaskId });
  } else {
    log.add({ ...asked, outcome: 'refused' });
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
