import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { Running } from './child.ts';

const run = promisify(execFile);
const START_MS = 20_000;
const POLL_MS = 50;

/** Whether there is no Varnish and nobody who insists on it, as CI does. Says so loudly. */
export function canSkipVarnish(): boolean {
  if (spawnSync('varnishd', ['-V'], { stdio: 'ignore' }).status === 0) return false;
  if (process.env['CI'] !== undefined) return false;
  process.stderr.write(
    'SKIPPED: Varnish (varnish and varnish-modules) is not installed, so the edge is not compared with it here.\n',
  );
  return true;
}

/** The VCL of a backend, with Varnish's own behaviour for everything else. */
export function backend(origin: string, rest = ''): string {
  const { hostname, port } = new URL(origin);
  return `vcl 4.1;\nbackend default { .host = "${hostname}"; .port = "${port}"; }\n${rest}`;
}

/** Varnish with this VCL on a free port, in a folder that goes when it stops. */
export async function startVarnish(vcl: string): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'freshtag-varnish-'));
  const file = join(folder, 'edge.vcl');
  await writeFile(file, vcl);
  const work = join(folder, 'n');
  const args = ['-F', '-n', work, '-j', 'none', '-a', '127.0.0.1:0', '-f', file];
  const child = spawn('varnishd', [...args, '-s', 'malloc,64m'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const address = await Promise.race([addressOf(work), ended.then(() => undefined)]);
  if (address !== undefined) return { url: `http://${address}`, stop };
  await stop();
  throw new Error(`varnishd does not start:\n${said}`);
}

/** Asked until it answers: Varnish says nowhere else which port it has got, nor when it is ready. */
async function addressOf(work: string): Promise<string | undefined> {
  const untilMs = Date.now() + START_MS;
  while (Date.now() < untilMs) {
    const told = await varnishadm(work, 'debug.listen_address').catch(() => '');
    const [, host, port] = told.split(/\s+/);
    if (Number(port) > 0 && (await varnishadm(work, 'status')).includes('running')) {
      return `${host}:${port}`;
    }
    await pause(POLL_MS);
  }
  return undefined;
}

async function varnishadm(work: string, command: string): Promise<string> {
  const { stdout } = await run('varnishadm', ['-n', work, command]);
  return stdout;
}
