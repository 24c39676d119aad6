import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { script } from './child.ts';
import { numberIn, parseFields } from './json.ts';

const run = promisify(execFile);
const START_MS = 20_000;
const POLL_MS = 50;

/** A server in a process of its own. */
export interface Server {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export interface EdgeServer extends Server {
  readonly apiUrl: string;
  /** After a garbage collection. */
  readonly memory: () => Promise<Memory>;
}

interface Memory {
  readonly rssBytes: number;
  /** Objects of JavaScript, and buffers outside its heap. */
  readonly heapBytes: number;
}

export type Layers = 'two-layers' | 'one-layer';

export async function startOrigin(): Promise<Server> {
  const { words, stop } = await start(['edge-origin.mjs']);
  return { url: words[0] ?? '', stop };
}

export async function startBareProxy(origin: string): Promise<Server> {
  const { words, stop } = await start(['edge-bare-proxy.mjs', origin]);
  return { url: words[0] ?? '', stop };
}

export async function startEdgeServer(origin: string, layers: Layers): Promise<EdgeServer> {
  const { words, child, stop } = await start(['edge-server.mjs', origin, layers]);
  const [url = '', apiUrl = ''] = words;
  return { url, apiUrl, memory: () => readMemory(child), stop };
}

async function start([file, ...args]: readonly [string, ...string[]]): Promise<{
  readonly words: readonly string[];
  readonly child: ChildProcess;
  readonly stop: () => Promise<void>;
}> {
  const child = spawn(process.execPath, ['--expose-gc', script(file), ...args], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  if (child.stdout === null) throw new Error(`${file} has no output`);
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  if (typeof line[0] !== 'string') throw new Error(`${file} ended before it was ready`);
  const stop = async (): Promise<void> => {
    child.stdin?.end();
    child.kill();
    await ended;
  };
  return { words: line[0].split(' '), child, stop };
}

async function readMemory(child: ChildProcess): Promise<Memory> {
  child.send('memory');
  const [told]: unknown[] = await once(child, 'message');
  const fields = parseFields(JSON.stringify(told));
  return {
    rssBytes: numberIn(fields, 'rss'),
    heapBytes: numberIn(fields, 'heapUsed') + numberIn(fields, 'external'),
  };
}

/** Whether a program can be started here. */
export function has(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).error === undefined;
}

/** Varnish as it comes, but for its port. */
export async function startVarnish(origin: string): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'freshtag-bench-'));
  const { hostname, port } = new URL(origin);
  const vcl = `vcl 4.1;\nbackend default { .host = "${hostname}"; .port = "${port}"; }\n`;
  await writeFile(join(folder, 'edge.vcl'), vcl);
  const work = join(folder, 'n');
  const file = join(folder, 'edge.vcl');
  const args = ['-F', '-n', work, '-j', 'none', '-a', '127.0.0.1:0', '-f', file];
  const child = spawn('varnishd', [...args, '-s', 'malloc,64m'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = await Promise.race([varnishUrl(work), ended.then(() => undefined)]);
  if (url !== undefined) return { url, stop };
  await stop();
  throw new Error('varnishd does not start');
}

/** Asked until it answers: Varnish says nowhere else which port it has got. */
async function varnishUrl(work: string): Promise<string | undefined> {
  const untilMs = Date.now() + START_MS;
  while (Date.now() < untilMs) {
    const asked = run('varnishadm', ['-n', work, 'debug.listen_address']);
    const { stdout } = await asked.catch(() => ({ stdout: '' }));
    const [, host, port] = stdout.split(/\s+/);
    if (Number(port) > 0) return `http://${host}:${port}`;
    await pause(POLL_MS);
  }
  return undefined;
}
