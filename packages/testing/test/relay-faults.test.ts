import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { describe, onTestFinished, test, vi } from 'vitest';

import type { Fault } from '@freshtag/edge';

import {
  AT_ONCE,
  createMemoryOutbox,
  domain,
  other,
  rowsOf,
  sentTags,
  startCloud,
  startRelay,
  startTimed,
} from './relay-world.ts';

const action = 'RefreshDcdnObjectCacheByCacheTag';
const ONE_PASS = { ...AT_ONCE, secondPassDelayMs: false } as const;

const TRANSIENT: readonly (readonly [string, Fault, string])[] = [
  ['throttling', { kind: 'throttled', times: 2 }, 'THROTTLED'],
  ['a full queue', { kind: 'queue-full', times: 2 }, 'QUEUE_FULL'],
  ['a busy cloud', { kind: 'unavailable', action, times: 2 }, 'CLOUD_BUSY'],
  ['an answer in HTML', { kind: 'html', action, times: 2 }, 'API_UNREADABLE'],
  ['an answer that ends too soon', { kind: 'truncated', action, times: 2 }, 'ENDPOINT_UNREACHABLE'],
  ['a broken connection', { kind: 'cut', action, times: 2 }, 'ENDPOINT_UNREACHABLE'],
  ['silence', { kind: 'silent', action, times: 2 }, 'ENDPOINT_UNREACHABLE'],
  [
    'a broken connection after the call took effect',
    { kind: 'cut', applied: true, action, times: 2 },
    'ENDPOINT_UNREACHABLE',
  ],
];

