import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';

/** What is written to the disk, and when: nothing, once a second, or before each answer. */
export type Persistence = 'none' | 'everysec' | 'always';

export interface RedisServer {
  readonly url: string;
  readonly persistence: Persistence;
  readonly stop: () => Promise<void>;
}

/** A server of the bench's own: the installed `redis-server`, in an empty folder, on a free port. */
export async function startRedis(persistence: Persistence): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'freshtag-bench-'));
  const port = await freePort();
  const append =
    persistence === 'none'
      ? ['--appendonly', 'no']
      : ['--appendonly', 'yes', '--appendfsync', persistence];
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const child = spawn('redis-server', [...args, ...append], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `redis://127.0.0.1:${port}`;
  // It connects again until the server listens.
  const redis = new Redis(url, { maxRetriesPerRequest: 100, retryStrategy: () => 50 });
  redis.on('error', () => {});
  await redis.ping().finally(() => redis.disconnect());
  return { url, persistence, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
