import { describe, test } from 'vitest';

import { verifyPages } from '../src/verify.ts';
import { domain, look, servePages, type Page } from './verify-support.ts';

const hit = { 'x-cache': 'HIT TCP_MEM_HIT dirn:-2:-2' };
const miss = { 'x-cache': 'MISS TCP_MISS dirn:-2:-2' };

describe('a page is', () => {
  test.for<[string, Page, Page, object]>([
    [
      'fresh with the same content',
      { body: 'new' },
      { body: 'new', headers: hit },
      { verdict: 'fresh', outcome: 'fresh', reason: 'the same content' },
    ],
    [
      'stale with another content, and its age is told',
      { body: 'newer' },
      { body: 'old', headers: { ...hit, age: '3600' } },
      {
        verdict: 'stale',
        outcome: 'stale',
        reason: 'another content: 3 bytes, the origin 5 bytes (stored copy, Age 3600)',
      },
    ],
    [
      'stale with another content of the same length',
      { body: 'new' },
      { body: 'old', headers: hit },
      { outcome: 'stale', reason: 'another content of the same length, 3 bytes (stored copy)' },
    ],
    [
      'stale where the edge still answers 404',
      { body: 'new' },
      { status: 404, body: 'not found', headers: hit },
      { outcome: 'stale', reason: 'HTTP 404, the origin 200 (stored copy)' },
    ],
    [
      'stale where the origin answers 410 by now',
      { status: 410, body: 'gone' },
      { body: 'old', headers: hit },
      { outcome: 'stale', reason: 'HTTP 200, the origin 410 (stored copy)' },
    ],
    [
      'fresh with the same 404',
      { status: 404, body: 'not found' },
      { status: 404, body: 'not found', headers: hit },
      { outcome: 'fresh' },
    ],
    [
      'stale where it leads to another page',
      { status: 301, headers: { location: '/new' } },
      { status: 301, headers: { ...hit, location: '/old' } },
      { outcome: 'stale', reason: 'leads to /old, the origin to /new (stored copy)' },
    ],
    [
      'fresh where it leads to the same page, whatever the scheme and the body',
      { status: 301, headers: { location: '/b' }, body: 'moved' },
      { status: 301, headers: { ...hit, location: 'http://www.example.com/b' }, body: 'nginx' },
      { outcome: 'fresh' },
    ],
    [
      'not cached where the edge had no copy',
      { body: 'new' },
      { body: 'new', headers: miss },
      { verdict: 'fresh', outcome: 'not-cached', reason: /no stored copy; this visit may/ },
    ],
    [
      'not cached where it must not be stored',
      { body: 'new', headers: { 'cache-control': 'private, max-age=0' } },
      { body: 'new', headers: { ...miss, 'cache-control': 'private, max-age=0' } },
      { outcome: 'not-cached', reason: 'not to be stored: Cache-Control says private' },
    ],
    [
      'without tags where the edge’s copy has none',
      { body: 'new', headers: { 'cache-tag': 'page:/a' } },
      { body: 'new', headers: hit },
      { verdict: 'fresh', outcome: 'missing-tags', reason: /the edge shows no Cache-Tag/ },
    ],
    [
      'without tags where the edge’s copy has those of before',
      { body: 'new', headers: { 'cache-tag': 'page:/a,country:de, country:fr' } },
      { body: 'new', headers: { ...hit, 'cache-tag': 'page:/a' } },
      { outcome: 'missing-tags', reason: 'stored without the tag country:de and 1 more' },
    ],
    [
      'fresh where the edge’s copy has more tags than needed',
      { body: 'new', headers: { 'cache-tag': 'b,a' } },
      { body: 'new', headers: { ...hit, 'cache-tag': 'a, b, c' } },
      { outcome: 'fresh' },
    ],
    [
      'unknown where the origin is broken',
      { status: 503, body: 'down' },
      { body: 'new', headers: hit },
      { verdict: 'unknown', outcome: 'error', reason: 'the origin answers HTTP 503' },
    ],
    [
      'unknown where the origin lets only the edge in',
      { status: 403, body: 'forbidden' },
      { body: 'new', headers: hit },
      { outcome: 'error', reason: 'the origin answers HTTP 403' },
    ],
    [
      'unknown where the edge refuses to answer',
      { body: 'new' },
      { status: 429, body: 'slow down' },
      { outcome: 'error', reason: 'the edge answers HTTP 429' },
    ],
    [
      'unknown where both refuse in the same words',
      { status: 403, body: 'forbidden' },
      { status: 403, body: 'forbidden', headers: hit },
      { verdict: 'unknown', outcome: 'error', reason: 'the origin answers HTTP 403' },
    ],
    [
      'unknown where the origin leads to itself by the other scheme',
      { status: 301, headers: { location: 'https://www.example.com/a' } },
      { body: 'new', headers: hit },
      { verdict: 'unknown', outcome: 'error', reason: /^the origin leads to the same page by/ },
    ],
    [
      'unknown where the edge leads to itself by the other scheme',
      { body: 'new' },
      { status: 308, headers: { ...hit, location: 'https://www.example.com/a' } },
      { verdict: 'unknown', outcome: 'error', reason: /^the edge leads to the same page by/ },
    ],
    [
      'stale where it leads to itself and always will',
      { body: 'new' },
      { status: 301, headers: { ...hit, location: '/a' } },
      { outcome: 'stale', reason: 'HTTP 301, the origin 200 (stored copy)' },
    ],
    [
      'stale with the same bytes of another type',
      { body: 'new', headers: { 'content-type': 'text/html; charset=utf-8' } },
      { body: 'new', headers: { ...hit, 'content-type': 'application/octet-stream' } },
      {
        outcome: 'stale',
        reason:
          'content of the type application/octet-stream, the origin’s is text/html (stored copy)',
      },
    ],
    [
      'fresh with the same type, whatever its parameters',
      { body: 'new', headers: { 'content-type': 'text/html' } },
      { body: 'new', headers: { ...hit, 'content-type': 'Text/HTML; charset=utf-8' } },
      { outcome: 'fresh', sightings: [{ differs: ['content-type'] }] },
    ],
  ])('%s', async ([, atOrigin, atEdge, expected], { expect }) => {
    const origin = await servePages({ '/a': atOrigin });
    const edge = await servePages({ '/a': atEdge });
    const page = await look(origin, edge);
    const { reason, ...rest } = expected as { reason?: string | RegExp };
    expect(page).toMatchObject(rest);
    if (reason instanceof RegExp) expect(page.reason).toMatch(reason);
    else if (reason !== undefined) expect(page.reason).toBe(reason);
  });

  test('unstable where the origin answers something else each time', async ({ expect }) => {
    let count = 0;
    const origin = await servePages({
      '/a': (_, response) => response.end(`visit ${(count += 1)}`),
    });
    const edge = await servePages({ '/a': { body: 'visit 0', headers: hit } });
    expect(await look(origin, edge)).toMatchObject({ verdict: 'unknown', outcome: 'unstable' });
  });

  test('unknown where the origin breaks while the edge is asked', async ({ expect }) => {
    const origin = await servePages({ '/a': { body: 'new' } });
    const edge = await servePages({
      '/a': (_, response) => {
        origin.pages.set('/a', { status: 502 });
        response.end('old');
      },
    });
    expect(await look(origin, edge)).toMatchObject({
      outcome: 'error',
      reason: 'the origin answers HTTP 502',
    });
  });

  test('stale without the origin’s tags where tags are required', async ({ expect }) => {
    const origin = await servePages({ '/a': { body: 'new', headers: { 'cache-tag': 'a' } } });
    const edge = await servePages({ '/a': { body: 'new', headers: hit } });
    expect(await look(origin, edge, '/a', { requireTags: true })).toMatchObject({
      verdict: 'stale',
      outcome: 'missing-tags',
    });
  });

  test('as bad as at the worst of the addresses, which is named', async ({ expect }) => {
    const origin = await servePages({ '/a': { body: 'new' } });
    const good = await servePages({ '/a': { body: 'new', headers: hit } });
    const bad = await servePages({ '/a': { body: 'old', headers: hit } });
    const page = await look(origin, good, '/a', {
      edge: [good.url, { url: bad.url, name: 'pop-2' }, 'http://127.0.0.1:1'],
    });
    expect(page).toMatchObject({
      verdict: 'stale',
      reason: expect.stringMatching(/^pop-2: another/),
    });
    expect(page.sightings.map(({ outcome }) => outcome)).toEqual(['fresh', 'stale', 'error']);
  });
});

