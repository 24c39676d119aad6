import type { RequestListener } from 'node:http';

import { describe, test } from 'vitest';

import { serve, SHARED, startBench, startOrigin, summary, type Page } from './support.ts';

const MONDAY = 'Mon, 05 Jan 2026 00:00:00 GMT';
const TUESDAY = 'Tue, 06 Jan 2026 00:00:00 GMT';

interface Dated {
  body: string;
  lastModified: string;
  tags: string;
}

/** An origin that goes by Last-Modified alone and repeats its headers on 304, as nginx does. */
function serveDated(page: Dated): RequestListener {
  return (incoming, outgoing) => {
    const unchanged = incoming.headers['if-modified-since'] === page.lastModified;
    outgoing.writeHead(unchanged ? 304 : 200, {
      'cache-control': SHARED,
      'cache-tag': page.tags,
      'last-modified': page.lastModified,
    });
    outgoing.end(unchanged ? undefined : page.body);
  };
}

describe('a refresh without force', () => {
  test('fetches a page whose Last-Modified moved', async ({ expect }) => {
    const page = { body: 'old', lastModified: MONDAY, tags: 'page' };
    const origin = await startOrigin(serveDated(page));
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/');
    Object.assign(page, { body: 'new', lastModified: TUESDAY });

    await refresh(['page'], false);
    clock.advance(1000);

    expect(summary(await visit('/'))).toBe('MISS new');
    expect(summary(await visit('/'))).toBe('HIT new');
    expect(origin.received.map(({ headers }) => headers['if-modified-since'])).toEqual([
      undefined,
      MONDAY,
    ]);
  });

  test('keeps a page whose Last-Modified did not move, even if its body changed', async ({
    expect,
  }) => {
    const page = { body: 'old', lastModified: MONDAY, tags: 'page' };
    const origin = await startOrigin(serveDated(page));
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/');
    page.body = 'new';

    await refresh(['page'], false);
    clock.advance(1000);

    expect(summary(await visit('/'))).toBe('MISS old');
    expect(summary(await visit('/'))).toBe('HIT old');
    expect(summary(await visit('/', { pop: 'pop-2' }))).toBe('MISS old');
    expect(origin.asked).toHaveLength(2);
  });

  test('leaves the tags of a kept page as they were stored, whatever the 304 says', async ({
    expect,
  }) => {
    const page = { body: 'old', lastModified: MONDAY, tags: 'first' };
    const origin = await startOrigin(serveDated(page));
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/');
    page.tags = 'second';
    await refresh(['first'], false);
    clock.advance(1000);
    expect((await visit('/')).headers['cache-tag']).toBe('first');

    page.body = 'new';
    await refresh(['second']);
    clock.advance(1000);
    expect(summary(await visit('/'))).toBe('HIT old');

    await refresh(['first']);
    clock.advance(1000);
    expect(summary(await visit('/'))).toBe('MISS new');
  });

  test('fetches a page that has no Last-Modified', async ({ expect }) => {
    const page: Page = { body: 'old' };
    const origin = await startOrigin(serve(page));
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/');
    page.body = 'new';

    await refresh(['page'], false);
    clock.advance(1000);

    expect(summary(await visit('/'))).toBe('MISS new');
  });

  test('goes by the ETag of a page that has no Last-Modified', async ({ expect }) => {
    const page = { body: 'old', etag: '"1"' };
    const origin = await startOrigin((incoming, outgoing) => {
      const unchanged = incoming.headers['if-none-match'] === page.etag;
      outgoing.writeHead(unchanged ? 304 : 200, {
        'cache-control': SHARED,
        'cache-tag': 'page',
        etag: page.etag,
      });
      outgoing.end(unchanged ? undefined : page.body);
    });
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/');
    page.body = 'new';
    await refresh(['page'], false);
    clock.advance(1000);
    expect(summary(await visit('/'))).toBe('MISS old');
    expect(summary(await visit('/'))).toBe('HIT old');

    page.etag = '"2"';
    await refresh(['page'], false);
    clock.advance(1000);
    expect(summary(await visit('/'))).toBe('MISS new');
    expect(origin.received.map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      '"1"',
      '"1"',
    ]);
  });

  test('goes by Last-Modified alone where there is an ETag too', async ({ expect }) => {
    const page: Page = { body: 'old', headers: { etag: '"1"', 'last-modified': MONDAY } };
    const origin = await startOrigin(serve(page));
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/');
    Object.assign(page, { body: 'new', headers: { etag: '"2"', 'last-modified': MONDAY } });

    await refresh(['page'], false);
    clock.advance(1000);

    expect(summary(await visit('/'))).toBe('MISS old');
    expect(origin.received[1]?.headers).not.toHaveProperty('if-none-match');
  });

  test('asks before it serves, even where the origin allows stale-while-revalidate', async ({
    expect,
  }) => {
    const page: Page = {
      body: 'old',
      headers: { 'cache-control': 'public, max-age=600, stale-while-revalidate=600' },
    };
    const origin = await startOrigin(serve(page));
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/');
    page.body = 'new';

    await refresh(['page'], false);
    clock.advance(1000);

    expect(summary(await visit('/'))).toBe('MISS new');
  });

  test('drops a kept page that the origin says not to store any more', async ({ expect }) => {
    let cacheControl = SHARED;
    const origin = await startOrigin((incoming, outgoing) => {
      const unchanged = incoming.headers['if-modified-since'] === MONDAY;
      outgoing.writeHead(unchanged ? 304 : 200, {
        'cache-control': cacheControl,
        'cache-tag': 'page',
        'last-modified': MONDAY,
      });
      outgoing.end(unchanged ? undefined : 'body');
    });
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/');
    cacheControl = 'private, no-cache';
    await refresh(['page'], false);
    clock.advance(1000);

    expect(summary(await visit('/'))).toBe('MISS body');
    expect(summary(await visit('/'))).toBe('MISS body');
  });
});
