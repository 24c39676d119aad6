import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { TestDatabase } from './databases.ts';

/** PgBouncer, which gives each transaction whatever connection to the server is free. */
export interface Pooler {
  readonly env: TestDatabase['env'];
  readonly stop: () => Promise<void>;
}

/**
 * Starts one before the server of a database.
 * @returns `undefined` where there is no PgBouncer, which is an error in CI
 */
export async function startPooler(env: TestDatabase['env']): Promise<Pooler | undefined> {
  if (spawnSync('pgbouncer', ['--version']).error !== undefined) {
    if (process.env['CI'] !== undefined) throw new Error('there is no pgbouncer');
    process.stderr.write('SKIPPED: there is no pgbouncer, so poolers are not tested here.\n');
    return undefined;
  }
  const { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_PASSWORD: password } = env;
  const listenPort = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'freshtag-pooler-'));
  const file = join(folder, 'pgbouncer.ini');
  const login = `user=${env['DATABASE_USERNAME']}${password === '' ? '' : ` password=${password}`}`;
  const lines = [
    '[databases]',
    `* = host=${host} port=${port} ${login}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${listenPort}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
  ];
  writeFileSync(file, lines.join('\n'));
  chmodSync(folder, 0o755);
  // It refuses to be root, who alone can become somebody else.
  const isRoot = process.getuid?.() === 0;
  const pooler = isRoot
    ? spawn('setpriv', ['--reuid=65534', '--clear-groups', 'pgbouncer', file], { stdio: PIPED })
    : spawn('pgbouncer', [file], { stdio: PIPED });
  const ended = once(pooler, 'exit');
  for await (const line of createInterface(pooler.stderr)) if (line.includes('process up')) break;
  pooler.stderr.resume();
  return {
    env: { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: String(listenPort) },
    stop: async () => {
      pooler.kill('SIGKILL');
      await ended;
    },
  };
}

const PIPED: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
