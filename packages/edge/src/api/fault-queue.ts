import { invalidOption } from '@freshtag/core';

import { actions, REFRESH_ACTIONS } from './actions.ts';
import type { Fault, FaultKind, RefreshRefusal } from './fault.ts';

/** Faults that are still to happen, in the order they were asked for. */
export interface FaultQueue {
  /** @throws FreshtagError `INVALID_OPTION` */
  readonly add: (fault: Fault) => void;
  /** @throws FreshtagError `INVALID_OPTION` */
  readonly refuseRefreshes: (refusal: RefreshRefusal) => void;
  /** The next fault for a call of this action, if one is due. It is used up by that. */
  readonly take: (action: string) => Fault | undefined;
}

interface Pending {
  readonly fault: Fault;
  readonly actions: readonly string[];
  left: number;
}

const ALL_ACTIONS = [...actions.keys()];
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const KINDS: Readonly<Record<FaultKind, true>> = {
  throttled: true,
  refused: true,
  xml: true,
  unavailable: true,
  html: true,
  truncated: true,
  cut: true,
  silent: true,
  slow: true,
  'task-failed': true,
  'task-unreported': true,
};

export function createFaultQueue(): FaultQueue {
  const pending: Pending[] = [];
  const add = (fault: Fault, possible: readonly string[]): void => {
    const { action, times = 1 } = fault;
    checkFault(fault);
    checkNumber('times', times, 1, Infinity);
    if (action !== undefined && !possible.includes(action))
      throw invalidOption('action', action, `one of ${possible.join(', ')}`);
    pending.push({ fault, actions: action === undefined ? possible : [action], left: times });
  };
  return {
    add: (fault) => add(fault, isOfTask(fault) ? REFRESH_ACTIONS : ALL_ACTIONS),
    refuseRefreshes: (refusal) =>
      add(
        { message: 'Refused as told by refuseRefreshes.', ...refusal, kind: 'refused' },
        REFRESH_ACTIONS,
      ),
    take: (action) => {
      const next = pending.find((candidate) => candidate.actions.includes(action));
      if (next === undefined) return undefined;
      next.left -= 1;
      if (next.left === 0) pending.splice(pending.indexOf(next), 1);
      return next.fault;
    },
  };
}

function isOfTask({ kind }: Fault): boolean {
  return kind === 'task-failed' || kind === 'task-unreported';
}

function checkFault(fault: Fault): void {
  if (!Object.hasOwn(KINDS, fault.kind))
    throw invalidOption('kind', fault.kind, `one of ${Object.keys(KINDS).join(', ')}`);
  if (fault.kind === 'refused' || fault.kind === 'xml') {
    checkCode(fault.code);
    checkNumber('status', fault.status ?? 400, 400, 599);
  } else if (fault.kind === 'throttled') {
    checkCode(fault.code ?? 'Throttling.User');
    checkNumber('retryAfterMs', fault.retryAfterMs ?? 0, 0, Number.MAX_SAFE_INTEGER);
  } else if (fault.kind === 'slow') {
    checkNumber('delayMs', fault.delayMs, 0, LONGEST_TIMER_MS);
  }
}

function checkCode(code: unknown): void {
  if (typeof code === 'string' && code !== '') return;
  throw invalidOption('code', code, 'a code like QuotaExceeded.Refresh');
}

function checkNumber(option: string, value: number, min: number, max: number): void {
  const whole = Number.isInteger(value) || value === Infinity;
  if (whole && value >= min && value <= max) return;
  const most = max === Infinity ? 'or more' : `to ${max}`;
  throw invalidOption(option, value, `a whole number, ${min} ${most}`);
}
