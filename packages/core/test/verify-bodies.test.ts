import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { describe, test } from 'vitest';

import { look, servePages, type Page } from './verify-support.ts';

const hit = { 'x-cache': 'HIT TCP_MEM_HIT dirn:-2:-2' };

describe('bodies', () => {
  const text = 'content '.repeat(10_000);
  const encoded = (encoding: string, body: Uint8Array): Page => ({
    body,
    headers: { ...hit, 'content-encoding': encoding },
  });

  test('are compared decoded, whoever encoded them', async ({ expect }) => {
    const origin = await servePages({ '/a': { body: text } });
    const bodies: [string, Uint8Array][] = [
      ['gzip', gzipSync(text)],
      ['gzip', gzipSync(text, { level: 1 })],
      ['X-GZIP', gzipSync(text)],
      ['br', brotliCompressSync(text)],
      ['zstd', zstdCompressSync(text)],
    ];
    for (const [encoding, body] of bodies) {
      const edge = await servePages({ '/a': encoded(encoding, body) });
      const page = await look(origin, edge, '/a', { encodings: [encoding] });
      expect(page).toMatchObject({ outcome: 'fresh' });
    }
  });

  test('are asked for in every encoding, and the stale one is named', async ({ expect }) => {
    const origin = await servePages({ '/a': { body: text } });
    const edge = await servePages({
      '/a': (request, response) => {
        const isGzip = request.headers['accept-encoding'] === 'gzip';
        if (isGzip) response.setHeader('content-encoding', 'gzip');
        response.end(isGzip ? gzipSync('old') : text);
      },
    });
    const page = await look(origin, edge, '/a', { encodings: ['identity', 'gzip'] });
    expect(page).toMatchObject({ outcome: 'stale', reason: expect.stringMatching(/^gzip: /) });
    expect(page.sightings.map(({ outcome }) => outcome)).toEqual(['fresh', 'stale']);
  });

  test('that cannot be decoded or end too early are no answer', async ({ expect }) => {
    const origin = await servePages({ '/a': { body: text } });
    const broken = await servePages({ '/a': encoded('gzip', Buffer.from('no gzip')) });
    expect(await look(origin, broken)).toMatchObject({
      outcome: 'error',
      reason: expect.stringMatching(/the edge sends what cannot be decoded \(Z_DATA_ERROR/),
    });
    const cut = await servePages({ '/a': encoded('gzip', gzipSync(text).subarray(0, 50)) });
    expect(await look(origin, cut)).toMatchObject({ outcome: 'error' });
    const short = await servePages({
      '/a': (_, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('half', () => response.destroy());
      },
    });
    expect(await look(origin, short)).toMatchObject({ outcome: 'error' });
  });

  test('that are empty need no end of their encoding', async ({ expect }) => {
    const origin = await servePages({ '/a': { body: '' } });
    const edge = await servePages({ '/a': encoded('gzip', Buffer.alloc(0)) });
    expect(await look(origin, edge)).toMatchObject({ outcome: 'fresh' });
  });

  test('are read up to the bound, also where they grow by decoding', async ({ expect }) => {
    const big = Buffer.alloc(5_000_000);
    const bounded = { maxBytes: 100_000, encodings: ['gzip'] };
    const origin = await servePages({ '/a': { body: big } });
    const edge = await servePages({ '/a': encoded('gzip', gzipSync(big)) });
    const page = await look(origin, edge, '/a', bounded);
    expect(page).toMatchObject({
      verdict: 'unknown',
      outcome: 'too-large',
      reason: 'alike in its first 100,000 bytes and longer',
    });
    expect(page.sightings[0]?.atEdge).toMatchObject({ bytes: 100_000, digest: null });
    const other = await servePages({ '/a': { body: Buffer.alloc(5_000_000, 1) } });
    expect(await look(origin, other, '/a', bounded)).toMatchObject({ outcome: 'stale' });
    const whole = await servePages({ '/a': { body: Buffer.alloc(100_000) } });
    expect(await look(origin, whole, '/a', bounded)).toMatchObject({ outcome: 'stale' });
  });

  test('beyond the bound are fresh with the same strong ETag', async ({ expect }) => {
    const page = { body: text, headers: { ...hit, etag: '"1"' } };
    const [origin, edge] = [await servePages({ '/a': page }), await servePages({ '/a': page })];
    expect(await look(origin, edge, '/a', { maxBytes: 10 })).toMatchObject({ outcome: 'fresh' });
  });

  test('of HTML are normalised by the caller’s function before they are compared', async ({
    expect,
  }) => {
    const html = { 'content-type': 'text/html; charset=utf-8' };
    const origin = await servePages({
      '/a': { body: '<p>new</p><!-- 2 -->', headers: html },
      '/b': { body: 'new <!-- 2 -->' },
    });
    const edge = await servePages({
      '/a': { body: '<p>new</p><!-- 1 -->', headers: html },
      '/b': { body: 'new <!-- 1 -->' },
    });
    const asked: string[] = [];
    const page = (body: string, { path }: { path: string }): string => {
      asked.push(path);
      return body.replace(/<!--.*?-->/g, '');
    };
    expect(await look(origin, edge, '/a', { normalize: { page, version: '1' } })).toMatchObject({
      outcome: 'fresh',
    });
    expect(await look(origin, edge, '/b', { normalize: { page, version: '1' } })).toMatchObject({
      outcome: 'stale',
    });
    expect(new Set(asked)).toEqual(new Set(['/a']));
    const failing = (): never => {
      throw new Error('mine');
    };
    await expect(
      look(origin, edge, '/a', { normalize: { page: failing, version: '1' } }),
    ).rejects.toThrow(/normalize\.page failed for \/a: mine/);
  });
});
