import { describe, test } from 'vitest';

import type { Fault } from '../src/index.ts';
import { asCall, call, send } from './signed-call.ts';
import { startPlainBench } from './support.ts';

const BY_TAG = 'RefreshDcdnObjectCacheByCacheTag';
const CLOSED = { code: 'UND_ERR_SOCKET' };

describe('faults', () => {
  test('happen in their order, as often as told, each to its action only', async ({ expect }) => {
    const bench = await startPlainBench();
    const { edge } = bench;
    const quota = asCall('DescribeDcdnRefreshQuota');
    edge.injectFault({ kind: 'refused', code: 'A', action: 'DescribeDcdnRefreshQuota', times: 2 });
    edge.injectFault({ kind: 'refused', code: 'B' });
    edge.injectFault({ kind: 'refused', code: 'C', action: BY_TAG });

    const codes: unknown[] = [];
    for (const sent of [{}, quota, quota, quota, {}, {}])
      codes.push((await call(bench, sent)).json['Code']);

    expect(codes).toEqual(['B', 'A', 'A', undefined, 'C', undefined]);
    expect(edge.faults.map(({ action }) => action)).toEqual([
      BY_TAG,
      'DescribeDcdnRefreshQuota',
      'DescribeDcdnRefreshQuota',
      BY_TAG,
    ]);
  });

  test('a report that is cut loses its answer and changes nothing', async ({ expect }) => {
    const bench = await startPlainBench();
    const quota = asCall('DescribeDcdnRefreshQuota');
    bench.edge.injectFault({ kind: 'cut', applied: true });

    await expect(send(bench, quota)).rejects.toMatchObject(CLOSED);

    expect(bench.edge.faults).toMatchObject([{ kind: 'cut', applied: false }]);
    expect(bench.edge.events).toEqual([]);
    expect((await call(bench, quota)).status).toBe(200);
  });

  test('a call that is not signed well, or of no known action, uses up none', async ({
    expect,
  }) => {
    const bench = await startPlainBench();
    bench.edge.injectFault({ kind: 'unavailable' });

    await call(bench, { secret: 'wrong' });
    await call(bench, asCall('DeleteDcdnDomain'));
    expect(bench.edge.faults).toEqual([]);
    expect((await call(bench)).status).toBe(503);
  });

  test.for([
    ['kind', { kind: 'broken' }],
    ['kind', { kind: 'toString' }],
    ['times', { kind: 'cut', times: 0 }],
    ['times', { kind: 'cut', times: 1.5 }],
    ['action', { kind: 'cut', action: 'DeleteDcdnDomain' }],
    ['action', { kind: 'task-failed', action: 'DescribeDcdnRefreshQuota' }],
    ['code', { kind: 'refused', code: '' }],
    ['code', { kind: 'throttled', code: '' }],
    ['status', { kind: 'xml', code: 'A', status: 200 }],
    ['retryAfterMs', { kind: 'throttled', retryAfterMs: -1 }],
    ['delayMs', { kind: 'slow', delayMs: 2 ** 31 }],
    ['delayMs', { kind: 'slow' }],
  ] as const)('a bad value of %s is refused: %j', async ([option, fault], { expect }) => {
    const { edge } = await startPlainBench();

    expect(() => edge.injectFault(fault as unknown as Fault)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(`^${option}: `),
      }),
    );
  });
});
