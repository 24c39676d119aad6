import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';

import { describe, test } from 'vitest';

import { DOMAIN, serve, SHARED, startBench, startOrigin, summary } from './support.ts';

const MIB = 1024 * 1024;

/** A visitor who reads only when asked to. */
async function visitSlowly(url: string): Promise<IncomingMessage> {
  const outgoing = httpRequest(url, { headers: { host: DOMAIN } }).end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return incoming;
}

/** Writes until the other side takes no more. @returns bytes that were taken */
async function writeUntilFull(outgoing: ServerResponse, maxBytes: number): Promise<number> {
  const piece = Buffer.alloc(64 * 1024, 'x');
  let sentBytes = 0;
  while (sentBytes < maxBytes) {
    const flushed = new Promise<boolean>((resolve) => {
      outgoing.write(piece, () => resolve(true));
    });
    const stuck = new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), 300).unref();
    });
    if (!(await Promise.race([flushed, stuck]))) return sentBytes;
    sentBytes += piece.length;
  }
  return sentBytes;
}

describe('bodies', () => {
  test('reach the visitor before the origin has sent their end', async ({ expect }) => {
    const began = Promise.withResolvers<ServerResponse>();
    const origin = await startOrigin((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': SHARED });
      outgoing.write('first');
      began.resolve(outgoing);
    });
    const { edge } = await startBench(origin.url);

    const visitor = await visitSlowly(edge.url);
    const [piece] = (await once(visitor, 'data')) as [Buffer];
    expect(String(piece)).toBe('first');
    (await began.promise).end('last');
    const [rest] = (await once(visitor, 'data')) as [Buffer];
    expect(String(rest)).toBe('last');
  });

  test('that are too long to store wait for their visitor instead of filling the memory', async ({
    expect,
  }) => {
    const sent = Promise.withResolvers<number>();
    const origin = await startOrigin((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': SHARED });
      void writeUntilFull(outgoing, 64 * MIB).then(sent.resolve);
    });
    const { edge } = await startBench(origin.url, { cache: { maxObjectBytes: MIB } });

    const visitor = await visitSlowly(edge.url);
    const sentBytes = await sent.promise;
    visitor.destroy();

    expect(sentBytes).toBeLessThan(32 * MIB);
  });

  test('that are too long to store are passed on whole, each time anew', async ({ expect }) => {
    const body = 'x'.repeat(3 * MIB);
    const origin = await startOrigin(serve({ body }));
    const { visit } = await startBench(origin.url, { cache: { maxObjectBytes: MIB } });

    expect((await visit('/')).body).toBe(body);
    expect(await visit('/')).toMatchObject({ cache: 'MISS', body });
    expect(origin.asked).toHaveLength(2);
  });

  test('of chunked answers are stored, and come with their length from then on', async ({
    expect,
  }) => {
    const origin = await startOrigin((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': SHARED });
      outgoing.write('one ');
      outgoing.end('two');
    });
    const { visit } = await startBench(origin.url);

    const first = await visit('/');
    expect(first).toMatchObject({ cache: 'MISS', body: 'one two' });
    expect(first.headers['transfer-encoding']).toBe('chunked');
    const second = await visit('/');
    expect(second).toMatchObject({ cache: 'HIT', body: 'one two' });
    expect(second.headers['content-length']).toBe('7');
  });

  test('of several megabytes are the same from every cache', async ({ expect }) => {
    const body = Array.from({ length: 200_000 }, (_, index) => `line ${index}`).join('\n');
    const origin = await startOrigin(serve({ body }));
    const { visit } = await startBench(origin.url);

    for (const pop of ['pop-1', 'pop-2', 'pop-1'])
      expect((await visit('/', { pop })).body).toBe(body);
    expect(origin.asked).toHaveLength(1);
  });
});

describe('parts of bodies', () => {
  test('are cut from the stored copy', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: '0123456789', headers: { etag: '"1"' } }));
    const { visit } = await startBench(origin.url);
    await visit('/');

    const part = await visit('/', { headers: { range: 'bytes=2-4' } });
    expect(part).toMatchObject({ status: 206, cache: 'HIT', body: '234' });
    expect(part.headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3' });
    const tail = await visit('/', { headers: { range: 'bytes=-2', 'if-range': '"1"' } });
    expect(tail).toMatchObject({ status: 206, body: '89' });
    const changed = await visit('/', { headers: { range: 'bytes=-2', 'if-range': '"0"' } });
    expect(changed).toMatchObject({ status: 200, body: '0123456789' });
    const beyond = await visit('/', { headers: { range: 'bytes=10-' } });
    expect(beyond).toMatchObject({ status: 416, body: '' });
    expect(beyond.headers['content-range']).toBe('bytes */10');
  });

  test('are cut from the whole that is fetched for them, and stored', async ({ expect }) => {
    const origin = await startOrigin((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'cache-control': SHARED, 'content-length': 10 });
      outgoing.end('0123456789');
    });
    const { visit } = await startBench(origin.url);

    const part = await visit('/', { headers: { range: 'bytes=8-' } });
    expect(part).toMatchObject({ status: 206, cache: 'MISS', body: '89' });
    expect(origin.received[0]?.headers).not.toHaveProperty('range');
    expect(summary(await visit('/'))).toBe('HIT 0123456789');
  });
});

describe('a visitor who needs no body', () => {
  test.for([
    ['that has a copy', { 'if-none-match': '"1"' }, 304],
    ['that asks beyond the end', { range: 'bytes=999999-' }, 416],
    ['that asks for the beginning', { range: 'bytes=0-0' }, 206],
  ] as const)('%s fills the cache all the same', async ([, headers, status], { expect }) => {
    const body = 'x'.repeat(500_000);
    const origin = await startOrigin(
      serve({ body, headers: { etag: '"1"', 'content-length': String(body.length) } }),
    );
    const { visit, edge } = await startBench(origin.url);
    const stored = Promise.withResolvers<void>();
    edge.onEvent((event) => {
      if (event.type === 'fetch' && event.layer === 'pop-1') stored.resolve();
    });

    expect((await visit('/', { headers })).status).toBe(status);
    await stored.promise;
    expect(await visit('/')).toMatchObject({ cache: 'HIT', body });
    expect(origin.asked).toHaveLength(1);
  });
});

describe('HEAD', () => {
  test('is answered from the stored copy, with its headers and without its body', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: '0123456789' }));
    const { visit } = await startBench(origin.url);
    await visit('/');

    const answer = await visit('/', { method: 'HEAD' });

    expect(answer).toMatchObject({ status: 200, cache: 'HIT', body: '' });
    expect(answer.headers['content-length']).toBe('10');
    expect(origin.asked).toEqual(['GET /']);
  });

  test('stores nothing', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: '0123456789' }));
    const { visit } = await startBench(origin.url);
    await visit('/', { method: 'HEAD' });

    expect(summary(await visit('/'))).toBe('MISS 0123456789');
  });
});
