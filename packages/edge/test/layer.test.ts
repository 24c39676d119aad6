import { once } from 'node:events';

import { describe, test } from 'vitest';

import { Layer } from '../src/cache/layer.ts';
import { createManualClock } from '../src/index.ts';

const KEY = { origin: 'http://origin', method: 'GET', path: '/' };

function valueWith(tag: string): Parameters<Layer['createWriteStream']>[1] {
  const nowMs = Date.now();
  const times = { cachedAt: nowMs, staleAt: nowMs + 60_000, deleteAt: nowMs + 120_000 };
  return { statusCode: 200, statusMessage: 'OK', headers: { 'cache-tag': tag }, ...times };
}

async function store(layer: Layer, path: string, body: string): Promise<void> {
  const stream = layer.createWriteStream({ ...KEY, path }, valueWith('tag'));
  const closed = once(stream, 'close');
  stream.end(Buffer.from(body));
  await closed;
}

function stored(layer: Layer, paths: readonly string[]): string[] {
  return paths.filter((path) => layer.get({ ...KEY, path }) !== undefined);
}

describe('one layer of the cache', () => {
  test('holds at most as many responses as it may, and lets the oldest go', async ({ expect }) => {
    const layer = new Layer(0, createManualClock(), { maxEntries: 2, maxBytes: 1_000_000 });
    for (const path of ['/a', '/b', '/a', '/c']) await store(layer, path, path);

    expect(stored(layer, ['/a', '/b', '/c'])).toEqual(['/a', '/c']);
  });

  test('holds at most as many bytes as it may, and stores nothing larger', async ({ expect }) => {
    const layer = new Layer(0, createManualClock(), { maxEntries: 10, maxBytes: 1000 });
    for (const path of ['/a', '/b', '/c']) await store(layer, path, 'x'.repeat(450));
    expect(stored(layer, ['/a', '/b', '/c'])).toEqual(['/b', '/c']);

    await store(layer, '/d', 'x'.repeat(1001));
    expect(stored(layer, ['/b', '/c', '/d'])).toEqual(['/b', '/c']);
  });

  test('a refresh takes effect at its due time, not before', async ({ expect }) => {
    const clock = createManualClock();
    const layer = new Layer(10, clock);
    await store(layer, '/', 'body');
    layer.refresh({ tags: ['tag'], force: true }, clock.now());

    clock.advance(9);
    expect(stored(layer, ['/'])).toEqual(['/']);
    clock.advance(1);
    expect(stored(layer, ['/'])).toEqual([]);
  });

  test('a fill that ends after the due time is stored, and one that ends before it is removed', async ({
    expect,
  }) => {
    const clock = createManualClock();
    const layer = new Layer(10, clock);
    const late = layer.createWriteStream({ ...KEY, path: '/late' }, valueWith('tag'));
    await store(layer, '/early', 'body');
    layer.refresh({ tags: ['tag'], force: true }, clock.now());
    clock.advance(10);

    const closed = once(late, 'close');
    late.end(Buffer.from('old'));
    await closed;

    expect(stored(layer, ['/early', '/late'])).toEqual(['/late']);
  });
});
