import { describe, test } from 'vitest';

import { createEventLog, type EventLog } from '../src/events.ts';
import { createFaultQueue, type FaultQueue } from '../src/faults/fault-queue.ts';
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
    expect(bench.edge.refreshes).toEqual([]);
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
    ['fault', 'cut'],
    ['fault', null],
    ['fault', [{ kind: 'cut' }]],
    ['kind', {}],
    ['kind', { kind: 'broken' }],
    ['times', { kind: 'cut', times: '2' }],
    ['applied', { kind: 'cut', applied: 1 }],
    ['message', { kind: 'refused', code: 'A', message: 5 }],
    ['code', { kind: 'refused', code: 'A\r\nB' }],
    ['code', { kind: 'refused' }],
    ['description', { kind: 'task-failed', description: '' }],
    ['action', { kind: 'quota-exceeded', action: 'DescribeDcdnRefreshQuota' }],
    ['delayMs', { kind: 'slow-fill' }],
    ['delayMs', { kind: 'slow-fill', delayMs: Infinity }],
    ['path', { kind: 'origin-down', path: 'a' }],
    ['domain', { kind: 'origin-down', domain: 'other.example' }],
    ['point', { kind: 'lag', delayMs: 1 }],
    ['point', { kind: 'lag', point: 'pop-3', delayMs: 1 }],
    ['delayMs', { kind: 'lag', point: 'pop-1', delayMs: -1 }],
    ['"applied"', { kind: 'slow', delayMs: 1, applied: true }],
    ['"action"', { kind: 'origin-down', action: BY_TAG }],
    ['"__proto__"', JSON.parse('{ "kind": "cut", "__proto__": {} }')],
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
    expect(edge.pendingFaults()).toEqual([]);
  });

  test('that are still to happen can be seen and forgotten', async ({ expect }) => {
    const bench = await startPlainBench();
    const { edge } = bench;
    const faults: readonly Fault[] = [
      { kind: 'unavailable', times: 3 },
      { kind: 'lag', point: 'second-layer', delayMs: 60_000 },
    ];
    for (const fault of faults) edge.injectFault(fault);
    await call(bench, asCall('DescribeDcdnRefreshQuota'));

    const [first, second] = faults;
    expect(edge.pendingFaults()).toEqual([
      { fault: first, left: 2 },
      { fault: second, left: 1 },
    ]);
    edge.clearFaults();
    expect(edge.pendingFaults()).toEqual([]);
    expect((await call(bench)).status).toBe(200);
  });
});

describe('a fault of fetches', () => {
  function createQueue(): { queue: FaultQueue; log: EventLog } {
    const log = createEventLog();
    const queue = createFaultQueue({
      clock: { now: () => 7 },
      log,
      layers: ['pop-1'],
      domains: ['a.example', 'b.example'],
    });
    return { queue, log };
  }

  test('waits for a fetch of its domain and path, happens as often as told, and is logged', ({
    expect,
  }) => {
    const { queue, log } = createQueue();
    queue.add({ kind: 'origin-down', domain: 'b.example', path: '/x?y=1', times: 2 });
    queue.add({ kind: 'slow-fill', domain: 'b.example', delayMs: 5 });
    const take = (domain: string, path: string): string | undefined =>
      queue.takeForFetch({ domain, path })?.kind;

    const taken = [
      take('a.example', '/x?y=1'),
      take('b.example', '/x?y=1'),
      take('b.example', '/x'),
      take('b.example', '/x'),
      take('b.example', '/x?y=1'),
      take('b.example', '/x?y=1'),
    ];

    const [down, slow, none] = ['origin-down', 'slow-fill', undefined];
    expect(taken).toEqual([none, down, slow, none, down, none]);
    const event = { at: 7, type: 'fault', domain: 'b.example' };
    expect(log.list('fault')).toEqual([
      { ...event, kind: down, path: '/x?y=1' },
      { ...event, kind: slow, path: '/x', delayMs: 5 },
      { ...event, kind: down, path: '/x?y=1' },
    ]);
  });

  test('without a domain and a path takes the next fetch, and no call', ({ expect }) => {
    const { queue } = createQueue();
    queue.add({ kind: 'slow-fill', delayMs: 5 });

    expect(queue.takeForCall(BY_TAG)).toBeUndefined();
    expect(queue.takeForFetch({ domain: 'a.example', path: '/' })).toEqual({
      kind: 'slow-fill',
      delayMs: 5,
    });
  });
});

describe('the fault lag', () => {
  test('has the next refreshes reach one cache that much later, and is logged for each', async ({
    expect,
  }) => {
    const bench = await startPlainBench();
    const { edge, clock } = bench;
    edge.injectFault({ kind: 'lag', point: 'pop-2', delayMs: 60_000, times: 2 });
    const [first, second, third] = [
      await bench.refresh(['page']),
      await bench.refresh(['page']),
      await bench.refresh(['page']),
    ];
    const percents = async (): Promise<unknown> => {
      const TaskId = [first, second, third].join(',');
      const { json } = await call(bench, asCall('DescribeDcdnRefreshTaskById', { TaskId }));
      return (json['Tasks'] as { Process: string }[]).map(({ Process }) => Process);
    };
    const at = clock.now();

    clock.advance(60_799);
    expect(await percents()).toEqual(['67%', '67%', '100%']);
    clock.advance(1);
    expect(await percents()).toEqual(['100%', '100%', '100%']);
    const event = { at, type: 'fault', kind: 'lag', layer: 'pop-2', delayMs: 60_000 };
    expect(edge.faults).toEqual([
      { ...event, taskId: first },
      { ...event, taskId: second },
    ]);
  });
});
