import type { ErrorCode } from '../error-codes.ts';
import { invalidOption, type FreshtagError } from '../errors.ts';
import { isRecord } from '../json.ts';

/** How long and how often a call that may pass is tried again. */
export interface RetryOptions {
  /** Most attempts for one call, the first included. Default 6. 1 tries nothing again. */
  readonly maxAttempts?: number;
  /** Longest time from a call's first attempt to its last, in milliseconds. Default 180,000. */
  readonly budgetMs?: number;
}

export const DEFAULT_RETRY: Required<RetryOptions> = { maxAttempts: 6, budgetMs: 180_000 };

/** @throws FreshtagError `INVALID_OPTION` */
export function resolveRetry(given: RetryOptions = {}): Required<RetryOptions> {
  if (!isRecord(given)) throw invalidOption('retry', given, 'an object like { maxAttempts: 3 }');
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(DEFAULT_RETRY, name));
  if (unknown !== undefined) {
    throw invalidOption(`retry.${unknown}`, given, `only ${Object.keys(DEFAULT_RETRY).join(', ')}`);
  }
  const retry = { ...DEFAULT_RETRY, ...given };
  if (!Number.isInteger(retry.maxAttempts) || retry.maxAttempts < 1) {
    throw invalidOption('retry.maxAttempts', retry.maxAttempts, 'a whole number of 1 or more');
  }
  if (!Number.isFinite(retry.budgetMs) || retry.budgetMs < 0) {
    throw invalidOption('retry.budgetMs', retry.budgetMs, 'a number of milliseconds, 0 or more');
  }
  return retry;
}

const MAX_ASKED_MS = 120_000;

/** First wait and longest wait, in milliseconds, before jitter. */
const WAITS: Partial<Record<ErrorCode, readonly [baseMs: number, capMs: number]>> = {
  QUEUE_FULL: [15_000, 120_000],
  NONCE_USED: [50, 1000],
};
const DEFAULT_WAIT = [1000, 30_000] as const;

/**
 * How long to wait before the next attempt. What the cloud asks for wins, with a little added so
 * that clients do not come back as one; otherwise a random share of a wait that doubles each time
 * (full jitter).
 *
 * @param attempt attempts made so far, 1 after the first
 * @param random a number from 0 to 1
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @returns `undefined` for an error that does not pass by waiting
 */
export function nextDelayMs(
  error: FreshtagError,
  attempt: number,
  random: number,
): number | undefined {
  if (error.recovery !== 'retry') return undefined;
  if (error.retryAfterMs !== undefined) {
    return Math.round(Math.min(error.retryAfterMs, MAX_ASKED_MS) * (1 + random / 10));
  }
  const [baseMs, capMs] = WAITS[error.code] ?? DEFAULT_WAIT;
  return Math.round(random * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
}
