import type { Clock } from '@freshtag/core';

import { ACTIONS, type ApiAction } from './action-names.ts';
import type { ApiLimits } from './api-options.ts';

const WINDOW_MS = 1000;

/**
 * What the pages of the actions say. That of the refresh by tag says nothing: a guess, after its sister.
 *
 * @see https://www.alibabacloud.com/help/en/edge-security-acceleration/dcdn/developer-reference/api-dcdn-2018-01-15-dir
 */
const DOCUMENTED_RATES: Readonly<Record<ApiAction, number>> = {
  RefreshDcdnObjectCacheByCacheTag: 30,
  RefreshDcdnObjectCaches: 30,
  DescribeDcdnRefreshTaskById: 30,
  DescribeDcdnRefreshTasks: 10,
  DescribeDcdnRefreshQuota: 20,
};

/** @returns what tells whether one more call of an action may pass, and counts it if so */
export function createRates(
  rates: Required<ApiLimits>['maxCallsPerSecond'],
  clock: Pick<Clock, 'now'>,
): (action: string) => boolean {
  const limits = { ...DOCUMENTED_RATES, ...(typeof rates === 'number' ? {} : rates) };
  const passes = new Map<string, () => boolean>(
    ACTIONS.map((name) => [
      name,
      createRate(typeof rates === 'number' ? rates : limits[name], clock),
    ]),
  );
  return (action) => passes.get(action)?.() ?? true;
}

function createRate(maxCalls: number, clock: Pick<Clock, 'now'>): () => boolean {
  let passedAtMs: readonly number[] = [];
  return () => {
    if (maxCalls === Infinity) return true;
    const nowMs = clock.now();
    passedAtMs = passedAtMs.filter((atMs) => atMs > nowMs - WINDOW_MS);
    if (passedAtMs.length >= maxCalls) return false;
    passedAtMs = [...passedAtMs, nowMs];
    return true;
  };
}
