import { describe, test } from 'vitest';

import { asCall, call } from './signed-call.ts';
import { DOMAIN, serve, startBench, startOrigin, type Bench } from './support.ts';

async function startLimited(): Promise<Bench> {
  const origin = await startOrigin(serve({ body: 'old' }));
  return startBench(origin.url, { maxCallsPerSecond: 2 });
}

describe('the option maxCallsPerSecond', () => {
  test('refuses what is too much in any second by the clock, and counts only what passed', async ({
    expect,
  }) => {
    const bench = await startLimited();
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
    expect(bench.edge.events.map(({ outcome }) => outcome === 'accepted')).toEqual(
      seen.map((line) => line === 'passed'),
    );
    expect(bench.edge.faults).toEqual([]);
  });

  test('counts refreshes by tag and by URL together, and no reports', async ({ expect }) => {
    const bench = await startLimited();
    const objects = asCall('RefreshDcdnObjectCaches', { ObjectPath: `${DOMAIN}/` });

    expect((await call(bench)).status).toBe(200);
    expect((await call(bench, objects)).status).toBe(200);
    for (let count = 0; count < 3; count += 1)
      expect((await call(bench, asCall('DescribeDcdnRefreshQuota'))).status).toBe(200);
    expect((await call(bench, objects)).json['Code']).toBe('Throttling.User');
  });

  test('a call that is too much uses up no fault', async ({ expect }) => {
    const bench = await startLimited();
    await call(bench);
    await call(bench);
    bench.edge.injectFault({ kind: 'unavailable' });

    expect((await call(bench)).json['Code']).toBe('Throttling.User');
    bench.clock.advance(1000);
    expect((await call(bench)).json['Code']).toBe('ServiceUnavailable');
  });
});
