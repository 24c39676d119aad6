import type { Clock } from '../clock.ts';
import { publishRetry } from '../channels.ts';
import type { DcdnClient } from '../dcdn/client.ts';
import {
  refreshObjectCacheByCacheTag,
  type RefreshByCacheTagParameters,
} from '../dcdn/refresh-by-cache-tag.ts';
import type { RefreshAnswer } from '../dcdn/task-ids.ts';
import { isFreshtagError, type FreshtagError } from '../errors.ts';
import type { AcceptedReceipt, RefusedReceipt } from './receipt.ts';
import { nextDelayMs, type RetryOptions } from './retry.ts';

export interface CallerOptions {
  readonly client: DcdnClient;
  readonly clock: Clock;
  readonly retry: Required<RetryOptions>;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

type Call = Required<RefreshByCacheTagParameters>;
type CalledReceipt = AcceptedReceipt | RefusedReceipt;
type Caller = (call: Call, signal?: AbortSignal) => Promise<CalledReceipt>;

/** Makes one call that refreshes tags, as often as it takes. */
export function createCaller(options: CallerOptions): Caller {
  const callPersistently = createPersistentCaller(options);
  return (call, signal) => {
    const { domainName: domain, cacheTags: tags, force } = call;
    const send = (): Promise<RefreshAnswer> =>
      refreshObjectCacheByCacheTag(options.client, call, signal);
    const action = 'RefreshDcdnObjectCacheByCacheTag';
    return callPersistently({ action, about: { domain, tags, force }, send }, signal);
  };
}

/** A call, and what its receipt says of it. */
interface PersistentCall {
  readonly action: string;
  readonly about: Pick<CalledReceipt, 'domain' | 'tags' | 'directories' | 'force'>;
  readonly send: () => Promise<RefreshAnswer>;
}

/**
 * Makes a call until it is accepted, or cannot pass, or has used up its attempts or its time. Every
 * attempt is signed anew.
 */
export function createPersistentCaller(
  options: Omit<CallerOptions, 'client'>,
): (call: PersistentCall, signal?: AbortSignal) => Promise<CalledReceipt> {
  const { clock, retry } = options;
  return async ({ action, about, send }, signal) => {
    const startedAtMs = clock.now();
    for (let attempts = 1; ; attempts += 1) {
      const atMs = clock.now();
      try {
        return { outcome: 'accepted', ...about, atMs, attempts, ...(await send()) };
      } catch (error) {
        if (!isFreshtagError(error)) throw error;
        const delayMs = delayBeforeNext(error, attempts, options);
        const spentMs = clock.now() - startedAtMs;
        if (delayMs === undefined || spentMs + delayMs > retry.budgetMs) {
          return { outcome: 'refused', ...about, atMs, attempts, error };
        }
        const { domain } = about;
        publishRetry({ action, domain, code: error.code, attempt: attempts, delayMs });
        await clock.sleep(delayMs, signal);
      }
    }
  };
}

function delayBeforeNext(
  error: FreshtagError,
  attempts: number,
  { retry, random }: Pick<CallerOptions, 'retry' | 'random'>,
): number | undefined {
  return attempts < retry.maxAttempts ? nextDelayMs(error, attempts, random()) : undefined;
}
