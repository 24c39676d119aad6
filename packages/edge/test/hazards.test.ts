import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { ServerResponse } from 'node:http';

import { describe, onTestFinished, test } from 'vitest';

import { DOMAIN, serve, SHARED, startBench, startOrigin, summary, type Page } from './support.ts';

const MONDAY = 'Mon, 05 Jan 2026 00:00:00 GMT';
const MIB = 1024 * 1024;

/** An origin whose answers are given by hand, as they are asked for. */
async function startHandOrigin() {
  const waiting: ((outgoing: ServerResponse) => void)[] = [];
  const origin = await startOrigin((_incoming, outgoing) => waiting.shift()?.(outgoing));
  const next = () => new Promise<ServerResponse>((resolve) => waiting.push(resolve));
  return { ...origin, next };
}

/** A visitor on a connection of his own, who may leave or stop reading. */
function visitRaw(url: string, headers: readonly string[] = []): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(['GET / HTTP/1.1', `Host: ${DOMAIN}`, ...headers, '', ''].join('\r\n'));
  onTestFinished(() => void socket.destroy());
  return socket;
}

describe('a cache never takes for its own what is another’s', () => {
  test('a point’s question whether its copy holds is not put for a second layer that has none', async ({
    expect,
  }) => {
    const origin = await startOrigin((incoming, outgoing) => {
      const unchanged = incoming.headers['if-modified-since'] === MONDAY;
      outgoing.writeHead(unchanged ? 304 : 200, {
        'cache-control': 'max-age=60',
        'cache-tag': 'page',
        'last-modified': MONDAY,
      });
      outgoing.end(unchanged ? undefined : 'body');
    });
    const { visit, refresh, clock } = await startBench(origin.url, {
      secondLayer: { propagationDelayMs: 0 },
      pointsOfPresence: ['pop-1', 'pop-2'].map((name) => ({ name, propagationDelayMs: 600_000 })),
    });
    await visit('/');
    await refresh(['page']);
    clock.advance(60_000);

    expect(summary(await visit('/'))).toBe('MISS body');
    expect(summary(await visit('/', { pop: 'pop-2' }))).toBe('MISS body');
    expect(origin.received.at(-1)?.headers).not.toHaveProperty('if-modified-since');
  });

  test('a point that keeps its copy lets the second layer store what it was fetched for it', async ({
    expect,
  }) => {
    const body = 'x'.repeat(4 * MIB);
    const origin = await startOrigin(serve({ body, headers: { 'last-modified': MONDAY } }));
    const { visit, refresh, clock, edge } = await startBench(origin.url);
    await visit('/');
    edge.injectFault({ kind: 'lag', point: 'pop-1', delayMs: 600_000 });
    await refresh(['page'], true);
    await refresh(['page'], false);
    clock.advance(1000);
    const stored = new Promise<void>((resolve) => {
      edge.onEvent((event) => {
        if (event.type === 'fetch' && event.outcome === 'stored') resolve();
      });
    });

    expect((await visit('/')).headers['x-cache']).toMatch(/^MISS TCP_REFRESH_HIT /);
    await stored;
    expect((await visit('/', { pop: 'pop-2' })).body).toHaveLength(body.length);
    expect(origin.asked).toHaveLength(2);
  });

  test('what Connection takes away from the origin does not name a variant', async ({ expect }) => {
    const origin = await startOrigin((incoming, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': SHARED, vary: 'accept-language' });
      outgoing.end(`in ${incoming.headers['accept-language']}`);
    });
    const { visit, edge } = await startBench(origin.url);
    const poisoner = visitRaw(edge.url, [
      'Accept-Language: de',
      'Connection: accept-language, close',
    ]);
    await once(poisoner, 'data');

    const german = await visit('/', { headers: { 'accept-language': 'de' } });
    expect(summary(german)).toBe('MISS in de');
  });

  test('two Host lines are refused', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { edge } = await startBench(origin.url);
    const [answer] = (await once(visitRaw(edge.url, ['Host: other.example']), 'data')) as [Buffer];

    expect(String(answer)).toContain(' 400 ');
    expect(origin.asked).toEqual([]);
  });
});

