import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';

import { describe, test } from 'vitest';

import { startEdge } from '../src/index.ts';
import { ask, DOMAIN, serve, SHARED, startBench, startOrigin, summary } from './support.ts';

/** Sends bytes as they are and reads until the server hangs up. */
async function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

async function freePort(): Promise<number> {
  const edge = await startEdge({ domains: { [DOMAIN]: 'http://127.0.0.1:9' } });
  await edge.close();
  return Number(new URL(edge.url).port);
}

describe('the visitors’ side', () => {
  test('the domain and the edge’s own address are served, and the origin sees the domain', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit } = await startBench(origin.url);

    for (const host of [DOMAIN, 'WWW.Example.com:8080', 'localhost:1234', '127.0.0.1']) {
      expect((await visit('/', { headers: { host } })).status).toBe(200);
    }
    expect(origin.received.map(({ headers }) => headers.host)).toEqual([DOMAIN]);
  });

  test('any other host is refused without a word to the origin', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit, edge } = await startBench(origin.url);

    for (const host of ['evil.example', `${DOMAIN}.evil.example`, `x.${DOMAIN}`]) {
      expect(await visit('/', { headers: { host } })).toMatchObject({ status: 421 });
    }
    expect(await sendRaw(edge.url, 'GET / HTTP/1.0\r\n\r\n')).toContain(' 421 ');
    expect(origin.asked).toEqual([]);
  });

  test('the edge is no forward proxy: absolute URLs and CONNECT are refused', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { edge } = await startBench(origin.url);
    const rest = `HTTP/1.1\r\nHost: ${DOMAIN}\r\nConnection: close\r\n\r\n`;

    expect(await sendRaw(edge.url, `GET http://evil.example/ ${rest}`)).toContain(' 400 ');
    expect(await sendRaw(edge.url, `OPTIONS * ${rest}`)).toContain(' 400 ');
    expect(await sendRaw(edge.url, `CONNECT evil.example:443 ${rest}`)).toContain(' 405 ');
    expect(origin.asked).toEqual([]);
  });

  test('a path that looks like another host goes to the origin as a path', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { edge } = await startBench(origin.url);

    await sendRaw(
      edge.url,
      `GET //evil.example/x HTTP/1.1\r\nHost: ${DOMAIN}\r\nConnection: close\r\n\r\n`,
    );

    expect(origin.asked).toEqual(['GET //evil.example/x']);
  });

  test('an unknown point of presence is answered 400', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { visit } = await startBench(origin.url);

    expect(await visit('/', { pop: 'pop-3' })).toMatchObject({ status: 400 });
    expect(origin.asked).toEqual([]);
  });

  test('hop-by-hop headers and the choice of a point of presence end at the edge', async ({
    expect,
  }) => {
    const origin = await startOrigin((_incoming, outgoing) => {
      outgoing.writeHead(200, {
        connection: 'x-hop',
        'x-hop': '1',
        'x-kept': '1',
        'keep-alive': 'timeout=9',
      });
      outgoing.end('body');
    });
    const { edge } = await startBench(origin.url);

    const answer = await sendRaw(
      edge.url,
      `GET / HTTP/1.1\r\nHost: ${DOMAIN}\r\nX-Edge-Pop: pop-2\r\nTE: trailers\r\nX-Mine: 1\r\nX-Theirs: 1\r\nConnection: close, X-Mine\r\n\r\n`,
    );

    expect(answer).toContain('x-kept: 1');
    expect(answer).not.toContain('x-hop');
    const seen = origin.received[0]?.headers ?? {};
    expect(seen).toMatchObject({ 'x-theirs': '1' });
    for (const name of ['x-mine', 'te', 'x-edge-pop']) expect(seen).not.toHaveProperty(name);
  });

  test('the body of a request reaches the origin', async ({ expect }) => {
    const origin = await startOrigin((incoming, outgoing) => void incoming.pipe(outgoing));
    const { visit } = await startBench(origin.url);
    const body = 'x'.repeat(1_000_000);

    expect((await visit('/', { method: 'PUT', body })).body).toBe(body);
  });

  test('an origin that is down is a 502 that is not stored, and the edge recovers with it', async ({
    expect,
  }) => {
    const port = await freePort();
    const { visit } = await startBench(`http://127.0.0.1:${port}`);

    expect(await visit('/')).toMatchObject({
      status: 502,
      body: `The origin of ${DOMAIN} does not answer: ECONNREFUSED.\n`,
    });
    expect(await visit('/', { method: 'POST', body: 'x' })).toMatchObject({ status: 502 });
    await startOrigin(serve({ body: 'back' }), port);

    expect(summary(await visit('/'))).toBe('MISS back');
  });

  test('a response that the origin breaks off is broken off for the visitor and not stored', async ({
    expect,
  }) => {
    let broken = true;
    const origin = await startOrigin((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': SHARED, 'content-length': 8 });
      if (broken) outgoing.write('half', () => outgoing.destroy());
      else outgoing.end('complete');
    });
    const { visit } = await startBench(origin.url);

    await expect(visit('/')).rejects.toThrow();
    broken = false;

    expect(summary(await visit('/'))).toBe('MISS complete');
  });

  test('a fetch that fails half-way leaves the other variants of its URL in the cache', async ({
    expect,
  }) => {
    const origin = await startOrigin((incoming, outgoing) => {
      const encoding = incoming.headers['accept-encoding'];
      outgoing.writeHead(200, {
        'cache-control': SHARED,
        vary: 'accept-encoding',
        'content-length': 5,
      });
      if (encoding === 'br') outgoing.write('half', () => outgoing.destroy());
      else outgoing.end('whole');
    });
    const { visit } = await startBench(origin.url);
    const gzip = { headers: { 'accept-encoding': 'gzip' } };
    await visit('/', gzip);

    await expect(visit('/', { headers: { 'accept-encoding': 'br' } })).rejects.toThrow();

    expect(summary(await visit('/', gzip))).toBe('HIT whole');
  });

  test('a visitor who leaves ends the request to the origin', async ({ expect }) => {
    const began = Promise.withResolvers<[IncomingMessage, ServerResponse]>();
    const origin = await startOrigin((incoming, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': SHARED });
      outgoing.write('half');
      began.resolve([incoming, outgoing]);
    });
    const { edge } = await startBench(origin.url);
    const { hostname, port } = new URL(edge.url);
    const visitor = connect(Number(port), hostname);
    visitor.write(`GET / HTTP/1.1\r\nHost: ${DOMAIN}\r\n\r\n`);
    const [, upstream] = await began.promise;
    const closed = once(upstream, 'close');

    visitor.destroy();
    await closed;

    expect(upstream.writableFinished).toBe(false);
  });

  test('a visitor who leaves before the origin has answered ends the request too', async ({
    expect,
  }) => {
    const began = Promise.withResolvers<ServerResponse>();
    const origin = await startOrigin((_incoming, outgoing) => began.resolve(outgoing));
    const { edge } = await startBench(origin.url);
    const { hostname, port } = new URL(edge.url);
    const visitor = connect(Number(port), hostname);
    visitor.write(`GET / HTTP/1.1\r\nHost: ${DOMAIN}\r\n\r\n`);
    const upstream = await began.promise;
    const closed = once(upstream, 'close');

    visitor.destroy();
    await closed;

    expect(upstream.headersSent).toBe(false);
  });

  test('an edge whose origin is itself says so instead of asking itself for ever', async ({
    expect,
  }) => {
    const port = await freePort();
    const { edge } = await startBench(`http://127.0.0.1:${port}`, { port });

    expect((await ask(edge.url, '/')).status).toBe(508);
  });
});