describe('the relay and the cloud', () => {
  for (const [name, fault, code] of TRANSIENT)
    test(`loses nothing by ${name}, and says why it waits`, async ({ expect }) => {
      const { edge, calls } = await startCloud();
      edge.injectFault(fault);
      const store = createMemoryOutbox();
      await store.append(rowsOf(['page:/a', 'page:/b']));
      const timeoutMs = fault.kind === 'silent' ? 500 : 20_000;
      const { relay, events } = await startRelay(edge, store, { ...ONE_PASS, timeoutMs });

      await relay.drain();

      expect(sentTags(calls.slice(-1))).toEqual(['page:/a', 'page:/b']);
      expect(calls.at(-1)).toMatchObject({ outcome: 'accepted' });
      const waited = events.filter((event) => event.type === 'waiting');
      expect(waited.map(({ problem }) => problem.code)).toEqual([code, code]);
      expect(await store.history()).toMatchObject(
        Array.from({ length: 2 }, () => ({ state: 'complete', attempts: 2 })),
      );
    });

  test('keeps only its domain waiting when a queue is full', async ({ expect }) => {
    const { edge } = await startCloud();
    edge.injectFault({ kind: 'queue-full' });
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a']));
    await store.append(rowsOf(['page:/b'], { domain: other }));
    const { told } = await startRelay(edge, store, {
      secondPassDelayMs: false,
      random: () => 1,
      limits: { maxCallsPerSecond: 1 },
    });

    await told('accepted');
    await told('waiting');

    const [second, first] = await store.history();
    expect(second).toMatchObject({ domain: other, attempts: 0 });
    expect(second?.state).not.toBe('waiting');
    expect(first).toMatchObject({ domain, state: 'waiting', problem: { code: 'QUEUE_FULL' } });
  });

  test('makes no call for as long as the cloud asks for', async ({ expect }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed();
    edge.injectFault({ kind: 'throttled', retryAfterMs: 60_000 });
    const { relay, events } = await startRelay(edge, store, { clock, ...ONE_PASS });
    await store.append(rowsOf(['page:/a']));
    await passUntil(() => events.some((event) => event.type === 'waiting'));
    const refusedAtMs = clock.now();
    await store.append(rowsOf(['page:/b']));

    expect(await relay.health()).toMatchObject({ problem: { code: 'THROTTLED' } });
    await passUntil(() => events.filter((event) => event.type === 'completed').length === 1, 20);

    expect(calls.map((call) => sentTags([call]))).toEqual([['page:/a'], ['page:/a', 'page:/b']]);
    expect((calls[1]?.at ?? 0) - refusedAtMs).toBeGreaterThanOrEqual(60_000);
  });

  test('stops calling a cloud that is out of order, gathers meanwhile, and carries all when it is back', async ({
    expect,
  }) => {
    const { edge, calls } = await startCloud();
    edge.injectFault({ kind: 'cut', action, times: 4 });
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/0']));
    const breaker = { failures: 3, openMs: 150 };
    const { relay, events, told } = await startRelay(edge, store, { ...ONE_PASS, breaker });
    await told('circuit');

    for (let index = 1; index < 20; index += 1) await store.append(rowsOf([`page:/${index}`]));
    const health = await relay.health();
    await relay.drain();

    expect(health).toMatchObject({ circuit: 'open', problem: { code: expect.any(String) } });
    expect(health.blockedMs).toBeGreaterThan(0);
    const circuit = events.filter((event) => event.type === 'circuit').map(({ state }) => state);
    expect(circuit).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
    expect(new Set(sentTags(calls)).size).toBe(20);
    expect(edge.faults).toHaveLength(4);
    expect(calls.filter((call) => call.outcome === 'accepted')).toHaveLength(1);
    const history = await store.history();
    expect(new Set(history.map(({ state }) => state))).toEqual(new Set(['complete']));
  });

  test('calls a cloud that refuses for good reason in order', async ({ expect }) => {
    const { edge } = await startCloud();
    for (const kind of ['cut', 'throttled', 'cut', 'throttled', 'cut'] as const)
      edge.injectFault({ kind, action });
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a']));
    const breaker = { failures: 2, openMs: 60_000 };
    const { relay, events } = await startRelay(edge, store, { ...ONE_PASS, breaker });

    await relay.drain();

    expect(events.map(({ type }) => type)).not.toContain('circuit');
  });

  test('leaves no call out for the time that a clock has lost', async ({ expect }) => {
    const { edge } = await startCloud();
    edge.injectFault({ kind: 'cut', action });
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a']));
    const breaker = { failures: 1, openMs: 60_000 };
    const { relay, told } = await startRelay(edge, store, { ...ONE_PASS, breaker });
    await told('waiting');
    onTestFinished(() => void vi.useRealTimers());

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    await told('accepted');

    expect(await relay.health()).toMatchObject({ circuit: 'closed', blockedMs: 0 });
  });

  test('waits for the day of the quota after one refused call, and says so', async ({ expect }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed();
    const quotaTimeZone = 'Europe/Berlin';
    const { relay, events } = await startRelay(edge, store, { clock, ...ONE_PASS, quotaTimeZone });
    edge.injectFault({ kind: 'quota-exceeded' });
    await store.append(rowsOf(['page:/a']));
    await passUntil(() => events.some((event) => event.type === 'quota'));
    await store.append(rowsOf(['page:/b']));
    const health = await relay.health();

    const isOver = (): boolean => events.some((event) => event.type === 'completed');
    await passUntil(() => isOver() || clock.now() >= MIDNIGHT_IN_BERLIN_MS - 60_000, 60_000);
    expect(calls).toHaveLength(1);
    await passUntil(isOver, 1000);

    expect(health).toMatchObject({
      problem: { code: 'QUOTA_EXCEEDED' },
      statistics: { waiting: 2, problem: { code: 'QUOTA_EXCEEDED' } },
    });
    expect(health.blockedMs).toBeGreaterThan(22 * 3_600_000);
    expect(calls.map((call) => sentTags([call]))).toEqual([['page:/a'], ['page:/a', 'page:/b']]);
    expect(calls[1]?.at).toBeGreaterThanOrEqual(MIDNIGHT_IN_BERLIN_MS);
    expect((calls[1]?.at ?? 0) - MIDNIGHT_IN_BERLIN_MS).toBeLessThan(300_000);
  });

  test('waits for no quota longer when its clock is set back', async ({ expect }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed();
    let lostMs = 0;
    const own = { ...clock, now: () => clock.now() - lostMs };
    const { events } = await startRelay(edge, store, { ...ONE_PASS, clock: own });
    edge.injectFault({ kind: 'quota-exceeded' });
    await store.append(rowsOf(['page:/a']));
    await passUntil(() => events.some((event) => event.type === 'waiting'));
    await store.append(rowsOf(['page:/b']));

    lostMs = 300_000;
    const setAtMs = clock.now();
    await passUntil(() => calls.length === 2, 10);

    expect(sentTags(calls.slice(1))).toEqual(['page:/b']);
    expect(clock.now() - setAtMs).toBeLessThan(60_000);
  });

  for (const [where, redrive] of [
    ['here', (world: Quota) => world.relay.redrive()],
    ['at the store, by another process', (world: Quota) => world.store.redrive()],
  ] as const)
    test(`goes on before the day of the quota when it is redriven ${where}`, async ({ expect }) => {
      const { edge, calls, clock, store, passUntil } = await startTimed();
      const { relay, events } = await startRelay(edge, store, { clock, ...ONE_PASS });
      edge.injectFault({ kind: 'quota-exceeded' });
      await store.append(rowsOf(['page:/a']));
      await passUntil(() => events.some((event) => event.type === 'waiting'));

      expect(await redrive({ relay, store })).toBe(1);
      const redrivenAtMs = clock.now();
      await passUntil(() => calls.length === 2, 10);

      expect(clock.now() - redrivenAtMs).toBeLessThan(15_000);
    });
});

