import { describeRefreshTasksById, isFreshtagError } from '@freshtag/core';
import { describe, test } from 'vitest';

import { startEdge, type StoredObject } from '../src/index.ts';
import { DOMAIN, SHARED, serve, startBench, startOrigin, type Page } from './support.ts';

const POP_1 = 'pop-1';
const SECOND = 'second-layer';
const THERE = [SECOND, POP_1];

function place({ layer, path }: StoredObject): string {
  return `${path} ${layer}`;
}

/** An origin whose pages are tagged by their name: `/a-b` has the tags `a` and `b`. */
async function startTagged() {
  const origin = await startOrigin((incoming, outgoing) => {
    const tags = String(incoming.url).slice(1).replaceAll('-', ',');
    outgoing.writeHead(200, { 'cache-control': SHARED, 'cache-tag': tags }).end('body');
  });
  return startBench(origin.url);
}

describe('edge.layers()', () => {
  test('tells what each cache has, and how many requests it answered alone', async ({ expect }) => {
    const { edge, visit } = await startTagged();
    await visit('/a');
    await visit('/a');
    await visit('/a', { pop: 'pop-2' });
    await visit('/b', { method: 'POST' });

    expect(edge.layers()).toMatchObject([
      {
        name: SECOND,
        kind: 'second-layer',
        propagationDelayMs: 500,
        objects: 1,
        hits: 1,
        misses: 1,
      },
      { name: POP_1, kind: 'point', propagationDelayMs: 200, objects: 1, hits: 1, misses: 1 },
      { name: 'pop-2', kind: 'point', propagationDelayMs: 800, objects: 1, hits: 0, misses: 1 },
    ]);
    const [second] = edge.layers();
    expect(second?.sizeBytes).toBeGreaterThan('body'.length);
    expect(second?.sizeBytes).toBeLessThan(second?.maxBytes ?? 0);
  });

  test('tells which refreshes are on their way, and lets those take effect that are due', async ({
    expect,
  }) => {
    const { edge, visit, refresh, clock } = await startTagged();
    await visit('/a');
    const taskId = await refresh(['a']);
    const dueAtMs = clock.now() + 200;

    expect(edge.layers()[1]).toMatchObject({
      objects: 1,
      pendingRefreshes: [{ taskId, dueAtMs }],
    });
    clock.advance(200);
    expect(edge.layers().map(({ objects }) => objects)).toEqual([1, 0, 0]);
    expect(edge.layers()[1]).toMatchObject({ sizeBytes: 0, pendingRefreshes: [] });
    expect(edge.events.at(-1)).toMatchObject({ type: 'effect', layer: POP_1, taskId, objects: 1 });
  });
});

describe('edge.objects()', () => {
  test('lists what is stored by path, each in the order of the caches', async ({ expect }) => {
    const { edge, visit } = await startTagged();
    for (const path of ['/b', '/c-a', '/a']) await visit(path);

    const { total, objects } = edge.objects();
    expect(total).toBe(6);
    expect(objects.map(place)).toEqual(
      ['/a', '/b', '/c-a'].flatMap((path) => THERE.map((layer) => `${path} ${layer}`)),
    );
    expect(objects[4]).toEqual({
      layer: SECOND,
      domain: DOMAIN,
      path: '/c-a',
      status: 200,
      tags: ['c', 'a'],
      lengthBytes: 4,
      ageSeconds: 0,
      ttlSeconds: 31_536_000,
      state: 'fresh',
      hits: 0,
    });
  });

  test('finds by cache, domain, tag and part of the path, all at once', async ({ expect }) => {
    const { edge, visit } = await startTagged();
    for (const path of ['/a', '/a-b', '/b-c']) await visit(path);

    const found = (query: Parameters<typeof edge.objects>[0]) =>
      edge.objects({ layer: POP_1, ...query }).objects.map(({ path }) => path);
    expect(found({})).toEqual(['/a', '/a-b', '/b-c']);
    expect(found({ tag: 'b' })).toEqual(['/a-b', '/b-c']);
    expect(found({ text: '-B' })).toEqual(['/a-b']);
    expect(found({ tag: 'b', text: 'c', domain: DOMAIN })).toEqual(['/b-c']);
    expect(found({ tag: 'other' })).toEqual([]);
  });

  test('its parts, one after the other, are the whole list', async ({ expect }) => {
    const { edge, visit } = await startTagged();
    for (let page = 0; page < 40; page += 1) await visit(`/${(page * 7) % 40}`);

    const whole = edge.objects({ limit: 1000 });
    const parts = Array.from({ length: 14 }, (_, part) =>
      edge.objects({ offset: part * 6, limit: 6 }),
    );
    expect(whole.total).toBe(80);
    expect(parts.flatMap(({ objects }) => objects)).toEqual(whole.objects);
    expect(new Set(parts.map(({ total }) => total))).toEqual(new Set([80]));
    expect(whole.objects.map(place)).toEqual(whole.objects.map(place).toSorted(bySecondWordLast));
  });

  test('tells fresh copies from those that are too old and those that a refresh has expired', async ({
    expect,
  }) => {
    const origin = await startOrigin((incoming, outgoing) => {
      const seconds = incoming.url === '/old' ? 5 : 1000;
      const headers = { 'cache-control': `s-maxage=${seconds}`, 'cache-tag': String(incoming.url) };
      outgoing.writeHead(200, headers).end();
    });
    const { edge, visit, refresh, clock } = await startBench(origin.url);
    for (const path of ['/fresh', '/old', '/expired']) await visit(path);
    await refresh(['/expired'], false);
    clock.advance(6000);

    const { objects } = edge.objects({ layer: POP_1 });
    expect(objects.map(({ path, state }) => `${path} ${state}`)).toEqual([
      '/expired expired',
      '/fresh fresh',
      '/old stale',
    ]);
    expect(objects.at(-1)).toMatchObject({ ageSeconds: 6, ttlSeconds: -1 });
  });

  test('tells variants apart by the headers that chose them', async ({ expect }) => {
    const page: Page = { body: 'x', headers: { vary: 'Accept-Language, X-Other' } };
    const origin = await startOrigin(serve(page));
    const { edge, visit } = await startBench(origin.url);
    await visit('/', { headers: { 'accept-language': 'de' } });
    await visit('/');

    const variants = edge.objects({ layer: POP_1 }).objects.map(({ variant }) => variant);
    expect(variants).toEqual(
      expect.arrayContaining([
        { 'accept-language': 'de', 'x-other': '' },
        { 'accept-language': '', 'x-other': '' },
      ]),
    );
  });
});

