import { describe, test } from 'vitest';

import type { EdgeOptions } from '../src/index.ts';
import { asCall, call, type Sent } from './signed-call.ts';
import { DOMAIN, serve, startBench, startOrigin, type Bench } from './support.ts';

async function startLimited(
  maxCallsPerSecond: NonNullable<EdgeOptions['maxCallsPerSecond']>,
): Promise<Bench> {
  const origin = await startOrigin(serve({ body: 'old' }));
  return startBench(origin.url, { maxCallsPerSecond });
}

/** Calls of an action until one is refused, as many as passed. */
async function countPasses(bench: Bench, sent: Sent): Promise<number> {
  for (let count = 0; ; count += 1) {
    const { status, json } = await call(bench, sent);
    if (status !== 200 && json['Code'] === 'Throttling.User') return count;
  }
}

describe('calls in a second', () => {
  test.for([
    ['RefreshDcdnObjectCacheByCacheTag', 30, { CacheTag: 'a', DomainName: DOMAIN }],
    ['RefreshDcdnObjectCaches', 30, { ObjectPath: `${DOMAIN}/` }],
    ['DescribeDcdnRefreshTaskById', 30, { TaskId: '1' }],
    ['DescribeDcdnRefreshTasks', 10, {}],
    ['DescribeDcdnRefreshQuota', 20, {}],
  ] as const)('of %s are %i by default, as the cloud says', async (row, { expect }) => {
    const [action, most, query] = row;
    const bench = await startLimited({});

    expect(await countPasses(bench, asCall(action, query))).toBe(most);
  });

  test('are refused when too many in any second by the clock, and count only if they passed', async ({
    expect,
  }) => {
    const bench = await startLimited(2);
    const seen: string[] = [];
    for (const durationMs of [0, 600, 399, 1, 0, 599, 1]) {
      bench.clock.advance(durationMs);
      const { status, json } = await call(bench);
      seen.push(status === 200 ? 'passed' : `${status} ${String(json['Code'])}`);
    }

    expect(seen).toEqual([
      'passed',
      'passed',
      '400 Throttling.User',
      'passed',
      '400 Throttling.User',
      '400 Throttling.User',
      'passed',
    ]);
    expect(bench.edge.refreshes.map(({ outcome }) => outcome === 'accepted')).toEqual(
      seen.map((line) => line === 'passed'),
    );
    expect(bench.edge.faults).toEqual([]);
  });

  test('are counted for each action alone; a number is for every one, a name for its own', async ({
    expect,
  }) => {
    const quota = asCall('DescribeDcdnRefreshQuota');
    const tasks = asCall('DescribeDcdnRefreshTasks');

    const same = await startLimited(3);
    expect([await countPasses(same, quota), await countPasses(same, tasks)]).toEqual([3, 3]);
    const own = await startLimited({ DescribeDcdnRefreshQuota: 2 });
    expect([await countPasses(own, quota), await countPasses(own, tasks)]).toEqual([2, 10]);
  });

  test('that are too many use up no fault', async ({ expect }) => {
    const bench = await startLimited(2);
    await call(bench);
    await call(bench);
    bench.edge.injectFault({ kind: 'unavailable' });

    expect((await call(bench)).json['Code']).toBe('Throttling.User');
    bench.clock.advance(1000);
    expect((await call(bench)).json['Code']).toBe('ServiceUnavailable');
  });
});
