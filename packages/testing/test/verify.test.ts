import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import { describe, onTestFinished, test } from 'vitest';

import type { Clock } from '@freshtag/core';
import { verifyPages, watchPages, type VerifyOptions } from '@freshtag/core/verify';
import {
  createManualClock,
  expectFresh,
  startEdge,
  type Edge,
  type ManualClock,
} from '@freshtag/edge';

const domain = 'www.example.com';
const ANSWERS = { 'cache-control': 'public, s-maxage=31536000' };

/** The variant that is asked for unless an encoding is named. */
const IDENTITY = { headers: { 'accept-encoding': 'identity' } };

interface Page {
  readonly status?: number;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An origin whose pages change, and an edge of two points of presence before it. */
interface World {
  readonly edge: Edge;
  readonly clock: ManualClock;
  readonly pages: Map<string, Page>;
  /** Something at the edge waits for so long, for the first time. */
  readonly waitsFor: (delayMs: number) => Promise<void>;
  readonly visit: (path: string, headers?: Readonly<Record<string, string>>) => Promise<void>;
  readonly options: (more?: Partial<VerifyOptions>) => VerifyOptions;
  /** What is told of each page, and of each point of presence. */
  readonly look: (
    paths: readonly string[],
    more?: Partial<VerifyOptions>,
  ) => Promise<Record<string, readonly string[]>>;
}

async function createWorld(pages: Readonly<Record<string, Page>>): Promise<World> {
  const served = new Map(Object.entries(pages));
  const server = createServer((request, response) => {
    const gzip = request.headers['accept-encoding'] === 'gzip';
    send(response, served.get(request.url ?? ''), gzip);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const origin = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
  const clock = createManualClock();
  const sleeps = createSleepLog();
  const edge = await startEdge({
    domains: { [domain]: origin },
    clock: {
      now: () => clock.now(),
      sleep: async (delayMs, signal) => {
        const slept = clock.sleep(delayMs, signal);
        sleeps.of(delayMs).resolve();
        return slept;
      },
    },
    maxCallsPerSecond: Infinity,
    cache: { statusTtlSeconds: { 404: 3600 } },
  });
  onTestFinished(async () => {
    await edge.close();
    server.closeAllConnections();
    server.close();
  });
  const points = edge.points.map((name) => ({
    name,
    url: edge.url,
    headers: { 'X-Edge-Pop': name },
  }));
  const options: World['options'] = (more) => ({ domain, origin, edge: points, clock, ...more });
  return {
    edge,
    clock,
    pages: served,
    waitsFor: (delayMs) => sleeps.of(delayMs).promise,
    options,
    visit: async (path, headers = IDENTITY.headers) => {
      for (const point of edge.points) {
        const answer = await fetch(edge.url + path, {
          headers: { ...headers, 'x-edge-pop': point },
          redirect: 'manual',
        });
        await answer.arrayBuffer();
      }
    },
    look: async (paths, more) => {
      const { pages: seen } = await verifyPages(paths, options(more));
      return Object.fromEntries(
        seen.map(({ path, sightings }) => [path, sightings.map(({ outcome }) => outcome)]),
      );
    },
  };
}

function createSleepLog(): { readonly of: (delayMs: number) => PromiseWithResolvers<void> } {
  const known = new Map<number, PromiseWithResolvers<void>>();
  return {
    of: (delayMs) => {
      const sleep = known.get(delayMs) ?? Promise.withResolvers<void>();
      known.set(delayMs, sleep);
      return sleep;
    },
  };
}

function send(response: ServerResponse, page: Page | undefined, gzip: boolean): void {
  const { status = 200, body = '', headers } = page ?? { status: 404, body: 'not found' };
  response.writeHead(status, {
    ...ANSWERS,
    vary: 'Accept-Encoding',
    ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    ...headers,
  });
  response.end(gzip ? gzipSync(body) : body);
}

const tagged = (body: string, tag: string): Page => ({ body, headers: { 'cache-tag': tag } });

describe('verifyPages sees at a real edge', () => {
  test('what is fresh, and that a first visit is not cached yet', async ({ expect }) => {
    const { look } = await createWorld({ '/a': tagged('a', 'a') });
    expect(await look(['/a'])).toEqual({ '/a': ['not-cached', 'not-cached'] });
    expect(await look(['/a'])).toEqual({ '/a': ['fresh', 'fresh'] });
  });

  test('a page that changed without a refresh, and agrees with a comparison byte by byte', async ({
    expect,
  }) => {
    const { look, visit, pages, edge } = await createWorld({
      '/a': tagged('old', 'a'),
      '/b': tagged('same', 'b'),
    });
    await visit('/a');
    await visit('/b');
    pages.set('/a', tagged('new', 'a'));
    expect(await look(['/a', '/b'])).toEqual({
      '/a': ['stale', 'stale'],
      '/b': ['fresh', 'fresh'],
    });
    await expect(expectFresh(edge, '/a', IDENTITY)).rejects.toThrow(/Stale/);
    await expectFresh(edge, '/b', IDENTITY);
  });

  test('that a refresh has reached one point of presence and not the other', async ({ expect }) => {
    const { look, visit, pages, edge, clock } = await createWorld({ '/a': tagged('old', 'a') });
    await visit('/a');
    pages.set('/a', tagged('new', 'a'));
    await edge.refresh({ domain, tags: ['a'], force: true });
    clock.advance(600);
    expect(await look(['/a'])).toEqual({ '/a': ['not-cached', 'stale'] });
    clock.advance(200);
    expect(await look(['/a'])).toEqual({ '/a': ['fresh', 'not-cached'] });
    await expectFresh(edge, '/a', IDENTITY);
  });

  test('that a refused refresh changed nothing', async ({ expect }) => {
    const { look, visit, pages, edge, clock } = await createWorld({ '/a': tagged('old', 'a') });
    await visit('/a');
    pages.set('/a', tagged('new', 'a'));
    edge.injectFault({ kind: 'quota-exceeded' });
    await expect(edge.refresh({ domain, tags: ['a'], force: true })).rejects.toThrow();
    clock.advance(10_000);
    expect(await look(['/a'])).toEqual({ '/a': ['stale', 'stale'] });
  });

  test('the old body that a slow fetch stored after the refresh', async ({ expect }) => {
    const { look, pages, edge, clock, waitsFor } = await createWorld({
      '/a': tagged('old', 'a'),
    });
    edge.injectFault({ kind: 'slow-fill', path: '/a', delayMs: 5000 });
    const visitor = fetch(`${edge.url}/a`, IDENTITY);
    await waitsFor(5000);
    pages.set('/a', tagged('new', 'a'));
    await edge.refresh({ domain, tags: ['a'], force: true });
    clock.advance(1000);
    clock.advance(4000);
    expect(await (await visitor).text()).toBe('old');
    expect(await look(['/a'])).toEqual({ '/a': ['stale', 'stale'] });
  });

  test('a 404 that is stored for a new page, and a page that is stored for a removed one', async ({
    expect,
  }) => {
    const { look, visit, pages } = await createWorld({ '/gone': tagged('old', 'gone') });
    await visit('/new');
    await visit('/gone');
    pages.set('/new', tagged('new', 'new'));
    pages.delete('/gone');
    expect(await look(['/new', '/gone'])).toEqual({
      '/new': ['stale', 'stale'],
      '/gone': ['stale', 'stale'],
    });
  });

  test('a redirect that leads to where it led before', async ({ expect }) => {
    const to = (location: string): Page => ({ status: 302, headers: { location } });
    const { look, visit, pages } = await createWorld({ '/a': to('/b') });
    await look(['/a']);
    await visit('/a');
    expect(await look(['/a'])).toEqual({ '/a': ['fresh', 'fresh'] });
    pages.set('/a', to('/c'));
    expect(await look(['/a'])).toEqual({ '/a': ['stale', 'stale'] });
  });

  test('a copy with the tags of before, though its bytes are the same', async ({ expect }) => {
    const { look, visit, pages } = await createWorld({ '/a': tagged('a', 'country:de') });
    await visit('/a');
    pages.set('/a', tagged('a', 'country:de,country:fr'));
    expect(await look(['/a'])).toEqual({ '/a': ['missing-tags', 'missing-tags'] });
  });

  test('the one variant that is stale', async ({ expect }) => {
    const { look, visit, pages } = await createWorld({ '/a': tagged('old', 'a') });
    await visit('/a', { 'accept-encoding': 'gzip' });
    pages.set('/a', tagged('new', 'a'));
    expect(await look(['/a'], { encodings: ['identity', 'gzip'] })).toEqual({
      '/a': ['not-cached', 'not-cached', 'stale', 'stale'],
    });
  });

  test('that the origin is down, without visiting the edge for it', async ({ expect }) => {
    const { pages, edge, options } = await createWorld({ '/a': { status: 503, body: 'down' } });
    const { verdicts } = await verifyPages(['/a'], options());
    expect(verdicts).toEqual({ fresh: 0, stale: 0, unknown: 1 });
    expect(edge.events.filter(({ type }) => type === 'request')).toEqual([]);
    pages.set('/a', tagged('a', 'a'));
    edge.injectFault({ kind: 'origin-down', times: 2 });
    const [page] = (await verifyPages(['/a'], options())).pages;
    expect(page).toMatchObject({
      outcome: 'error',
      reason: expect.stringMatching(/the edge answers HTTP 502/),
    });
  });

  test('that a body of many megabytes is the same, or not', async ({ expect }) => {
    const big = Buffer.alloc(20_000_000, 'content');
    const { look, visit, pages } = await createWorld({ '/a': { body: big } });
    await visit('/a');
    expect(await look(['/a'])).toEqual({ '/a': ['fresh', 'fresh'] });
    const changed = Buffer.from(big);
    changed[changed.length - 1] = 0;
    pages.set('/a', { body: changed });
    expect(await look(['/a'])).toEqual({ '/a': ['stale', 'stale'] });
  });
});

test('watchPages waits for the point of presence that lags, and tells the stale share by the minute', async ({
  expect,
}) => {
  const { options, visit, pages, edge, clock } = await createWorld({
    '/a': tagged('old', 'a'),
    '/b': tagged('same', 'b'),
  });
  await visit('/a');
  await visit('/b');
  pages.set('/a', tagged('new', 'a'));
  edge.injectFault({ kind: 'lag', point: 'pop-2', delayMs: 150_000 });
  await edge.refresh({ domain, tags: ['a'], force: true });
  const passing: Clock = {
    now: () => clock.now(),
    sleep: async (delayMs) => clock.advance(delayMs),
  };
  const { freshAtMs, windows } = await watchPages(['/a', '/b'], {
    ...options({ clock: passing }),
    intervalMs: 30_000,
  });
  expect(freshAtMs).toBe(Date.UTC(2026, 0, 1) + 180_000);
  expect(windows.map(({ minute, staleRate }) => [minute, staleRate])).toEqual([
    // In the first round both points of presence were stale in one of two pages, in the second one was.
    [0, 3 / 8],
    [1, 1 / 4],
    [2, 1 / 4],
    [3, 0],
  ]);
});