/** By path, then second layer first. */
function bySecondWordLast(one: string, other: string): number {
  const [onePath = '', oneLayer = ''] = one.split(' ');
  const [otherPath = '', otherLayer = ''] = other.split(' ');
  if (onePath !== otherPath) return onePath < otherPath ? -1 : 1;
  return THERE.indexOf(oneLayer) - THERE.indexOf(otherLayer);
}

describe('edge.tags()', () => {
  test('counts the stored responses that carry a tag, cache by cache', async ({ expect }) => {
    const { edge, visit, refresh, clock } = await startTagged();
    for (const path of ['/a-b', '/b-c', '/a']) await visit(path);
    await visit('/a', { pop: 'pop-2' });
    await refresh(['c']);
    clock.advance(200);

    expect(edge.tags()).toEqual({
      total: 3,
      tags: [
        { domain: DOMAIN, tag: 'a', objects: { [SECOND]: 2, [POP_1]: 2, 'pop-2': 1 } },
        { domain: DOMAIN, tag: 'b', objects: { [SECOND]: 2, [POP_1]: 1, 'pop-2': 0 } },
        { domain: DOMAIN, tag: 'c', objects: { [SECOND]: 1, [POP_1]: 0, 'pop-2': 0 } },
      ],
    });
  });

  test('keeps the domains apart, as the stored responses are', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'x' }));
    const other = 'm.example.com';
    const domains = { [DOMAIN]: origin.url, [other]: origin.url };
    const { edge, visit } = await startBench(origin.url, { domains });
    await visit('/', { headers: { host: other } });
    for (const path of ['/', '/a']) await visit(path);

    const counted = (domain?: string) =>
      edge.tags({ domain }).tags.map(({ domain: name, objects }) => [name, objects[POP_1]]);
    expect(counted()).toEqual([
      [DOMAIN, 2],
      [other, 1],
    ]);
    expect(counted(other)).toEqual([[other, 1]]);
    expect(edge.objects({ domain: other, layer: POP_1 }).total).toBe(1);
    expect(edge.objects({ layer: POP_1, text: '/' }).objects.map(({ domain }) => domain)).toEqual([
      other,
      DOMAIN,
      DOMAIN,
    ]);
  });

  test('finds one tag, tags by a part of them, and parts of the list', async ({ expect }) => {
    const { edge, visit } = await startTagged();
    await visit('/country:de-country:fr-region:europe');

    const found = (query: Parameters<typeof edge.tags>[0]) =>
      edge.tags(query).tags.map(({ tag }) => tag);
    expect(found({ text: 'COUNTRY' })).toEqual(['country:de', 'country:fr']);
    expect(found({ tag: 'country' })).toEqual([]);
    expect(found({ tag: 'country:fr', domain: DOMAIN })).toEqual(['country:fr']);
    expect(found({ offset: 1, limit: 1 })).toEqual(['country:fr']);
  });
});

