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

test('freshtag edge --store refuses a file that is something else', async ({ expect }) => {
  const folder = temporaryFolder({ 'notes.txt': 'These are my notes. '.repeat(100) });
  const flags = ['--origin', 'http://127.0.0.1:1', '--domain', 'www.example.com'];
  const file = join(folder, 'notes.txt');

  const ended = await runNode([FRESHTAG, 'edge', ...flags, '--store', file]);

  expect(ended).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(file) });
});
