import { describe, test } from 'vitest';

import type { Clock } from '../src/clock.ts';
import { watchPages, type WatchEvent, type WatchOptions } from '../src/verify.ts';
import { domain, servePages, type Pages } from './verify-support.ts';

const START_MS = Date.UTC(2026, 0, 1);

/** A clock that passes only while somebody sleeps; then something may happen. */
function sleepingClock(onSleep: (secondsSoFar: number) => void = () => {}): Clock {
  let nowMs = START_MS;
  return {
    now: () => nowMs,
    sleep: async (delayMs, signal) => {
      signal?.throwIfAborted();
      nowMs += delayMs;
      onSleep((nowMs - START_MS) / 1000);
    },
  };
}

interface World {
  readonly origin: Pages;
  readonly edge: Pages;
}

async function startWorld(paths: readonly string[]): Promise<World> {
  const pages = Object.fromEntries(paths.map((path) => [path, { body: 'new' }]));
  const old = Object.fromEntries(paths.map((path) => [path, { body: 'old' }]));
  return { origin: await servePages(pages), edge: await servePages(old) };
}

async function watch({ origin, edge }: World, options: Partial<WatchOptions>) {
  const events: WatchEvent[] = [];
  const pages = [...origin.pages.keys()];
  const result = await watchPages(pages, {
    domain,
    origin: origin.url,
    edge: edge.url,
    intervalMs: 20_000,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { ...result, events };
}

describe('watching pages', () => {
  test('ends when all are fresh in one round, and has the stale share of every minute', async ({
    expect,
  }) => {
    const world = await startWorld(['/a', '/b']);
    const clock = sleepingClock((seconds) => {
      if (seconds === 40) world.edge.pages.set('/a', { body: 'new' });
      if (seconds === 100) world.edge.pages.set('/b', { body: 'new' });
    });
    const { verification, freshAtMs, rounds, windows, events } = await watch(world, { clock });
    expect(verification.isFresh).toBe(true);
    expect(freshAtMs).toBe(START_MS + 100_000);
    expect(rounds).toBe(6);
    expect(windows).toEqual([
      {
        minute: 0,
        fromMs: START_MS,
        answers: { fresh: 1, stale: 5, unknown: 0 },
        staleRate: 5 / 6,
      },
      {
        minute: 1,
        fromMs: START_MS + 60_000,
        answers: { fresh: 4, stale: 2, unknown: 0 },
        staleRate: 2 / 6,
      },
    ]);
    const told = events.flatMap((event) => (event.type === 'window' ? [event.window] : []));
    expect(told).toEqual(windows);
    expect(events.filter(({ type }) => type === 'page')).toHaveLength(12);
    expect(events.findLast(({ type }) => type === 'round')).toMatchObject({
      round: 6,
      verification: { verdicts: { fresh: 2 } },
    });
  });

  test('counts minutes from the refresh', async ({ expect }) => {
    const world = await startWorld(['/a']);
    const clock = sleepingClock();
    const sinceMs = START_MS - 200_000;
    const { windows } = await watch(world, { clock, sinceMs, forMs: 30_000 });
    expect(windows).toMatchObject([{ minute: 3, fromMs: sinceMs + 180_000, staleRate: 1 }]);
    expect(windows).toHaveLength(1);
  });

  test('sees a page that becomes stale again', async ({ expect }) => {
    const world = await startWorld(['/a', '/b']);
    world.edge.pages.set('/a', { body: 'new' });
    const clock = sleepingClock((seconds) => {
      if (seconds === 20) world.edge.pages.set('/a', { body: 'old' });
      if (seconds === 40) world.edge.pages.set('/b', { body: 'new' });
    });
    const { verification, freshAtMs } = await watch(world, { clock, forMs: 60_000 });
    expect(freshAtMs).toBeNull();
    expect(verification.pages.find(({ path }) => path === '/a')).toMatchObject({
      verdict: 'stale',
    });
    expect(verification.verdicts).toEqual({ fresh: 1, stale: 1, unknown: 0 });
  });

  test('ends at the deadline, and begins no page after it', async ({ expect }) => {
    const world = await startWorld(['/a', '/b', '/c']);
    let isOver = false;
    const inner = sleepingClock();
    const clock: Clock = { ...inner, now: () => inner.now() + (isOver ? 60_000 : 0) };
    world.edge.pages.set('/a', (_, response) => {
      isOver = inner.now() > START_MS;
      response.end('new');
    });
    const options = { clock, forMs: 60_000, concurrency: 1 };
    const { rounds, verification } = await watch(world, options);
    expect(rounds).toBe(2);
    expect(world.edge.asked).toEqual(['GET /a', 'GET /b', 'GET /c', 'GET /a']);
    expect(verification.pages.map(({ verdict }) => verdict)).toEqual(['fresh', 'stale', 'stale']);
  });

  test('looks a last time when the time is over', async ({ expect }) => {
    const world = await startWorld(['/a']);
    const clock = sleepingClock((seconds) => {
      if (seconds === 50) world.edge.pages.set('/a', { body: 'new' });
    });
    const { rounds, freshAtMs } = await watch(world, { clock, forMs: 50_000 });
    expect([rounds, freshAtMs]).toEqual([4, START_MS + 50_000]);
  });

  test('waits for what does not answer, but not for what can never be compared', async ({
    expect,
  }) => {
    const world = await startWorld(['/a', '/b']);
    world.edge.pages.set('/b', { body: 'new' });
    world.origin.pages.set('/a', { status: 503 });
    let count = 0;
    const clock = sleepingClock((seconds) => {
      if (seconds !== 40) return;
      world.origin.pages.set('/a', (_, response) => response.end(String((count += 1))));
    });
    const { rounds, verification } = await watch(world, { clock });
    expect(rounds).toBe(4);
    expect(verification.outcomes).toMatchObject({ unstable: 1, fresh: 1 });
  });

  test('asks for the same sample in every round', async ({ expect }) => {
    const world = await startWorld(Array.from({ length: 30 }, (_, index) => `/${index}`));
    const { verification } = await watch(world, {
      clock: sleepingClock(),
      forMs: 40_000,
      sample: 2,
    });
    expect([verification.pages.length, verification.of]).toEqual([2, 30]);
    expect(new Set(world.edge.asked).size).toBe(2);
  });

  test('ends with the signal’s reason, also while it waits', async ({ expect }) => {
    const world = await startWorld(['/a']);
    const stop = new AbortController();
    const inner = sleepingClock();
    const clock: Clock = {
      ...inner,
      sleep: async (delayMs, signal) => {
        stop.abort(new Error('enough'));
        return inner.sleep(delayMs, signal);
      },
    };
    await expect(watch(world, { clock, signal: stop.signal })).rejects.toThrow('enough');
  });

  test.for<[Partial<WatchOptions>, RegExp]>([
    [{ forMs: -1 }, /^forMs: -1/],
    [{ forMs: 2 ** 31 }, /^forMs: /],
    [{ intervalMs: 0 }, /^intervalMs: 0/],
    [{ sinceMs: Date.UTC(9999, 0) }, /^sinceMs: .*a time that is over/],
    [{ sinceMs: Number.NaN }, /^sinceMs: /],
  ])('refuses %j before anything is asked', async ([options, message], { expect }) => {
    const world = await startWorld(['/a']);
    await expect(watch(world, options)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    });
    expect(world.origin.asked).toEqual([]);
  });
});
