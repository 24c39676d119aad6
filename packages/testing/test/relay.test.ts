import { describe, test } from 'vitest';

import {
  createMemoryOutbox,
  domain,
  other,
  QUICK,
  rowsOf,
  sentTags,
  startCloud,
  startRelay,
  startTimed,
} from './relay-world.ts';

describe('the relay', () => {
  test('carries each tag once a pass, in three passes, and settles every row', async ({
    expect,
  }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(['article:1', 'article:2', 'article:1']));
    await store.append(rowsOf(['article:2'], { subject: 'again' }));
    const { relay } = await startRelay(edge, store);

    await relay.drain();

    expect(calls).toHaveLength(3);
    for (const call of calls)
      expect(sentTags([call])).toEqual(['article:*', 'article:1', 'article:2']);
    const history = await store.history();
    expect(history.map((entry) => entry.state)).toEqual(Array(4).fill('complete'));
    expect(history[0]).toMatchObject({ subject: 'again', batch: { pass: 3 } });
    expect(history[0]?.batch?.calls.map((call) => call.pass)).toEqual([1, 2, 3]);
  });

  test('unites by domain, tag and force, and force wins', async ({ expect }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append([
      ...rowsOf(['page:/a', 'page:/b'], { force: false }),
      ...rowsOf(['page:/a']),
      ...rowsOf(['page:/a'], { domain: other, force: false }),
    ]);
    const { relay } = await startRelay(edge, store, { secondPassDelayMs: false });

    await relay.drain();

    const made = calls.map((call) => [call.domain, call.force, sentTags([call])]);
    expect(made.toSorted()).toEqual([
      [other, false, ['page:/a']],
      [domain, false, ['page:/b']],
      [domain, true, ['page:/a']],
    ]);
  });

  test('carries a tag that is appended while its call is under way by a call that begins after that', async ({
    expect,
  }) => {
    const { edge, calls, called } = await startCloud();
    const store = createMemoryOutbox();
    edge.injectFault({ kind: 'slow', delayMs: 150 });
    const { relay } = await startRelay(edge, store, { secondPassDelayMs: false });
    await store.append(rowsOf(['article:1']));
    await called(1);

    await store.append(rowsOf(['article:1'], { subject: 'again' }));
    const appendedAtMs = Date.now();
    await relay.drain();

    expect(calls).toHaveLength(2);
    expect(calls[1]?.at).toBeGreaterThanOrEqual(appendedAtMs);
    const [again, first] = await store.history();
    expect(again?.batch?.id).not.toBe(first?.batch?.id);
    expect(again?.batch?.calls[0]?.atMs).toBeGreaterThanOrEqual(appendedAtMs);
  });

  test('makes no call twice where two relays share the work of one store', async ({ expect }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    const tags = Array.from({ length: 300 }, (_, index) => `page:/${index}`);
    const one = await startRelay(edge, store, { claimLimit: 50, name: 'one' });
    await startRelay(edge, store, { claimLimit: 50, name: 'other' });

    for (const tag of tags) await store.append(rowsOf([tag]));
    await one.relay.drain();

    const counts = Map.groupBy(sentTags(calls), (tag) => tag);
    expect([...counts.keys()]).toHaveLength(tags.length);
    expect(new Set([...counts.values()].map((sent) => sent.length))).toEqual(new Set([3]));
  });
});

describe('the window of the relay', () => {
  test('closes when no row came for a second', async ({ expect }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed();
    const { events } = await startRelay(edge, store, { ...TIMED, clock });
    await store.append(rowsOf(['page:/a']));
    const firstAtMs = clock.now();
    await passUntil(() => clock.now() >= firstAtMs + 700);
    await store.append(rowsOf(['page:/b']));
    const lastAtMs = clock.now();

    await passUntil(() => events.some((event) => event.type === 'claimed'));
    expect(clock.now() - lastAtMs).toBeGreaterThanOrEqual(1000);
    expect(clock.now() - lastAtMs).toBeLessThanOrEqual(1010);
    await passUntil(() => calls.length > 0);

    expect(sentTags(calls)).toEqual(['page:/a', 'page:/b']);
  });

  test('closes five seconds after its first row, however many come', async ({ expect }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed();
    const { events } = await startRelay(edge, store, { ...TIMED, clock });
    const firstAtMs = clock.now();
    let next = 0;
    await passUntil(() => {
      if (clock.now() >= firstAtMs + next * 500) {
        void store.append(rowsOf([`page:/${next}`]));
        next += 1;
      }
      return events.some((event) => event.type === 'claimed');
    });

    expect(clock.now() - firstAtMs).toBeGreaterThanOrEqual(5000);
    expect(clock.now() - firstAtMs).toBeLessThanOrEqual(5010);
    await passUntil(() => calls.length > 0);
    expect(calls[0]?.tags.length).toBeGreaterThanOrEqual(10);
  });

  test('never waits for the time that a clock has lost', async ({ expect }) => {
    const { edge, clock, store, passUntil } = await startTimed();
    const { events } = await startRelay(edge, store, { ...TIMED, clock });
    await store.append(rowsOf(['page:/a']));

    clock.advance(3_600_000);
    const afterMs = clock.now();
    await passUntil(() => events.some((event) => event.type === 'accepted'));

    expect(clock.now() - afterMs).toBeLessThan(2000);
  });

  test('costs an unloaded relay its length and little more', async ({ expect }) => {
    const { edge } = await startCloud();
    const store = createMemoryOutbox();
    const { events, told } = await startRelay(edge, store, { secondPassDelayMs: false });
    const ages: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      await store.append(rowsOf([`page:/${index}`]));
      await told('accepted', index + 1);
    }
    for (const event of events) if (event.type === 'accepted') ages.push(event.oldestAgeMs ?? 0);

    expect(Math.min(...ages)).toBeGreaterThanOrEqual(QUICK.window.idleMs);
    expect(ages.toSorted((a, b) => a - b)[5]).toBeLessThan(QUICK.window.idleMs + 50);
  });
});

/** The defaults, but one pass. */
const TIMED = { window: {}, lookMs: 500, secondPassDelayMs: false } as const;
