import type { Clock } from '../clock.ts';
import { publishRetry } from '../channels.ts';
import type { DcdnClient } from '../dcdn/client.ts';
import {
  refreshObjectCacheByCacheTag,
  type RefreshByCacheTagParameters,
} from '../dcdn/refresh-by-cache-tag.ts';
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
type Caller = (call: Call, signal?: AbortSignal) => Promise<AcceptedReceipt | RefusedReceipt>;

/**
 * Makes one call until it is accepted, or cannot pass, or has used up its attempts or its time.
 * Every attempt is signed anew.
 */
export function createCaller(options: CallerOptions): Caller {
  const { client, clock, retry } = options;
  return async (call, signal) => {
    const base = { domain: call.domainName, tags: call.cacheTags, force: call.force };
    const startedAtMs = clock.now();
    for (let attempts = 1; ; attempts += 1) {
      const atMs = clock.now();
      try {
        const answer = await refreshObjectCacheByCacheTag(client, call, signal);
        return { outcome: 'accepted', ...base, atMs, attempts, ...answer };
      } catch (error) {
        if (!isFreshtagError(error)) throw error;
        const delayMs = delayBeforeNext(error, attempts, options);
        const spentMs = clock.now() - startedAtMs;
        if (delayMs === undefined || spentMs + delayMs > retry.budgetMs) {
          return { outcome: 'refused', ...base, atMs, attempts, error };
        }
        publishRetry({
          action: 'RefreshDcdnObjectCacheByCacheTag',
          domain: call.domainName,
          code: error.code,
          attempt: attempts,
          delayMs,
        });
        await clock.sleep(delayMs, signal);
      }
    }
  };
}

function delayBeforeNext(
  error: FreshtagError,
  attempts: number,
  { retry, random }: CallerOptions,
): number | undefined {
  return attempts < retry.maxAttempts ? nextDelayMs(error, attempts, random()) : undefined;
}
