import { describe, test } from 'vitest';

import type { RelayEvent } from '@freshtag/core/relay';

import {
  createMemoryOutbox,
  rowsOf,
  sentTags,
  startCloud,
  startRelay,
  startTimed,
} from './relay-world.ts';

const PAGES = Array.from({ length: 9 }, (_, index) => `page:/${index % 3}/${index}`);
const SMALL = {
  secondPassDelayMs: false,
  includeOverflow: false,
  limits: { maxTagsPerCall: 2, maxCallsPerSecond: 1000 },
} as const;
/** So that no row waits for longer than usual. */
const NO_WIDER = { maxWindowMs: 1 } as const;
const window = { idleMs: 30, maxMs: 30 } as const;

function stepsOf(events: readonly RelayEvent[]): (readonly [string, string])[] {
  return events.flatMap((event) =>
    event.type === 'degraded' ? [[event.step, event.cost] as const] : [],
  );
}

describe('the ladder of the relay', () => {
  test('is off unless it is wanted', async ({ expect }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(PAGES));
    const { relay, events } = await startRelay(edge, store, SMALL);

    await relay.drain();

    expect(stepsOf(events)).toEqual([]);
    expect(calls).toHaveLength(5);
    expect(sentTags(calls)).toEqual(PAGES.toSorted());
  });

  test('first has rows gather for longer, which it tells once', async ({ expect }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed();
    const ladder = { maxCalls: 1, maxWindowMs: 20_000 };
    const options = { ...SMALL, clock, window: {}, lookMs: 500, ladder };
    const { events } = await startRelay(edge, store, options);
    const appendedAtMs = clock.now();
    await store.append(rowsOf(PAGES));

    await passUntil(() => events.some((event) => event.type === 'claimed'), 50);

    expect(clock.now() - appendedAtMs).toBeGreaterThanOrEqual(20_000);
    expect(clock.now() - appendedAtMs).toBeLessThan(20_200);
    expect(stepsOf(events)).toEqual([
      ['wider-window', expect.stringMatching(/9 rows wait for up to 20000 ms/)],
    ]);
    await passUntil(() => calls.length === 5);
  });

  test('waits no longer than usual for rows that few calls carry', async ({ expect }) => {
    const { edge, clock, store, passUntil } = await startTimed();
    const ladder = { maxCalls: 1, maxWindowMs: 20_000 };
    const options = { ...SMALL, clock, window: {}, lookMs: 500, ladder };
    const { events } = await startRelay(edge, store, options);
    const appendedAtMs = clock.now();
    await store.append(rowsOf(PAGES.slice(0, 2)));

    await passUntil(() => events.some((event) => event.type === 'claimed'), 10);

    expect(clock.now() - appendedAtMs).toBeLessThan(1100);
    expect(stepsOf(events)).toEqual([]);
  });

  test('then refreshes coarser tags, and tells what that costs', async ({ expect }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(PAGES));
    const coarser = (tag: string): string => tag.slice(0, 'page:/0'.length);
    const ladder = { maxCalls: 2, ...NO_WIDER, coarser };
    const { relay, events } = await startRelay(edge, store, { ...SMALL, window, ladder });

    await relay.drain();

    expect(stepsOf(events)).toEqual([
      ['coarser-tags', expect.stringMatching(/^9 tags in 5 calls became 3 in 2/)],
    ]);
    expect(sentTags(calls)).toEqual(['page:/0', 'page:/1', 'page:/2']);
    expect((await store.history()).map(({ state }) => state)).toEqual(Array(9).fill('complete'));
  });

  test('at last refreshes directories, in every pass', async ({ expect }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(PAGES));
    const ladder = { maxCalls: 1, ...NO_WIDER, coarser: () => undefined, directories: ['/'] };
    const options = { ...SMALL, window, secondPassDelayMs: 20, ladder };
    const { relay, events } = await startRelay(edge, store, options);

    await relay.drain();

    expect(stepsOf(events)).toEqual([
      ['directories', expect.stringMatching(/^9 tags in 5 calls became everything under \/ in 1/)],
    ]);
    expect(calls).toHaveLength(3);
    for (const call of calls)
      expect(call).toMatchObject({
        tags: [],
        objects: ['https://www.example.com/'],
        objectType: 'Directory',
      });
    expect((await store.history()).map(({ state }) => state)).toEqual(Array(9).fill('complete'));
  });

  for (const [name, coarser] of [
    [
      'throws',
      (): string => {
        throw new Error('no');
      },
    ],
    ['makes no tags', (): string => 'not a tag, but two'],
    ['makes other tags and no fewer calls', (tag: string): string => `${tag}/all`],
  ] as const)
    test(`keeps the tags as they are where the coarser one ${name}`, async ({ expect }) => {
      const { edge, calls } = await startCloud();
      const store = createMemoryOutbox();
      await store.append(rowsOf(PAGES));
      const ladder = { maxCalls: 1, ...NO_WIDER, coarser };
      const { relay, events } = await startRelay(edge, store, { ...SMALL, window, ladder });

      await relay.drain();

      expect(sentTags(calls)).toEqual(PAGES.toSorted());
      expect(stepsOf(events)).toEqual([]);
    });
});
