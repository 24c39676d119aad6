import { describe, test } from 'vitest';

import { serve, SHARED, startBench, startOrigin, summary, type Page } from './support.ts';

describe('the caching edge', () => {
  test('the first visit of a point of presence is a miss and the second a hit', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit } = await startBench(origin.url);

    expect(summary(await visit('/'))).toBe('MISS old');
    expect(summary(await visit('/'))).toBe('HIT old');
    expect(origin.asked).toEqual(['GET /']);
  });

  test('two points of presence behind one second layer ask the origin once', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit } = await startBench(origin.url);

    expect(summary(await visit('/'))).toBe('MISS old');
    expect(summary(await visit('/', { pop: 'pop-2' }))).toBe('MISS old');
    expect(summary(await visit('/', { pop: 'pop-2' }))).toBe('HIT old');
    expect(origin.asked).toEqual(['GET /']);
  });

  test('an answer says which point of presence gave it, and keeps tags and age', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit } = await startBench(origin.url);

    await visit('/', { pop: 'pop-2' });
    const { headers } = await visit('/', { pop: 'pop-2' });

    expect(headers).toMatchObject({
      'x-edge-pop': 'pop-2',
      via: '1.1 freshtag-edge',
      'cache-tag': 'page',
    });
    expect(headers['age']).toMatch(/^\d+$/);
    expect(headers['cache-control']).toBe(SHARED);
  });

  test('each variant by Accept-Encoding is kept apart, and one refresh removes both', async ({
    expect,
  }) => {
    let version = 1;
    const origin = await startOrigin((incoming, outgoing) => {
      outgoing.writeHead(200, {
        'cache-control': SHARED,
        'cache-tag': 'page',
        vary: 'Accept-Encoding',
      });
      outgoing.end(`${incoming.headers['accept-encoding']} ${version}`);
    });
    const { visit, refresh, clock } = await startBench(origin.url);
    const gzip = { headers: { 'accept-encoding': 'gzip' } };
    const br = { headers: { 'accept-encoding': 'br' } };

    expect(summary(await visit('/', gzip))).toBe('MISS gzip 1');
    expect(summary(await visit('/', br))).toBe('MISS br 1');
    expect(summary(await visit('/', gzip))).toBe('HIT gzip 1');
    expect(summary(await visit('/', br))).toBe('HIT br 1');

    version = 2;
    await refresh(['page']);
    clock.advance(1000);
    expect(summary(await visit('/', gzip))).toBe('MISS gzip 2');
    expect(summary(await visit('/', br))).toBe('MISS br 2');
  });

  test('a stored 404 stays until its tag not-found is refreshed', async ({ expect }) => {
    const page: Page = { body: 'none', status: 404, headers: { 'cache-tag': 'not-found' } };
    const origin = await startOrigin(serve(page));
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/new');

    Object.assign(page, { body: 'here', status: 200, headers: { 'cache-tag': 'page:/new' } });
    expect(await visit('/new')).toMatchObject({ status: 404, cache: 'HIT', body: 'none' });

    await refresh(['not-found']);
    clock.advance(1000);
    expect(await visit('/new')).toMatchObject({ status: 200, cache: 'MISS', body: 'here' });
  });

  test('an error of the server that says nothing of caching is stored for a second, as documented', async ({
    expect,
  }) => {
    const page: Page = { body: 'broken', status: 500, headers: { 'cache-control': '' } };
    const origin = await startOrigin(serve(page));
    const { visit, clock } = await startBench(origin.url);

    await visit('/');
    Object.assign(page, { body: 'fine', status: 200, headers: {} });

    expect(summary(await visit('/'))).toBe('HIT broken');
    clock.advance(1000);
    expect(summary(await visit('/'))).toBe('MISS fine');
  });

  test('a private response is never stored', async ({ expect }) => {
    const origin = await startOrigin(
      serve({ body: 'mine', headers: { 'cache-control': 'private, no-cache' } }),
    );
    const { visit } = await startBench(origin.url);

    expect(summary(await visit('/'))).toBe('MISS mine');
    expect(summary(await visit('/'))).toBe('MISS mine');
    expect(origin.asked).toHaveLength(2);
  });

  test('a refresh removes what has one of its tags and nothing else', async ({ expect }) => {
    const origin = await startOrigin((incoming, outgoing) => {
      outgoing.writeHead(200, {
        'cache-control': SHARED,
        'cache-tag': `shared, only${incoming.url}`,
      });
      outgoing.end(incoming.url);
    });
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/a');
    await visit('/b');

    await refresh(['only/a', 'unknown']);
    clock.advance(1000);
    expect((await visit('/a')).cache).toBe('MISS');
    expect((await visit('/b')).cache).toBe('HIT');

    await refresh(['shared']);
    clock.advance(1000);
    expect((await visit('/a')).cache).toBe('MISS');
    expect((await visit('/b')).cache).toBe('MISS');
  });

  test('tags are matched with their case', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old', headers: { 'cache-tag': 'Page' } }));
    const { visit, refresh, clock } = await startBench(origin.url);
    await visit('/');

    await refresh(['page']);
    clock.advance(1000);

    expect((await visit('/')).cache).toBe('HIT');
  });

  test('a URL with another query string is another response', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit } = await startBench(origin.url);
    await visit('/?a=1');

    expect((await visit('/?a=2')).cache).toBe('MISS');
    expect((await visit('/?a=1')).cache).toBe('HIT');
  });

  test('a visitor cannot make the edge ask the origin by Cache-Control or Pragma', async ({
    expect,
  }) => {
    const page: Page = { body: 'old' };
    const origin = await startOrigin(serve(page));
    const { visit } = await startBench(origin.url);
    await visit('/');
    page.body = 'new';

    const reload = { headers: { 'cache-control': 'no-cache, max-age=0', pragma: 'no-cache' } };
    expect(summary(await visit('/', reload))).toBe('HIT old');
  });

  test('a conditional visit is answered 304 from the stored copy', async ({ expect }) => {
    const validators = { etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' };
    const origin = await startOrigin(serve({ body: 'old', headers: validators }));
    const { visit } = await startBench(origin.url);
    await visit('/');

    const byEtag = await visit('/', { headers: { 'if-none-match': '"0", W/"1"' } });
    const byDate = await visit('/', {
      headers: { 'if-modified-since': validators['last-modified'] },
    });
    const other = await visit('/', { headers: { 'if-none-match': '"2"' } });

    expect(byEtag).toMatchObject({ status: 304, cache: 'HIT', body: '' });
    expect(byDate).toMatchObject({ status: 304, cache: 'HIT', body: '' });
    expect(other).toMatchObject({ status: 200, cache: 'HIT', body: 'old' });
    expect(origin.asked).toHaveLength(1);
  });

  test('a conditional visit to a stored 404 is answered 404', async ({ expect }) => {
    const origin = await startOrigin(
      serve({ body: 'none', status: 404, headers: { etag: '"1"' } }),
    );
    const { visit } = await startBench(origin.url);
    await visit('/');

    const answer = await visit('/', { headers: { 'if-none-match': '"1"' } });

    expect(answer).toMatchObject({ status: 404, cache: 'HIT', body: 'none' });
  });

  test('a GET request with a body is answered as one without', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit } = await startBench(origin.url);

    expect(summary(await visit('/', { body: 'x' }))).toBe('MISS old');
    expect(origin.received[0]?.headers).not.toHaveProperty('content-length');
  });

  test('a POST is passed through and leaves the stored copy alone', async ({ expect }) => {
    const page: Page = { body: 'old' };
    const origin = await startOrigin(serve(page));
    const { visit } = await startBench(origin.url);
    await visit('/');
    page.body = 'new';

    expect(summary(await visit('/', { method: 'POST', body: 'x' }))).toBe('MISS new');
    expect(summary(await visit('/'))).toBe('HIT old');
  });

  test('a HEAD request is passed through with the origin’s headers', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit } = await startBench(origin.url);

    const answer = await visit('/', { method: 'HEAD' });

    expect(answer).toMatchObject({ status: 200, cache: 'MISS', body: '' });
    expect(answer.headers['cache-tag']).toBe('page');
  });
});
