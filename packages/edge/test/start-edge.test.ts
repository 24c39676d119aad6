import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

import { describe, onTestFinished, test } from 'vitest';

import type { Clock } from '@freshtag/core';

import { startEdge, type EdgeOptions } from '../src/index.ts';
import { ask, DOMAIN, serve, startOrigin } from './support.ts';

const HAS_IPV6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);
const ORIGIN = 'http://127.0.0.1:3000';
const USABLE = { domains: { [DOMAIN]: ORIGIN } };

async function occupyPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('startEdge', () => {
  test.for([
    ['domains', { domains: {} }],
    ['domains', { domains: [ORIGIN] as unknown as EdgeOptions['domains'] }],
    ['domains', { domains: { 'https://www.example.com': ORIGIN } }],
    ['domains', { domains: { '*.example.com': ORIGIN } }],
    ['domains', { domains: { '': ORIGIN } }],
    ['domains', { domains: { 'a.example': ORIGIN, 'A.example': ORIGIN } }],
    ['domains["a.example"]', { domains: { 'a.example': 'ftp://example.com' } }],
    ['domains["a.example"]', { domains: { 'a.example': 'example.com' } }],
    ['domains["a.example"]', { domains: { 'a.example': 'http://example.com/base' } }],
    ['host', { host: '' }],
    ['port', { port: 65_536 }],
    ['port', { port: 1.5 }],
    ['apiPort', { apiPort: -1 }],
    ['credentials.accessKeyId', { credentials: { accessKeyId: '', accessKeySecret: 'a' } }],
    ['credentials.accessKeySecret', { credentials: { accessKeyId: 'a', accessKeySecret: '' } }],
    ['pointsOfPresence', { pointsOfPresence: [] }],
    [
      'pointsOfPresence',
      {
        pointsOfPresence: [
          { name: 'a', propagationDelayMs: 1 },
          { name: 'a', propagationDelayMs: 2 },
        ],
      },
    ],
    ['pointsOfPresence[0].name', { pointsOfPresence: [{ name: 'a b', propagationDelayMs: 1 }] }],
    [
      'pointsOfPresence[0].propagationDelayMs',
      { pointsOfPresence: [{ name: 'a', propagationDelayMs: -1 }] },
    ],
    [
      'pointsOfPresence[0].name',
      { pointsOfPresence: [{ name: 'second-layer', propagationDelayMs: 1 }] },
    ],
    ['secondLayer.propagationDelayMs', { secondLayer: { propagationDelayMs: Number.NaN } }],
    ['maxCallsPerSecond', { maxCallsPerSecond: 0 }],
    ['maxCallsPerSecond', { maxCallsPerSecond: 1.5 }],
    ['clock', { clock: {} as Clock }],
    ['clock', { clock: { now: () => 0 } as Clock }],
  ] satisfies [string, Partial<EdgeOptions>][])(
    'refuses a bad value of %s before anything starts: %j',
    async ([option, bad], { expect }) => {
      await expect(startEdge({ ...USABLE, ...bad })).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(
          `^${option.replace(/[[\].]/g, '\\$&')}: .* is not allowed\\. Give .+`,
        ),
      });
    },
  );

  test('does not repeat the password of an origin that it refuses', async ({ expect }) => {
    const address = 'http://user:hidden@127.0.0.1';
    for (const origin of [address, new URL(address)])
      await expect(startEdge({ domains: { [DOMAIN]: origin } })).rejects.toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hidden') }),
      );
  });

  test.for(['port', 'apiPort'] as const)(
    'a taken %s is named, and nothing is left running',
    async (option, { expect }) => {
      const taken = await occupyPort();
      const other = option === 'port' ? 'apiPort' : 'port';
      const first = await startEdge(USABLE);
      await first.close();
      const free = Number(new URL(first.url).port);

      await expect(startEdge({ ...USABLE, [option]: taken, [other]: free })).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(`^${option}: ${taken} is not allowed.*EADDRINUSE`),
      });

      const edge = await startEdge({ ...USABLE, port: free });
      await edge.close();
    },
  );

  test('a host that is not of this machine is named', async ({ expect }) => {
    await expect(startEdge({ ...USABLE, host: '203.0.113.1' })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/^host: "203\.0\.113\.1" is not allowed/),
    });
  });

  test('close ends idle connections and requests under way, and may be called again', async ({
    expect,
  }) => {
    const began = Promise.withResolvers<void>();
    const origin = await startOrigin(() => began.resolve());
    const edge = await startEdge({ domains: { [DOMAIN]: origin.url } });
    const visiting = ask(edge.url, '/');
    const failed = expect(visiting).rejects.toThrow();
    await began.promise;

    await edge.close();
    await edge.close();

    await failed;
    await expect(ask(edge.url, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test.skipIf(!HAS_IPV6)(
    'an edge on the IPv6 loopback address is served under its own URL',
    async ({ expect }) => {
      const origin = await startOrigin(serve({ body: 'old' }));
      const edge = await startEdge({ domains: { [DOMAIN]: origin.url }, host: '::1' });
      onTestFinished(() => edge.close());

      expect(edge.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
      expect((await ask(edge.url, '/')).status).toBe(200);
    },
  );

  test(
    'close ends the idle connections to the origin, too',
    { timeout: 2000 },
    async ({ expect }) => {
      const origin = await startOrigin(serve({ body: 'old' }));
      const edge = await startEdge({ domains: { [DOMAIN]: origin.url } });
      await ask(edge.url, '/');
      const socket = origin.received[0]?.socket;
      expect(socket?.destroyed).toBe(false);
      const closed = new Promise((resolve) => socket?.once('close', resolve));

      await edge.close();
      await closed;
    },
  );

  test('faults go wrong from the start, and one that cannot is refused before anything runs', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const domains = { [DOMAIN]: origin.url };
    const edge = await startEdge({ domains, faults: [{ kind: 'origin-down', times: 2 }] });
    onTestFinished(() => edge.close());

    expect((await ask(edge.url, '/a')).status).toBe(502);
    expect((await ask(edge.url, '/b')).status).toBe(502);
    expect((await ask(edge.url, '/c')).status).toBe(200);
    expect(edge.faults).toHaveLength(2);
    for (const faults of [[{ kind: 'lag', point: 'nowhere', delayMs: 1 }], { kind: 'cut' }])
      await expect(
        startEdge({ domains, faults: faults as EdgeOptions['faults'] & object }),
      ).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  test('two edges share nothing', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const edges = await Promise.all(
      [1, 2].map(() => startEdge({ domains: { [DOMAIN]: new URL(origin.url) } })),
    );
    onTestFinished(async () => void (await Promise.all(edges.map((edge) => edge.close()))));

    for (const edge of edges) expect((await ask(edge.url, '/')).cache).toBe('MISS');
  });
});
