import { describe, test } from 'vitest';

import {
  AT_ONCE,
  createMemoryOutbox,
  rowsOf,
  sentTags,
  startCloud,
  startRelay,
  startTimed,
} from './relay-world.ts';

const DESCRIBE = 'DescribeDcdnRefreshTaskById';

describe('the passes of the relay', () => {
  test('come as long after the pass before as was asked for, the third after the end of the second', async ({
    expect,
  }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed({
      secondLayer: { propagationDelayMs: 10_000 },
    });
    const { events } = await startRelay(edge, store, { clock, ...TIMED });
    await store.append(rowsOf(['page:/a']));

    await passUntil(() => events.some((event) => event.type === 'completed'), 20);

    const [first = 0, second = 0, third = 0] = calls.map((call) => call.at);
    expect(calls).toHaveLength(3);
    expect(second - first).toBeGreaterThanOrEqual(30_000);
    expect(second - first).toBeLessThan(32_000);
    // The second is complete after ten seconds, and asked for every five.
    expect(third - second).toBeGreaterThanOrEqual(40_000);
    expect(third - second).toBeLessThan(47_000);
  });

  test('go on where a relay has stopped', async ({ expect }) => {
    const { edge, calls, called } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a', 'page:/b']));
    const one = await startRelay(edge, store);
    await called(2);
    await one.relay.stop();

    const other = await startRelay(edge, store);
    await other.relay.drain();

    expect(calls.length).toBeLessThanOrEqual(4);
    const [entry] = await store.history();
    expect(entry).toMatchObject({ state: 'complete', batch: { pass: 3 } });
    expect(new Set(entry?.batch?.calls.map((call) => call.pass))).toEqual(new Set([1, 2, 3]));
  });

  test('are one where no second is wanted', async ({ expect }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a']));
    const { relay } = await startRelay(edge, store, { secondPassDelayMs: false });

    await relay.drain();

    expect(calls).toHaveLength(1);
    expect(await store.history()).toMatchObject([{ state: 'complete', batch: { pass: 1 } }]);
  });

  test('are made again when their task fails, and then complete', async ({ expect }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed();
    const { events } = await startRelay(edge, store, { clock, ...TIMED });
    await store.append(rowsOf(['page:/a']));
    await passUntil(() => calls.length === 1, 20);
    edge.injectFault({ kind: 'task-failed', description: 'No disk', times: 2 });

    await passUntil(() => events.some((event) => event.type === 'completed'), 20);

    expect(calls).toHaveLength(5);
    const [entry] = await store.history();
    expect(entry?.state).toBe('complete');
    expect(entry?.batch?.calls.map(({ pass, ending }) => [pass, ending])).toEqual([
      [1, undefined],
      [2, 'failed'],
      [2, 'failed'],
      [2, 'complete'],
      [3, 'complete'],
    ]);
    const waited = events.filter((event) => event.type === 'waiting');
    expect(waited.map(({ problem }) => problem.message).join(' ')).toContain('No disk');
  });

  test('are parked when their task fails too often, and go on when they are redriven', async ({
    expect,
  }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed();
    const options = { clock, ...TIMED, secondPassDelayMs: false, maxFailures: 3 } as const;
    const { relay, events } = await startRelay(edge, store, options);
    edge.injectFault({ kind: 'task-failed', times: 4 });
    await store.append(rowsOf(['page:/a']));

    await passUntil(() => events.some((event) => event.type === 'parked'), 50);

    expect(calls).toHaveLength(3);
    expect(await store.history()).toMatchObject([
      { state: 'parked', problem: { code: 'REFRESH_INCOMPLETE' } },
    ]);
    expect(await relay.health()).toMatchObject({ statistics: { parkedBatches: 1 } });
    expect(await relay.redrive()).toBe(1);
    await passUntil(() => events.some((event) => event.type === 'completed'), 50);
    expect(calls).toHaveLength(5);
  });

  test('whose task is never reported are settled by time, and called so', async ({ expect }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed();
    edge.injectFault({ kind: 'task-unreported' });
    const options = { clock, ...TIMED, secondPassDelayMs: false } as const;
    const { events } = await startRelay(edge, store, options);
    await store.append(rowsOf(['page:/a']));

    await passUntil(() => events.some((event) => event.type === 'completed'), 50);

    expect(clock.now() - (calls[0]?.at ?? 0)).toBeGreaterThanOrEqual(360_000);
    expect(events.at(-1)).toMatchObject({ type: 'completed', state: 'settled' });
    expect(await store.history()).toMatchObject([
      { state: 'settled', batch: { calls: [{ ending: 'settled' }] } },
    ]);
  });

  test('are settled by time where the cloud does not take the question', async ({ expect }) => {
    const { edge } = await startCloud();
    edge.injectFault({
      kind: 'refused',
      code: 'InvalidTaskId.Malformed',
      action: DESCRIBE,
      times: 1000,
    });
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a']));
    const { relay } = await startRelay(edge, store, { secondPassDelayMs: false });

    await relay.drain();

    expect(await store.history()).toMatchObject([{ state: 'settled' }]);
  });

  test('are not lost when one of their calls fails', async ({ expect }) => {
    const { edge, calls, called } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(['article:1']));
    const { relay, events } = await startRelay(edge, store, AT_ONCE);
    await called(1);
    edge.injectFault({ kind: 'cut', action: REFRESH, times: 2 });

    await relay.drain();

    const accepted = calls.filter((call) => call.outcome === 'accepted' && !call.fault);
    expect(accepted.map((call) => sentTags([call]))).toEqual(
      Array.from({ length: 3 }, () => ['article:*', 'article:1']),
    );
    expect(events.filter((event) => event.type === 'waiting')).toHaveLength(2);
    expect(await store.history()).toMatchObject([{ state: 'complete' }]);
  });
});

const REFRESH = 'RefreshDcdnObjectCacheByCacheTag';
/** The defaults. */
const TIMED = {
  window: {},
  lookMs: 500,
  secondPassDelayMs: 30_000,
  pollIntervalMs: 5000,
  settleMs: 360_000,
} as const;