describe('questions that cannot be answered', () => {
  test.for([
    ['layer', { layer: 'pop-9' }],
    ['domain', { domain: 'other.example' }],
    ['limit', { limit: 1001 }],
    ['limit', { limit: 0 }],
    ['offset', { offset: -1 }],
  ] as const)(
    'are refused by the name of what is wrong: %s %j',
    async ([name, query], { expect }) => {
      const edge = await startEdge({ domains: { [DOMAIN]: 'http://127.0.0.1:9' } });
      await edge.close();
      expect(() => edge.objects(query)).toThrow(new RegExp(`^${name}: `));
    },
  );
});

describe('edge.refresh()', () => {
  test('is a refresh like that of a call, with a task and an entry in the log', async ({
    expect,
  }) => {
    const { edge, visit, client, clock } = await startTagged();
    await visit('/a');
    const taskId = await edge.refresh({ domain: DOMAIN, tags: ['a', 'b'], force: true });

    expect(edge.refreshes).toEqual([
      {
        at: clock.now(),
        type: 'refresh',
        outcome: 'accepted',
        domain: DOMAIN,
        tags: ['a', 'b'],
        force: true,
        taskId,
      },
    ]);
    expect(await describeRefreshTasksById(client, [taskId])).toMatchObject([{ taskId }]);
    clock.advance(200);
    expect((await visit('/a')).cache).toBe('MISS');
  });

  test('is refused as a call would be: for its domain, the rate, the quota and by a fault', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'x' }));
    const { edge, clock } = await startBench(origin.url, {
      dailyQuotas: { tag: 2 },
      maxCallsPerSecond: 3,
    });
    const codeOf = async (tags: readonly string[], domain = DOMAIN) =>
      edge.refresh({ domain, tags }).then(
        () => 'accepted',
        (error: unknown) => (error as { apiCode?: string }).apiCode,
      );

    expect(await codeOf(['a'], 'other.example')).toBe('InvalidDomain.NotFound');
    edge.injectFault({ kind: 'queue-full' });
    expect(await codeOf(['a'])).toBe('TooMany.Refresh');
    expect(await codeOf(['a', 'b'])).toBe('accepted');
    expect(await codeOf(['c'])).toBe('Throttling.User');
    clock.advance(1000);
    expect(await codeOf(['c'])).toBe('QuotaExceeded.Refresh');
    expect(edge.refreshes.map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
      'accepted',
      'refused',
      'refused',
    ]);
    expect(edge.faults).toMatchObject([{ kind: 'queue-full' }]);
  });

  test.for([
    ['cut', 'ENDPOINT_UNREACHABLE'],
    ['silent', 'ENDPOINT_UNREACHABLE'],
    ['truncated', 'API_UNREADABLE'],
  ] as const)(
    'rejects at once when the fault %s loses its answer, and takes effect if told so',
    async ([kind, code], { expect }) => {
      const { edge, visit, clock } = await startTagged();
      await visit('/a');
      edge.injectFault({ kind, applied: true });
      const refreshing = edge.refresh({ domain: DOMAIN, tags: ['a'], force: true });

      await expect(refreshing).rejects.toSatisfy((error) => isFreshtagError(error, code));
      await expect(refreshing).rejects.toThrow(/It takes effect all the same/);
      clock.advance(200);
      expect((await visit('/a')).cache).toBe('MISS');
    },
  );

  test('waits for a slow answer by the clock of the edge', async ({ expect }) => {
    const { edge, clock } = await startTagged();
    edge.injectFault({ kind: 'slow', delayMs: 3000 });
    let ended = false;
    const refreshing = edge.refresh({ domain: DOMAIN, tags: ['a'] }).finally(() => (ended = true));
    await new Promise(setImmediate);

    expect([ended, edge.refreshes.length]).toEqual([false, 1]);
    clock.advance(3000);
    await refreshing;
    expect(ended).toBe(true);
  });

  test.for([
    ['domain', { tags: ['a'] }],
    ['tags', { domain: DOMAIN, tags: [] }],
    ['tags', { domain: DOMAIN, tags: ['a,b'] }],
    ['tags', { domain: DOMAIN, tags: 'a' }],
    ['force', { domain: DOMAIN, tags: ['a'], force: 'true' }],
    ['domain', null],
  ] as const)('does not begin with a wrong %s: %j', async ([name, order], { expect }) => {
    const { edge } = await startTagged();
    await expect(edge.refresh(order as never)).rejects.toThrow(new RegExp(`^${name}: `));
    expect(edge.refreshes).toEqual([]);
  });
});