describe('visitors do not harm each other', () => {
  test('who comes after one has left is served, while others still wait', async ({ expect }) => {
    const origin = await startHandOrigin();
    const { edge, visit } = await startBench(origin.url);
    const asked = origin.next();
    const leaver = visitRaw(edge.url);
    const outgoing = await asked;
    const elsewhere = visit('/', { pop: 'pop-2' });
    const left = once(leaver, 'close');
    leaver.destroy();
    await left;
    const later = visit('/');
    const again = origin.next();
    // The second layer's question may have ended with the leaver, or go on for the others.
    for (const response of [outgoing, await Promise.race([again, elsewhere.then(() => outgoing)])])
      if (!response.destroyed && !response.writableEnded)
        response.writeHead(200, { 'cache-control': SHARED }).end('body');

    expect((await elsewhere).body).toBe('body');
    expect((await later).body).toBe('body');
  });

  test('of a body too long to store, who stops reading is cut off, and the others get all of it', async ({
    expect,
  }) => {
    const origin = await startHandOrigin();
    const { edge } = await startBench(origin.url, { cache: { maxObjectBytes: MIB } });
    const asked = origin.next();
    const stuck = visitRaw(edge.url);
    const outgoing = await asked;
    outgoing.writeHead(200, { 'cache-control': SHARED });
    outgoing.write('begin');
    await once(stuck, 'data');
    stuck.pause();
    const reader = visitRaw(edge.url, ['Connection: close']);
    let readBytes = 0;
    reader.on('data', (chunk: Buffer) => void (readBytes += chunk.length));
    await once(reader, 'data');
    const body = Buffer.alloc(16 * MIB, 'x');
    outgoing.end(body);
    await once(reader, 'end');

    expect(origin.asked).toHaveLength(1);
    expect(readBytes).toBeGreaterThan(body.length);
  });

  test('a body too long to store that nobody wants is not fetched to its end', async ({
    expect,
  }) => {
    const origin = await startHandOrigin();
    const { visit } = await startBench(origin.url, { cache: { maxObjectBytes: MIB } });
    const asked = origin.next();
    const visited = visit('/', { headers: { 'if-none-match': '"1"' } });
    const outgoing = await asked;
    const closed = once(outgoing, 'close');
    outgoing.writeHead(200, { 'cache-control': SHARED, etag: '"1"' });
    outgoing.write(Buffer.alloc(64 * MIB, 'x'));

    expect((await visited).status).toBe(304);
    await closed;
    expect(outgoing.writableFinished).toBe(false);
  });

  test('those who want another variant than the first wait for one fetch of theirs', async ({
    expect,
  }) => {
    const origin = await startHandOrigin();
    const { visit } = await startBench(origin.url);
    const answer = (outgoing: ServerResponse, body: string) =>
      outgoing.writeHead(200, { 'cache-control': SHARED, vary: 'accept-language' }).end(body);
    const askedGerman = origin.next();
    const german = visit('/', { headers: { 'accept-language': 'de' } });
    const outgoing = await askedGerman;
    const askedEnglish = origin.next();
    const english = Array.from({ length: 30 }, () =>
      visit('/', { headers: { 'accept-language': 'en' } }),
    );
    answer(outgoing, 'hallo');
    answer(await askedEnglish, 'hello');

    expect((await german).body).toBe('hallo');
    for (const each of await Promise.all(english)) expect(each.body).toBe('hello');
    expect(origin.asked).toHaveLength(2);
  });
});

describe('time and connections', () => {
  test('a response is as old as its head, however long its body takes', async ({ expect }) => {
    const origin = await startHandOrigin();
    const { edge, visit, clock } = await startBench(origin.url);
    const asked = origin.next();
    const visitor = visitRaw(edge.url);
    const outgoing = await asked;
    outgoing.writeHead(200, { 'cache-control': 'max-age=60' });
    outgoing.write('begin');
    await once(visitor, 'data');
    clock.advance(3_600_000);
    const stored = new Promise<void>((resolve) => {
      edge.onEvent((event) => {
        if (event.type === 'fetch' && event.layer === 'pop-1') resolve();
      });
    });
    outgoing.end('end');
    await stored;
    const again = origin.next();
    const later = visit('/');
    (await again).writeHead(200, { 'cache-control': 'max-age=60' }).end('new');

    expect(summary(await later)).toBe('MISS new');
  });

  test('a connection that the origin closed while it rested is replaced without a word', async ({
    expect,
  }) => {
    const server = createServer((socket) => {
      let requests = 0;
      socket.on('error', () => {});
      socket.on('data', () => {
        requests += 1;
        if (requests === 2) socket.destroy();
        else
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: no-store\r\n\r\nok');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { visit } = await startBench(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );

    for (let turn = 0; turn < 6; turn += 1) expect(summary(await visit('/'))).toBe('MISS ok');
  });

  test('a response whose age cannot be read is not stored', async ({ expect }) => {
    const page: Page = { body: 'old', headers: { age: 'abc' } };
    const origin = await startOrigin(serve(page));
    const { visit } = await startBench(origin.url);
    await visit('/');
    page.body = 'new';

    expect(summary(await visit('/'))).toBe('MISS new');
  });
});
