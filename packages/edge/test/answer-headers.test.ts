import { describe, test } from 'vitest';

import { serve, startBench, startOrigin } from './support.ts';

const MONDAY = 'Mon, 05 Jan 2026 00:00:00 GMT';

describe('what the edge says of an answer', () => {
  test('X-Cache tells hits, misses and copies that were asked about as the cloud’s nodes do', async ({
    expect,
  }) => {
    const page = { body: 'old', headers: { 'last-modified': MONDAY } };
    const origin = await startOrigin(serve(page));
    const { visit, refresh, clock } = await startBench(origin.url);
    const results: unknown[] = [];
    const note = async (headers = {}) =>
      void results.push((await visit('/', { headers })).headers['x-cache']);
    await note();
    await note();
    await note({ 'if-modified-since': MONDAY });
    await refresh(['page'], false);
    clock.advance(1000);
    await note();
    await refresh(['page'], false);
    clock.advance(1000);
    page.headers['last-modified'] = 'Tue, 06 Jan 2026 00:00:00 GMT';
    await note();

    expect(results).toEqual([
      'MISS TCP_MISS dirn:-2:-2',
      'HIT TCP_MEM_HIT dirn:-2:-2',
      'HIT TCP_IMS_HIT dirn:-2:-2',
      'MISS TCP_REFRESH_HIT dirn:-2:-2',
      'MISS TCP_REFRESH_MISS dirn:-2:-2',
    ]);
  });

  test('Cache-Status names each cache on the way, the one nearest to the origin first', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit } = await startBench(origin.url);
    const statusOf = async (pop: string) => (await visit('/', { pop })).headers['cache-status'];

    expect(await statusOf('pop-1')).toBe(
      'second-layer; fwd=uri-miss; fwd-status=200; stored, pop-1; fwd=uri-miss; fwd-status=200; stored',
    );
    expect(await statusOf('pop-2')).toBe(
      'second-layer; hit; ttl=31536000, pop-2; fwd=uri-miss; fwd-status=200; stored',
    );
    expect(await statusOf('pop-2')).toBe('pop-2; hit; ttl=31536000');
    const posted = await visit('/', { method: 'POST', body: 'x' });
    expect(posted.headers['cache-status']).toBe('freshtag-edge; fwd=bypass');
  });

  test('dates of storing come as the cloud’s nodes send them', async ({ expect }) => {
    const origin = await startOrigin(
      serve({ body: 'old', headers: { 'cache-control': 'max-age=100' } }),
    );
    const { visit, clock } = await startBench(origin.url);
    await visit('/');
    clock.advance(40_000);
    await visit('/', { pop: 'pop-2' });
    clock.advance(10_000);

    const { headers } = await visit('/', { pop: 'pop-2' });

    expect(headers).toMatchObject({
      age: '50',
      'x-swift-savetime': 'Thu, 01 Jan 2026 00:00:40 GMT',
      'x-swift-cachetime': '60',
      'ali-swift-global-savetime': String(Date.UTC(2026, 0, 1) / 1000),
      'timing-allow-origin': '*',
    });
    expect(headers['eagleid']).toMatch(/^[0-9a-f]{26,}$/);
  });

  test('an answer that nothing may store says so', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'x', headers: { 'cache-control': 'private' } }));
    const { visit } = await startBench(origin.url);

    const { headers } = await visit('/');

    expect(headers['x-swift-cachetime']).toBe('0');
    expect(headers['cache-status']).toBe(
      'second-layer; fwd=uri-miss; fwd-status=200, pop-1; fwd=uri-miss; fwd-status=200',
    );
  });
});