describe('the relay and its configuration', () => {
  test('parks all for one reason when the key is refused, and one with the right key carries them', async ({
    expect,
  }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    const tags = Array.from({ length: 500 }, (_, index) => `page:/${index}`);
    await store.append(rowsOf(tags));
    const wrong = { accessKeyId: 'other', accessKeySecret: 'wrong' };
    const limits = { maxCallsPerSecond: 2 };
    let made = 0;
    const count = (): void => void (made += 1);
    subscribe('tracing:freshtag:call:start', count);
    onTestFinished(() => void unsubscribe('tracing:freshtag:call:start', count));
    const one = await startRelay(edge, store, { ...ONE_PASS, limits, credentials: wrong });
    await one.relay.drain();
    const parked = await one.relay.health();
    await one.relay.stop();

    expect(parked).toMatchObject({
      statistics: { waiting: 0, parked: 500, problem: { code: 'KEY_REFUSED' } },
    });
    expect(JSON.stringify(one.events)).not.toContain('wrong');
    // Five calls would be needed; those that were begun together have shown that none can pass.
    expect(made).toBe(2);
    expect(calls).toHaveLength(0);

    const two = await startRelay(edge, store, ONE_PASS);
    await two.relay.drain();
    expect(sentTags(calls)).toEqual(tags.toSorted());
  });

  test('parks the rows of a wrong domain and no others', async ({ expect }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a', 'page:/b'], { domain: 'nowhere.example.com' }));
    await store.append(rowsOf(['page:/a']));
    const limits = { maxTagsPerCall: 1, maxCallsPerSecond: 1 };
    const options = { ...ONE_PASS, includeOverflow: false, limits };
    const { relay } = await startRelay(edge, store, options);

    await relay.drain();

    const history = await store.history();
    expect(history.map(({ state }) => state)).toEqual(['complete', 'parked', 'parked']);
    expect(history[1]?.problem?.code).toBe('DOMAIN_REFUSED');
    expect(calls.filter((call) => call.outcome === 'refused')).toHaveLength(1);
  });

  test('finds a bad tag, parks it alone, and carries the others with their overflow tags', async ({
    expect,
  }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(['article:1', 'article:2', 'news:1', 'news:2']));
    // All six tags, then three of them, two, and the first one alone.
    edge.refuseRefreshes({ code: 'InvalidParameters', times: 4 });
    const { relay, events } = await startRelay(edge, store, ONE_PASS);

    await relay.drain();

    const history = await store.history();
    expect(Object.fromEntries(history.map(({ tag, state }) => [tag, state]))).toEqual({
      'article:1': 'parked',
      'article:2': 'complete',
      'news:1': 'complete',
      'news:2': 'complete',
    });
    const accepted = calls.filter((call) => call.outcome === 'accepted');
    expect(sentTags(accepted)).toEqual(['article:*', 'article:2', 'news:*', 'news:1', 'news:2']);
    expect(events.filter((event) => event.type === 'parked')).toMatchObject([{ tags: 1 }]);
  });

  test('parks a row whose overflow tag is refused, although its own tag is accepted', async ({
    expect,
  }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(['article:1']));
    const { relay } = await startRelay(edge, store, ONE_PASS);
    // Both, then each alone: the tag is accepted, the overflow tag is not.
    edge.refuseRefreshes({ code: 'InvalidParameters' });
    edge.injectFault({ kind: 'slow', delayMs: 0, action });
    edge.refuseRefreshes({ code: 'InvalidParameters' });

    await relay.drain();

    expect(calls.map((call) => [call.outcome, ...call.tags])).toEqual([
      ['refused', 'article:1', 'article:*'],
      ['accepted', 'article:1'],
      ['refused', 'article:*'],
    ]);
    expect(await store.history()).toMatchObject([{ state: 'parked', batch: undefined }]);
  });

  test('carries good tags that were left out behind several bad ones', async ({ expect }) => {
    const { edge } = await startCloud();
    const store = createMemoryOutbox();
    const tags = Array.from({ length: 8 }, (_, index) => `page:/${index}`);
    await store.append(rowsOf(tags));
    // Eight, four, two, one, one; two, one: three culprits, none accepted, so the rest is left out.
    edge.refuseRefreshes({ code: 'InvalidParameters', times: 7 });
    const { relay } = await startRelay(edge, store, ONE_PASS);

    await relay.drain();

    const history = await store.history();
    const states = Object.groupBy(history, ({ state }) => state);
    expect(states.parked).toHaveLength(3);
    expect(states.complete).toHaveLength(5);
  });
});

type Quota = Pick<Awaited<ReturnType<typeof startRelay>>, 'relay'> &
  Pick<Awaited<ReturnType<typeof startTimed>>, 'store'>;

/** The clock begins at midnight in London. */
const MIDNIGHT_IN_BERLIN_MS = Date.UTC(2026, 0, 1, 23);
