import { invalidOption } from '@freshtag/core';

/** How the API shall refuse refreshes. */
export interface RefreshRefusal {
  /** A code of the cloud's, such as `QuotaExceeded.Refresh`. */
  readonly code: string;
  /** HTTP status. Default 400. */
  readonly status?: number;
  readonly message?: string;
  /** How many calls are refused. Default 1. */
  readonly times?: number;
}

/** Ends a call with one of the cloud's errors. The message never holds a secret. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface Refusals {
  /** @throws FreshtagError `INVALID_OPTION` */
  readonly add: (refusal: RefreshRefusal) => void;
  /** @throws Refusal if one is due */
  readonly check: () => void;
}

export function createRefusals(): Refusals {
  const due: { left: number; readonly refusal: Refusal }[] = [];
  return {
    add: ({ code, status = 400, message = 'Refused as told by refuseRefreshes.', times = 1 }) => {
      if (typeof code !== 'string' || code === '')
        throw invalidOption('code', code, 'a code like QuotaExceeded.Refresh');
      if (!isWholeNumber(status, 400, 599))
        throw invalidOption('status', status, 'an HTTP status from 400 to 599');
      if (!isWholeNumber(times, 1, Infinity))
        throw invalidOption('times', times, 'a whole number of calls, 1 or more');
      due.push({ left: times, refusal: new Refusal(status, code, message) });
    },
    check: () => {
      const next = due[0];
      if (next === undefined) return;
      next.left -= 1;
      if (next.left === 0) due.shift();
      throw next.refusal;
    },
  };
}

function isWholeNumber(value: number, min: number, max: number): boolean {
  return (Number.isInteger(value) || value === Infinity) && value >= min && value <= max;
}
