import { describe, test } from 'vitest';

import {
  type Page,
  serve,
  SHARED,
  startBench,
  startOrigin,
  summary,
  ONE_POINT,
} from './support.ts';

describe('a cache', () => {
  test('holds as many responses as it may, and lets those go that were used longest ago', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit, edge } = await startBench(origin.url, {
      ...ONE_POINT,
      cache: { maxObjects: 2 },
    });
    for (const path of ['/a', '/b', '/a', '/c']) await visit(path);

    expect((await visit('/a')).cache).toBe('HIT');
    expect((await visit('/c')).cache).toBe('HIT');
    expect((await visit('/b')).cache).toBe('MISS');
    expect(edge.events.filter(({ type }) => type === 'store')).toEqual([
      expect.objectContaining({ layer: 'pop-1', outcome: 'evicted', objects: 1 }),
      expect.objectContaining({ layer: 'pop-1', outcome: 'evicted', objects: 1 }),
    ]);
  });

  test('holds as many bytes as it may', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'x'.repeat(10_000) }));
    const { visit } = await startBench(origin.url, { ...ONE_POINT, cache: { maxBytes: 25_000 } });
    for (const path of ['/a', '/b', '/c']) await visit(path);

    expect((await visit('/c')).cache).toBe('HIT');
    expect((await visit('/b')).cache).toBe('HIT');
    expect((await visit('/a')).cache).toBe('MISS');
  });

  test('holds a hundred variants of a URL, and lets the oldest go', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old', headers: { vary: 'user-agent' } }));
    const { visit } = await startBench(origin.url, ONE_POINT);
    const as = (agent: number) => visit('/', { headers: { 'user-agent': `agent ${agent}` } });
    for (let agent = 0; agent <= 100; agent += 1) await as(agent);

    expect((await as(100)).cache).toBe('HIT');
    expect((await as(1)).cache).toBe('HIT');
    expect((await as(0)).cache).toBe('MISS');
  });

  test('goes stale by the clock, and asks then', async ({ expect }) => {
    const origin = await startOrigin(
      serve({ body: 'old', headers: { 'cache-control': 'max-age=60' } }),
    );
    const { visit, clock } = await startBench(origin.url, ONE_POINT);
    await visit('/');
    clock.advance(59_000);
    expect(await visit('/')).toMatchObject({ cache: 'HIT', headers: { age: '59' } });
    clock.advance(1000);
    expect((await visit('/')).headers['x-cache']).toMatch(/^MISS TCP_REFRESH_MISS /);
  });

  test('keeps a status as long as a rule says', async ({ expect }) => {
    const origin = await startOrigin(
      serve({ body: 'none', status: 404, headers: { 'cache-control': 'no-store' } }),
    );
    const cache = { statusTtlSeconds: { 404: 60 } };
    const { visit } = await startBench(origin.url, { ...ONE_POINT, cache });
    await visit('/');

    expect(await visit('/')).toMatchObject({ status: 404, cache: 'HIT' });
  });

  test('keeps what CDN-Cache-Control lets it keep, whatever browsers may', async ({ expect }) => {
    const headers = { 'cache-control': 'no-store', 'cdn-cache-control': 'max-age=60' };
    const origin = await startOrigin(serve({ body: 'old', headers }));
    const { visit, clock } = await startBench(origin.url, ONE_POINT);
    await visit('/');

    const again = await visit('/');
    expect(again).toMatchObject({ cache: 'HIT', headers });
    clock.advance(60_000);
    expect((await visit('/')).cache).toBe('MISS');
  });

  test('drops what a POST has changed, where that is switched on', async ({ expect }) => {
    const page: Page = { body: 'old', headers: { location: '/list' } };
    const origin = await startOrigin(serve(page));
    const { visit } = await startBench(origin.url, { cache: { invalidates: true } });
    for (const path of ['/', '/list', '/other']) await visit(path);
    page.body = 'new';
    await visit('/', { method: 'POST', body: 'x' });

    expect(summary(await visit('/'))).toBe('MISS new');
    expect(summary(await visit('/list'))).toBe('MISS new');
    expect(summary(await visit('/other'))).toBe('HIT old');
  });

  test('finds a hundred tags on one response, and one tag on a hundred', async ({ expect }) => {
    const tags = Array.from({ length: 100 }, (_, index) => `t${index}`).join(',');
    const origin = await startOrigin((incoming, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': SHARED, 'cache-tag': `${tags},u${incoming.url}` });
      outgoing.end('body');
    });
    const { visit, refresh } = await startBench(origin.url, ONE_POINT);
    const paths = Array.from({ length: 100 }, (_, index) => `/${index}`);
    for (const path of paths) await visit(path);

    await refresh(['u/42']);
    const after = await Promise.all(paths.map(async (path) => (await visit(path)).cache));
    expect(paths.filter((_, index) => after[index] === 'MISS')).toEqual(['/42']);
    await refresh(['t99']);
    const all = await Promise.all(paths.map(async (path) => (await visit(path)).cache));
    expect(new Set(all)).toEqual(new Set(['MISS']));
  });
});
