import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

import { describe, onTestFinished, test } from 'vitest';

import { verifyPages } from '../src/verify.ts';
import { domain, look, servePages } from './verify-support.ts';

/** A TCP server that does what it likes with a connection. */
async function serveRaw(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer(onSocket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('what goes wrong on the way', () => {
  test('is an outcome that says what', async ({ expect }) => {
    const origin = await servePages({ '/a': { body: 'a' } });
    const edges = [
      { name: 'closed', url: 'http://127.0.0.1:1' },
      { name: 'plain', url: origin.url.replace('http:', 'https:') },
      { name: 'silent', url: `http://127.0.0.1:${await serveRaw((socket) => socket.resume())}` },
      {
        name: 'rude',
        url: `http://127.0.0.1:${await serveRaw((socket) => socket.end('hello\n'))}`,
      },
    ];
    const { sightings } = await look(origin, origin, '/a', { edge: edges, timeoutMs: 1000 });
    expect(sightings.map(({ edge, outcome, reason }) => [edge, outcome, reason])).toEqual([
      ['closed', 'error', 'the edge refuses connections (ECONNREFUSED)'],
      ['plain', 'error', expect.stringMatching(/no good TLS connection \(ERR_SSL_/)],
      ['silent', 'error', 'the edge did not answer within 1000 ms'],
      ['rude', 'error', expect.stringMatching(/the edge does not answer \(.*HTTP\/1\.1 protocol/)],
    ]);
  });

  test('does not have every page wait for an address that is dead', async ({ expect }) => {
    const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);
    const origin = await servePages(Object.fromEntries(paths.map((path) => [path, { body: 'x' }])));
    let connections = 0;
    const port = await serveRaw((socket) => {
      connections += 1;
      socket.destroy();
    });
    const { verdicts, pages } = await verifyPages(paths, {
      domain,
      origin: origin.url,
      edge: `http://127.0.0.1:${port}`,
      concurrency: 1,
    });
    expect(verdicts.unknown).toBe(50);
    // A connection that is ended is tried once more.
    expect(connections).toBe(16);
    expect(pages.at(-1)?.reason).toBe('the edge was not asked: it did not answer 8 times in a row');
  });

  test('is asked once more where a kept connection was closed', async ({ expect }) => {
    const origin = await servePages({ '/a': { body: 'a' } });
    let asked = 0;
    const edge = await servePages({
      '/a': (request, response) => {
        asked += 1;
        if (asked === 1) request.socket.destroy();
        else response.end('a');
      },
    });
    expect(await look(origin, edge)).toMatchObject({ outcome: 'fresh' });
  });

  test('shows no control characters, whatever the headers say', async ({ expect }) => {
    const evil = '\u009b31mred\u00a0caf\u00e9';
    const origin = await servePages({ '/a': { body: 'new' } });
    const edge = await servePages({
      '/a': {
        body: 'old',
        headers: {
          'x-cache': `HIT ${evil}`,
          age: evil,
          'cache-control': `max-age=1, ${evil}`,
          'cache-tag': ['a'.repeat(9000), 'b'],
        },
      },
    });
    const page = await look(origin, edge);
    expect(page.outcome).toBe('stale');
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(JSON.stringify(page)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(page.sightings[0]?.atEdge?.headers['cache-tag']).toHaveLength(1001);
  });

  test('with a name that a certificate must have is the domain’s, also for one address', async ({
    expect,
  }) => {
    const origin = await servePages({ '/a': { body: 'a' } });
    const { promise, resolve } = Promise.withResolvers<string>();
    const port = await serveRaw((socket) =>
      socket.once('data', (hello: Buffer) => {
        resolve(hello.toString('latin1'));
        socket.destroy();
      }),
    );
    await look(origin, origin, '/a', { edge: `https://127.0.0.1:${port}` });
    expect(await promise).toContain(domain);
  });

  test('ends with the signal’s reason, and nothing is asked after it', async ({ expect }) => {
    const stop = new AbortController();
    const origin = await servePages({ '/a': { body: 'a' } });
    const edge = await servePages({ '/a': () => stop.abort(new Error('enough')) });
    const looking = verifyPages(['/a', '/b', '/c'], {
      domain,
      origin: origin.url,
      edge: edge.url,
      concurrency: 1,
      signal: stop.signal,
    });
    await expect(looking).rejects.toThrow('enough');
    expect(origin.asked).toEqual(['GET /a']);
  });
});

describe('options', () => {
  const good = { domain, origin: 'http://127.0.0.1:1', edge: 'http://127.0.0.1:1' };

  test.for<[object, RegExp]>([
    [{ domain: '*.example.com' }, /^domain: /],
    [{ origin: 'http://me:pass@host/' }, /^origin: "http:\/\/\*\*\*@host\/?"/],
    [{ origin: 'ftp://x' }, /^origin: /],
    [{ origin: 'http://x/path' }, /^origin: /],
    [{ origin: undefined }, /^origin: /],
    [{ edge: [] }, /^edge: 0 /],
    [{ edge: 'nonsense' }, /^edge: /],
    [{ edge: null, origin: 5 }, /^origin: 5/],
    [{ edge: ['http://x', 'http://x'] }, /^edge: .*each address once/],
    [{ edge: { url: 'http://x', name: 'a\u001b[31m' } }, /^edge\.name: /],
    [{ edge: { url: 'http://x', headers: { Host: 'evil' } } }, /^headers: "Host"/],
    [{ headers: { 'a b': 'c' } }, /^headers: "a b"/],
    [{ headers: { cookie: 'secret\r\nx: y' } }, /^headers: the value of cookie(?!.*secret)/],
    [{ headers: 'x' }, /^headers: /],
    [{ sample: 0 }, /^sample: 0 /],
    [{ sample: Number.NaN }, /^sample: /],
    [{ concurrency: 257 }, /^concurrency: 257/],
    [{ concurrency: 1.5 }, /^concurrency: 1.5/],
    [{ timeoutMs: -1 }, /^timeoutMs: -1/],
    [{ timeoutMs: 2 ** 31 }, /^timeoutMs: /],
    [{ maxBytes: Infinity }, /^maxBytes: /],
    [{ encodings: [] }, /^encodings: /],
    [{ encodings: ['gzip\r\n'] }, /^encodings: /],
  ])('%j is refused before anything is asked', async ([wrong, message], { expect }) => {
    await expect(verifyPages(['/'], { ...good, ...wrong })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    });
  });

  test.for<[string, string[], RegExp]>([
    ['an empty list', [], /no page to verify/],
    ['a relative path', ['about'], /^page: "about"/],
    ['another domain', ['https://other.example.com/a'], /^page: "https:\/\/other\.example\.com"/],
    ['another domain without scheme', ['//other.example.com/a'], /^page: /],
    ['a password', ['https://me:secret@www.example.com/'], /^page: a URL with a user(?!.*secret)/],
    ['a path without end', [`/${'a'.repeat(9000)}`], /^page: .*8000 characters/],
  ])('%s among the pages is refused', async ([, pages, message], { expect }) => {
    await expect(verifyPages(pages, good)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    });
  });
});
