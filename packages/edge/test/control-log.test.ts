import { request } from 'undici';
import { describe, test } from 'vitest';

import { createEventLog } from '../src/events.ts';
import { call, openStream, startControlBench } from './control-support.ts';

describe('the log', () => {
  async function lines(url: string): Promise<{ number: number; type: string; path?: string }[]> {
    const { body, headers } = await request(url);
    if (headers['content-type'] !== 'application/x-ndjson; charset=utf-8') throw new Error('type');
    const text = await body.text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  test('is told whole as lines of JSON, numbered, with what is due by now', async ({ expect }) => {
    const { edge, url, visit, refresh, clock } = await startControlBench();
    await visit('/');
    await refresh(['a']);
    clock.advance(800);

    const told = await lines(`${url}/api/events`);
    expect(told.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(told.map(({ number: _number, ...event }) => event)).toEqual(edge.events);
    expect(told.filter(({ type }) => type === 'effect')).toHaveLength(3);
  });

  test('is told from a number on, of some types, and its last lines', async ({ expect }) => {
    const { url, visit } = await startControlBench();
    for (const path of ['/1', '/2', '/3']) await visit(path);

    expect(await lines(`${url}/api/events?after=6`)).toMatchObject([
      { number: 7, type: 'fetch', path: '/3' },
      { number: 8, type: 'fetch', path: '/3' },
      { number: 9, type: 'request', path: '/3' },
    ]);
    const requests = await lines(`${url}/api/events?type=request&type=fault&limit=2`);
    expect(requests.map(({ path }) => path)).toEqual(['/2', '/3']);
    expect(await lines(`${url}/api/events?after=99`)).toEqual([]);
  });

  test('keeps the order and the numbers of what is left when older events have gone', ({
    expect,
  }) => {
    const log = createEventLog();
    const add = (type: 'effect' | 'store', objects: number): void =>
      type === 'effect'
        ? log.add({ at: 0, type, layer: 'pop-1', taskId: '1', objects })
        : log.add({ at: 0, type, layer: 'pop-1', outcome: 'evicted', objects });
    for (let count = 1; count <= 10_050; count += 1)
      add(count % 5000 === 1 ? 'store' : 'effect', count);

    expect(log.lastNumber()).toBe(10_050);
    const numbers = log.since(0).map(({ number }) => number);
    expect(numbers.slice(0, 3)).toEqual([1, 49, 50]);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    expect(
      log
        .since(10_000)
        .map(({ number }) => number)
        .slice(0, 2),
    ).toEqual([10_001, 10_002]);
    expect(log.since(10_050)).toEqual([]);
  });
});

describe('the stream', () => {
  test('tells what happens from now on, first how things are', async ({ expect }) => {
    const { url, visit } = await startControlBench();
    await visit('/before');
    const stream = await openStream(`${url}/api/events/stream`);
    await stream.until(/event: state\ndata: \{"nowMs".*"objects":1/);
    await visit('/after');

    const text = await stream.until(/"path":"\/after".*"result":"MISS"/s);
    expect(text).not.toContain('/before');
    expect(text).toMatch(/\nid: 6\ndata: \{"number":6,"at":\d+,"type":"request"/);
    stream.close();
  });

  test('goes on after the event that the listener knows, by parameter or by header', async ({
    expect,
  }) => {
    const { url, visit } = await startControlBench();
    for (const path of ['/1', '/2']) await visit(path);
    const stream = await openStream(`${url}/api/events/stream?after=0`);
    await stream.until(/id: 6\n/);
    stream.close();

    const again = await openStream(`${url}/api/events/stream?after=0`, { 'last-event-id': '5' });
    const text = await again.until(/id: 6\n/);
    expect(text.match(/^id: /gm)).toHaveLength(1);
    again.close();
  });

  test('begins anew for a listener that knows another edge at this port', async ({ expect }) => {
    const { url, visit } = await startControlBench();
    await visit('/');
    const stream = await openStream(`${url}/api/events/stream`, { 'last-event-id': '4711' });
    expect(await stream.until(/id: 3\n/)).toContain('id: 1\n');
    stream.close();
  });

  test('lets refreshes take effect as long as somebody listens, though nobody visits', async ({
    expect,
  }) => {
    const { url, visit, refresh, clock } = await startControlBench();
    await visit('/');
    const stream = await openStream(`${url}/api/events/stream`);
    await refresh(['a']);
    await stream.until(/"pendingRefreshes":\[\{"taskId":"\d+","dueAtMs":\d+\}\]/);
    clock.advance(500);

    await stream.until(/"type":"effect","layer":"second-layer".*"objects":1/);
    const text = await stream.until(/"name":"pop-1"[^}]*"objects":0/);
    expect(text.match(/"type":"effect"/g)).toHaveLength(2);
    stream.close();
  });

  test('is refused to the seventeenth listener, and open again when one leaves', async ({
    expect,
  }) => {
    const { url } = await startControlBench();
    const address = `${url}/api/events/stream`;
    const streams = await Promise.all(Array.from({ length: 16 }, () => openStream(address)));
    expect(await call(address)).toMatchObject({
      status: 503,
      json: { error: { code: 'TOO_MANY_STREAMS', message: /Close a page/ } },
    });
    for (const stream of streams) stream.close();
    let stream = await openStream(address);
    while (stream.status !== 200) stream = await openStream(address);
    stream.close();
  });
});
