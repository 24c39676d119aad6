import type { FreshtagError } from '../errors.ts';
import { nextDelayMs } from '../refresh/retry.ts';
import type { Problem } from './outbox.ts';
import { untilQuotaDayMs } from './quota-day.ts';

/**
 * What to do with what was refused.
 * - `wait`: it may pass later. `failed` counts as an attempt, which makes the next wait longer.
 * - `park`: only a person can mend it.
 *
 * `scope` says what else cannot pass now: nothing, the domain's other calls, or all.
 */
export type Verdict = { readonly scope: 'call' | 'domain' | 'all'; readonly problem: Problem } & (
  | { readonly action: 'wait'; readonly waitMs: number; readonly failed: boolean }
  | { readonly action: 'park' }
);

export interface JudgeOptions {
  /** Attempts that failed before this one. */
  readonly attempts: number;
  readonly nowMs: number;
  /** From 0 to 1. */
  readonly random: number;
  readonly quotaTimeZone: string;
}

/** These pass by themselves when somebody has set a clock or a service of keys is back. */
const UNCERTAIN_WAIT_MS = 60_000;

/** The store of the pace did not answer, so no call was made. */
const STORE_WAIT_MS = 1000;

/** Reasons that lie in the configuration: a relay that starts tries again what they have parked. */
export const CONFIGURATION_CODES = [
  'KEY_REFUSED',
  'SIGNATURE_REFUSED',
  'FORBIDDEN',
  'DOMAIN_REFUSED',
  'SERVICE_NOT_OPEN',
  'ENDPOINT_UNREACHABLE',
  'API_UNREADABLE',
] as const;

/** What a refusal means for those who asked, and for the others. */
export function judgeRefusal(error: FreshtagError, options: JudgeOptions): Verdict {
  const { code, message, recovery } = error;
  const problem = { code, message };
  const scope = scopeOf(error);
  if (code.startsWith('OUTBOX_'))
    return { action: 'wait', waitMs: STORE_WAIT_MS, failed: false, problem, scope };
  if (code === 'CLOCK_SKEWED' || code === 'NO_CREDENTIALS')
    return { action: 'wait', waitMs: UNCERTAIN_WAIT_MS, failed: true, problem, scope };
  if (recovery === 'next-quota-day') {
    const waitMs = untilQuotaDayMs(options.nowMs, options.quotaTimeZone);
    return { action: 'wait', waitMs, failed: false, problem, scope };
  }
  const waitMs = nextDelayMs(error, Math.min(options.attempts + 1, 10), options.random);
  if (waitMs === undefined) return { action: 'park', problem, scope };
  return { action: 'wait', waitMs, failed: code !== 'CIRCUIT_OPEN', problem, scope };
}

function scopeOf({ code, recovery }: FreshtagError): Verdict['scope'] {
  if (recovery === 'split' || code === 'API_REFUSED' || code === 'NONCE_USED') return 'call';
  return code === 'DOMAIN_REFUSED' || code === 'QUEUE_FULL' ? 'domain' : 'all';
}

const FIRST_BACKOFF_MS = 15_000;
const LONGEST_BACKOFF_MS = 600_000;

/** How long to wait after a task failed at the edge for the nth time: it doubles, half of it random. */
export function taskBackoffMs(failures: number, random: number): number {
  const most = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));
  return Math.round((most / 2) * (1 + random));
}
