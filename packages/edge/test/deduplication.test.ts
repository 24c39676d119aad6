import type { ServerResponse } from 'node:http';

import { describe, test } from 'vitest';

import { SHARED, startBench, startOrigin, summary } from './support.ts';

/** An origin that answers each request only when it is told to. */
async function startHeldOrigin(headers: Record<string, string> = { 'cache-control': SHARED }) {
  const held: ServerResponse[] = [];
  const arrivals: (() => void)[] = [];
  const origin = await startOrigin((_incoming, outgoing) => {
    held.push(outgoing);
    arrivals.shift()?.();
  });
  return {
    ...origin,
    held,
    arrival: () => new Promise<void>((resolve) => arrivals.push(resolve)),
    answer: (index: number, body: string, more: Record<string, string> = {}) => {
      held[index]?.writeHead(200, { 'cache-tag': 'page', ...headers, ...more });
      held[index]?.end(body);
    },
  };
}

describe('visitors who ask for the same at the same time', () => {
  test('wait for one fetch, and all get its answer', async ({ expect }) => {
    const origin = await startHeldOrigin();
    const { visit } = await startBench(origin.url);
    const arrived = origin.arrival();
    const visits = Array.from({ length: 20 }, () => visit('/'));
    await arrived;
    origin.answer(0, 'once');

    const answers = await Promise.all(visits);

    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['once']));
    expect(origin.asked).toHaveLength(1);
  });

  test('fetch one by one where that is switched off', async ({ expect }) => {
    const origin = await startHeldOrigin();
    const { visit } = await startBench(origin.url, { cache: { deduplicates: false } });
    const first = origin.arrival();
    const second = origin.arrival();
    const visits = [visit('/'), visit('/')];
    await Promise.all([first, second]);
    origin.answer(0, 'a');
    origin.answer(1, 'b');

    const bodies = (await Promise.all(visits)).map(({ body }) => body).toSorted();
    expect(bodies).toEqual(['a', 'b']);
  });

  test('get the old body of a fetch that began before a refresh took effect', async ({
    expect,
  }) => {
    const origin = await startHeldOrigin();
    const { visit, refresh, clock } = await startBench(origin.url);
    const arrived = origin.arrival();
    const before = visit('/');
    await arrived;
    await refresh(['page']);
    clock.advance(1000);
    const after = visit('/');
    origin.answer(0, 'old');

    expect(summary(await before)).toBe('MISS old');
    expect((await after).body).toBe('old');
    expect(summary(await visit('/'))).toBe('HIT old');
    expect(origin.asked).toHaveLength(1);
  });

  test('fetch for themselves what turns out to be private', async ({ expect }) => {
    const origin = await startHeldOrigin({ 'cache-control': 'private' });
    const { visit } = await startBench(origin.url);
    const arrived = origin.arrival();
    const first = visit('/');
    await arrived;
    const second = visit('/');
    const again = origin.arrival();
    origin.answer(0, 'mine');
    expect((await first).body).toBe('mine');
    await again;
    origin.answer(1, 'yours');

    expect((await second).body).toBe('yours');
  });

  test('fetch for themselves what turns out to be another variant', async ({ expect }) => {
    const origin = await startHeldOrigin({ 'cache-control': SHARED, vary: 'accept-language' });
    const { visit } = await startBench(origin.url);
    const arrived = origin.arrival();
    const german = visit('/', { headers: { 'accept-language': 'de' } });
    await arrived;
    const french = visit('/', { headers: { 'accept-language': 'fr' } });
    const again = origin.arrival();
    origin.answer(0, 'hallo');
    await again;
    origin.answer(1, 'bonjour');

    expect((await german).body).toBe('hallo');
    expect((await french).body).toBe('bonjour');
    const repeated = await visit('/', { headers: { 'accept-language': 'de' } });
    expect(summary(repeated)).toBe('HIT hallo');
  });

  test('all hear that the origin does not answer', async ({ expect }) => {
    const origin = await startHeldOrigin();
    const { visit } = await startBench(origin.url);
    const arrived = origin.arrival();
    const visits = [visit('/'), visit('/'), visit('/')];
    await arrived;
    origin.held[0]?.destroy();

    expect((await Promise.all(visits)).map(({ status }) => status)).toEqual([502, 502, 502]);
    expect(origin.asked).toHaveLength(1);
  });

  test('ask once whether a stale copy still holds', async ({ expect }) => {
    const origin = await startHeldOrigin({ 'cache-control': 'max-age=10', etag: '"1"' });
    const { visit, clock } = await startBench(origin.url);
    const arrived = origin.arrival();
    const first = visit('/');
    await arrived;
    origin.answer(0, 'body');
    await first;
    clock.advance(10_000);
    const again = origin.arrival();
    const visits = [visit('/'), visit('/'), visit('/')];
    await again;
    origin.held[1]?.writeHead(304, { etag: '"1"', 'cache-control': 'max-age=10' }).end();

    for (const answer of await Promise.all(visits)) expect(answer.body).toBe('body');
    expect(origin.received[1]?.headers['if-none-match']).toBe('"1"');
    expect(origin.asked).toHaveLength(2);
  });
});
