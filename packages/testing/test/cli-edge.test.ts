import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { onTestFinished, test } from 'vitest';

import { FRESHTAG, runNode, startNode, temporaryFolder } from '../src/index.ts';

test('freshtag edge --store keeps over a restart what it has stored', async ({ expect }) => {
  const server = createServer((_incoming, outgoing) => {
    outgoing.writeHead(200, { 'cache-control': 'max-age=600' }).end('body');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = join(temporaryFolder(), 'edge.db');
  const flags = ['edge', '--origin', origin, '--domain', 'www.example.com', '--store', store];
  const visit = async (): Promise<string> => {
    const edge = await startNode([FRESHTAG, ...flags]);
    const { edge: url }: { edge: string } = JSON.parse(edge.line);
    const cache = (await fetch(url)).headers.get('x-cache') ?? '';
    await edge.stop('SIGTERM');
    return cache.slice(0, 4);
  };

  expect([await visit(), await visit()]).toEqual(['MISS', 'HIT ']);
});

test('freshtag edge --fault has things go wrong from the start, in that order', async ({
  expect,
}) => {
  const flags = ['--origin', 'http://127.0.0.1:1', '--domain', 'www.example.com', '--ui'];
  const faults = ['--fault', 'throttled,times=3,retryAfterMs=500', '--fault', 'cut,applied=true'];
  const edge = await startNode([FRESHTAG, 'edge', ...flags, ...faults]);
  const { control }: { control: string } = JSON.parse(edge.line);
  const state = await (await fetch(`${control}/api/state`)).text();
  await edge.stop('SIGTERM');

  expect(JSON.parse(state)).toMatchObject({
    pendingFaults: [
      { fault: { kind: 'throttled', times: 3, retryAfterMs: 500 }, left: 3 },
      { fault: { kind: 'cut', applied: true }, left: 1 },
    ],
  });
});

test('freshtag edge --point and --second-layer say which caches there are, and when a refresh is there', async ({
  expect,
}) => {
  const flags = ['--origin', 'http://127.0.0.1:1', '--domain', 'www.example.com', '--ui'];
  const layersOf = async (...more: string[]) => {
    const edge = await startNode([FRESHTAG, 'edge', ...flags, ...more]);
    const { control }: { control: string } = JSON.parse(edge.line);
    const state: { layers: { name: string; propagationDelayMs: number }[] } = JSON.parse(
      await (await fetch(`${control}/api/state`)).text(),
    );
    await edge.stop('SIGTERM');
    return state.layers.map(({ name, propagationDelayMs }) => `${name} ${propagationDelayMs}`);
  };

  expect(await layersOf()).toEqual(['second-layer 500', 'pop-1 200', 'pop-2 800']);
  expect(await layersOf('--point', 'paris=1', '--point', 'oslo=2', '--second-layer', '3')).toEqual([
    'second-layer 3',
    'paris 1',
    'oslo 2',
  ]);
  expect(await layersOf('--point', 'paris=0', '--no-second-layer')).toEqual(['paris 0']);
});

test('freshtag edge --point without its delay is refused', async ({ expect }) => {
  const flags = ['--origin', 'http://127.0.0.1:1', '--domain', 'www.example.com'];

  const ended = await runNode([FRESHTAG, 'edge', ...flags, '--point', 'paris']);

  expect(ended).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/propagationDelayMs.*milliseconds/),
  });
});

test.for([
  ['nothing', /"nothing" is not allowed/],
  ['slow', /delayMs/],
  ['slow,delayMs=soon', /delayMs: "soon"/],
  ['throttled,often=1', /the fault throttled has no such field/],
] as const)('freshtag edge --fault %s is refused', async ([fault, message], { expect }) => {
  const flags = ['--origin', 'http://127.0.0.1:1', '--domain', 'www.example.com'];

  const ended = await runNode([FRESHTAG, 'edge', ...flags, '--fault', fault]);

  expect(ended).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(message) });
});

test('freshtag edge --store refuses a file that is something else', async ({ expect }) => {
  const folder = temporaryFolder({ 'notes.txt': 'These are my notes. '.repeat(100) });
  const flags = ['--origin', 'http://127.0.0.1:1', '--domain', 'www.example.com'];
  const file = join(folder, 'notes.txt');

  const ended = await runNode([FRESHTAG, 'edge', ...flags, '--store', file]);

  expect(ended).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(file) });
});
