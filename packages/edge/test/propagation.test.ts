import type { ServerResponse } from 'node:http';

import { describe, test } from 'vitest';

import { serve, SHARED, startBench, startOrigin, summary, type Page } from './support.ts';

const LATE_SECOND_LAYER = {
  pointsOfPresence: [{ name: 'pop-1', propagationDelayMs: 200 }],
  secondLayer: { propagationDelayMs: 500 },
};
const EARLY_SECOND_LAYER = {
  pointsOfPresence: [
    { name: 'pop-1', propagationDelayMs: 200 },
    { name: 'pop-2', propagationDelayMs: 800 },
  ],
  secondLayer: { propagationDelayMs: 100 },
};

describe('the way of a refresh through the network', () => {
  test('each point of presence serves the old until its own delay has passed, then the new', async ({
    expect,
  }) => {
    const page: Page = { body: 'old' };
    const origin = await startOrigin(serve(page));
    const { visit, refresh, clock } = await startBench(origin.url, EARLY_SECOND_LAYER);
    await visit('/');
    await visit('/', { pop: 'pop-2' });
    page.body = 'new';
    await refresh(['page']);

    clock.advance(199);
    expect(summary(await visit('/'))).toBe('HIT old');
    clock.advance(1);
    expect(summary(await visit('/'))).toBe('MISS new');
    expect(summary(await visit('/', { pop: 'pop-2' }))).toBe('HIT old');
    clock.advance(600);
    expect(summary(await visit('/', { pop: 'pop-2' }))).toBe('MISS new');
    expect(origin.asked).toHaveLength(2);
  });

  test.for([true, false])(
    'a point that is refreshed before the second layer refills itself with the old body, force %s',
    async (force, { expect }) => {
      const page: Page = {
        body: 'old',
        headers: { 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' },
      };
      const origin = await startOrigin(serve(page));
      const { visit, refresh, clock } = await startBench(origin.url, LATE_SECOND_LAYER);
      await visit('/');
      page.body = 'new';
      page.headers = { 'last-modified': 'Fri, 02 Jan 2026 00:00:00 GMT' };
      await refresh(['page'], force);

      clock.advance(300);
      expect(summary(await visit('/'))).toBe('MISS old');
      clock.advance(300);
      expect(summary(await visit('/'))).toBe('HIT old');
      expect(origin.asked).toHaveLength(1);

      await refresh(['page'], force);
      clock.advance(600);
      expect(summary(await visit('/'))).toBe('MISS new');
    },
  );

  test('a fetch that began before a refresh and ends after it leaves the old body in the cache', async ({
    expect,
  }) => {
    const began = Promise.withResolvers<ServerResponse>();
    let slow = true;
    const origin = await startOrigin((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': SHARED, 'cache-tag': 'page' });
      if (!slow) return outgoing.end('new');
      outgoing.write('ol');
      return began.resolve(outgoing);
    });
    const { visit, refresh, clock } = await startBench(origin.url);
    const visiting = visit('/');
    const fill = await began.promise;

    slow = false;
    await refresh(['page']);
    clock.advance(1000);
    fill.end('d');

    expect(summary(await visiting)).toBe('MISS old');
    expect(summary(await visit('/'))).toBe('HIT old');
    expect(summary(await visit('/', { pop: 'pop-2' }))).toBe('MISS old');

    await refresh(['page']);
    clock.advance(1000);
    expect(summary(await visit('/'))).toBe('MISS new');
  });

  test('a fetch that ends before a refresh is due is refreshed by it', async ({ expect }) => {
    const page: Page = { body: 'old' };
    const origin = await startOrigin(serve(page));
    const { visit, refresh, clock } = await startBench(origin.url);
    await refresh(['page']);
    await visit('/');
    page.body = 'new';

    clock.advance(1000);

    expect(summary(await visit('/'))).toBe('MISS new');
  });

  test('refreshes take effect in the order of their calls', async ({ expect }) => {
    const page: Page = {
      body: 'old',
      headers: { 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' },
    };
    const origin = await startOrigin(serve(page));
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/');
    page.body = 'new';

    await refresh(['page'], false);
    await refresh(['page'], true);
    clock.advance(1000);

    expect(summary(await visit('/'))).toBe('MISS new');
  });
});