describe('the questions', () => {
  test('are those of a visitor of the domain, the same for both', async ({ expect }) => {
    const seen: object[] = [];
    const record: Parameters<typeof servePages>[0] = {
      '/a?x=%20': (request, response) => {
        seen.push(request.headers);
        response.end('a');
      },
    };
    const [origin, edge] = [await servePages(record), await servePages(record)];
    await look(origin, edge, 'https://www.example.com/a?x=%20#part', {
      edge: [{ url: edge.url, headers: { 'X-Edge-Pop': 'pop-2' } }],
      headers: { 'Accept-Language': 'de' },
    });
    const common = { host: domain, 'accept-encoding': 'identity', 'accept-language': 'de' };
    expect(seen).toMatchObject([common, { ...common, 'x-edge-pop': 'pop-2' }]);
    expect(seen[0]).not.toHaveProperty('x-edge-pop');
  });

  test('spare the edge where the origin does not answer', async ({ expect }) => {
    const origin = await servePages({ '/a': { status: 500 } });
    const edge = await servePages();
    await look(origin, edge);
    expect(edge.asked).toEqual([]);
  });

  test('go to the origin again only about a difference, and follow no redirect', async ({
    expect,
  }) => {
    const moved = { status: 302, headers: { location: '/b' } };
    const origin = await servePages({ '/a': moved, '/c': { body: 'new' } });
    const edge = await servePages({ '/a': moved, '/c': { body: 'old' } });
    await look(origin, edge, '/a');
    await look(origin, edge, '/c');
    expect(origin.asked).toEqual(['GET /a', 'GET /c', 'GET /c']);
    expect(edge.asked).toEqual(['GET /a', 'GET /c']);
  });

  test('by HEAD stop at the same strong ETag, and only there', async ({ expect }) => {
    const page = (etag: string, body: string): Page => ({ body, headers: { ...hit, etag } });
    const origin = await servePages({
      '/same': page('"1"', 'one'),
      '/weak': page('W/"1"', 'one'),
      '/other': page('"2"', 'two'),
      '/none': { body: 'one' },
      '/moved': { status: 301, headers: { location: '/' } },
    });
    const edge = await servePages(Object.fromEntries(origin.pages));
    edge.pages.set('/other', page('"1"', 'one'));
    const { pages } = await verifyPages([...origin.pages.keys()], {
      domain,
      origin: origin.url,
      edge: edge.url,
      head: true,
      concurrency: 1,
    });
    expect(pages.map(({ path, outcome, reason }) => [path, outcome, reason])).toEqual([
      ['/same', 'fresh', 'the same ETag'],
      ['/weak', 'fresh', 'the same content'],
      ['/other', 'stale', expect.stringMatching(/another content/)],
      ['/none', 'fresh', 'the same content'],
      ['/moved', 'fresh', expect.any(String)],
    ]);
    expect(edge.asked.filter((line) => line.startsWith('GET'))).toEqual([
      'GET /weak',
      'GET /other',
      'GET /none',
    ]);
  });

  test('are so many at a time', async ({ expect }) => {
    const waiting: (() => void)[] = [];
    let most = 0;
    const origin = await servePages();
    const edge = await servePages();
    const paths = Array.from({ length: 21 }, (_, index) => `/${index}`);
    // None is answered before three have asked.
    for (const path of paths)
      origin.pages.set(path, (_, response) => {
        waiting.push(() => response.writeHead(404).end('not found'));
        most = Math.max(most, waiting.length);
        if (waiting.length === 3) for (const answer of waiting.splice(0)) answer();
      });
    await verifyPages(paths, { domain, origin: origin.url, edge: edge.url, concurrency: 3 });
    expect(most).toBe(3);
  });
});
