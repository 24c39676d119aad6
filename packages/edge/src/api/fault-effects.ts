import type { FaultEvent } from '../faults/fault-event.ts';
import type { CallFault } from '../faults/fault.ts';
import { Refusal } from './refusal.ts';
import type { ObjectType, TaskFate } from './tasks.ts';

/** How a call is refused that comes too early. */
export function throttling(code = 'Throttling.User'): Refusal {
  return new Refusal(400, code, 'Request was denied due to user flow control.');
}

/** How a refresh is refused when the day's quota does not suffice. The page of the tags has other words. */
export function quotaExceeded(type?: ObjectType): Refusal {
  return new Refusal(
    400,
    'QuotaExceeded.Refresh',
    type === 'tag'
      ? "You've exceeded the prescribed refresh limits."
      : 'Your refresh attempts have exceeded the daily limit.',
  );
}

/** What a fault refuses the call with; `undefined` if the call is performed. */
export function refusalOf(fault: CallFault | undefined): Refusal | undefined {
  switch (fault?.kind) {
    case 'throttled':
      return throttling(fault.code);
    case 'quota-exceeded':
      return quotaExceeded();
    case 'queue-full':
      return new Refusal(
        400,
        'TooMany.Refresh',
        'The refresh queue is full; please try again later.',
      );
    case 'refused':
    case 'xml':
      return new Refusal(fault.status ?? 400, fault.code, fault.message ?? 'Refused by a fault.');
    case 'unavailable':
      return new Refusal(
        503,
        'ServiceUnavailable',
        'The request has failed due to a temporary failure of the server.',
      );
    case 'html':
      return new Refusal(502, '', 'Something between the caller and the cloud answered.');
    default:
      return undefined;
  }
}

/** Whether the call is lost before a refresh takes effect. */
export function isLostBefore(fault: CallFault | undefined): boolean {
  return fault !== undefined && losesAnswer(fault) && fault.applied !== true;
}

export function fateOf(fault: CallFault | undefined): TaskFate {
  if (fault?.kind === 'task-failed') return { failure: fault.description ?? 'Internal Error' };
  return { unreported: fault?.kind === 'task-unreported' };
}

export function eventOf(
  fault: CallFault,
  happened: { readonly at: number; readonly action: string; readonly applied: boolean },
): FaultEvent {
  const { applied, ...rest } = happened;
  const event = { ...rest, type: 'fault' } as const;
  if (losesAnswer(fault)) return { ...event, kind: fault.kind, applied };
  if (fault.kind === 'slow') return { ...event, kind: fault.kind, delayMs: fault.delayMs };
  return { ...event, kind: fault.kind };
}

function losesAnswer(
  fault: CallFault,
): fault is Extract<CallFault, { kind: 'truncated' | 'cut' | 'silent' }> {
  return fault.kind === 'truncated' || fault.kind === 'cut' || fault.kind === 'silent';
}
