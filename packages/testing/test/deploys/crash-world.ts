import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createManualClock, startEdge } from '@freshtag/edge';

import { FRESHTAG, startOrigin, temporaryFolder, writeFiles } from '../../src/index.ts';
import { domain } from '../world.ts';
import { differences } from './checker.ts';

const PRELOAD = fileURLToPath(new URL('../processes/kill-at-write.mjs', import.meta.url));
const PATHS = ['/', '/a/', '/b/', '/c/', '/d/'];
const POINTS = ['pop-1', 'pop-2'];

/** Where the program is ended: at a write to a file, before it or half-way, or at a call, before or after it. */
export interface Kill {
  readonly at: 'file' | 'call';
  readonly number: number;
  readonly when: 'before' | 'half-way' | 'after';
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  readonly writes: readonly string[];
  readonly calls: number;
}

export interface CrashWorld {
  readonly cwd: string;
  freshtag(args: readonly string[], kill?: Kill): Promise<Ended>;
  build(pages: Readonly<Record<string, string>>): void;
  upload(): void;
  /** The origin serves what was uploaded last. */
  serve(): void;
  visit(): Promise<void>;
  differences(): Promise<string[]>;
  close(): Promise<void>;
}

/** An edge and an origin, and between the command and the cloud somebody who counts and kills. */
export async function openCrashWorld(): Promise<CrashWorld> {
  const cwd = temporaryFolder({
    'freshtag.config.mjs': `export default ${JSON.stringify({ domain, pollIntervalMs: 1, secondPassDelayMs: 0, limits: { maxTagsPerCall: 2, maxCallsPerSecond: 1000 } })};`,
  });
  const origin = await startOrigin();
  const clock = createManualClock(Date.now());
  const edge = await startEdge({
    domains: { [domain]: origin.url },
    clock,
    pointsOfPresence: POINTS.map((name, index) => ({
      name,
      propagationDelayMs: 500 + 1000 * index,
    })),
    secondLayer: { propagationDelayMs: 1000 },
    cache: { statusTtlSeconds: { 404: 86_400 } },
  });
  let onCall: (forward: () => Promise<void>) => Promise<void> = (forward) => forward();
  const gate = createServer((asked, answer) => {
    void onCall(async () => {
      await passOn(asked, answer, edge.apiUrl);
      // Time passes only by what the command does.
      clock.advance(1000);
    });
  });
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const address = gate.address();
  const port = typeof address === 'object' ? address?.port : undefined;

  const freshtag: CrashWorld['freshtag'] = async (args, kill) => {
    const log = join(cwd, 'writes.log');
    writeFiles(cwd, { 'writes.log': '' });
    const child = spawn(process.execPath, ['--import', PRELOAD, FRESHTAG, ...args], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: join(cwd, 'home'),
        ALIBABA_CLOUD_ACCESS_KEY_ID: 'testid',
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'testsecret',
        FRESHTAG_ENDPOINT: `http://127.0.0.1:${port}`,
        WRITES_LOG: log,
        ...(kill?.at === 'file' ? { KILL_AT_WRITE: String(kill.number) } : {}),
        ...(kill?.when === 'half-way' ? { KILL_HALF_WAY: 'yes' } : {}),
      },
    });
    let calls = 0;
    onCall = async (forward) => {
      calls += 1;
      const isLast = kill?.at === 'call' && calls === kill.number;
      if (isLast && kill.when === 'before') child.kill('SIGKILL');
      else await forward();
      if (isLast) child.kill('SIGKILL');
    };
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [exitCode, signal]: (string | number | null)[] = await once(child, 'close');
    const writes = readFileSync(log, 'utf8').split('\n').slice(0, -1);
    return {
      exitCode: exitCode as number | null,
      signal: signal as string | null,
      stderr,
      writes,
      calls,
    };
  };
  const answered = async (path: string, point: string): Promise<void> => {
    const response = await fetch(edge.url + path, { headers: { 'x-edge-pop': point } });
    await response.arrayBuffer();
  };
  const live = join(cwd, 'live');
  const serve = (): void => origin.deploy(live, `${live}.json`);
  return {
    cwd,
    freshtag,
    serve,
    build: (pages) => {
      rmSync(join(cwd, 'dist'), { recursive: true, force: true });
      for (const [path, body] of Object.entries(pages))
        writeFiles(cwd, { [`dist${path}index.html`]: body });
    },
    upload: () => {
      rmSync(live, { recursive: true, force: true });
      cpSync(join(cwd, 'dist'), live, { recursive: true });
      cpSync(join(cwd, '.freshtag/production', domain, 'manifest.json'), `${live}.json`);
      serve();
    },
    visit: async () => {
      for (const path of PATHS) for (const point of POINTS) await answered(path, point);
    },
    differences: () =>
      differences({ url: edge.url, points: POINTS }, [
        { domain, origin: origin.url, paths: PATHS },
      ]),
    close: async () => {
      gate.closeAllConnections();
      gate.close();
      await edge.close();
      await origin.close();
    },
  };
}

/** A call goes on to the cloud as it is; it is answered only if somebody is still there. */
async function passOn(asked: IncomingMessage, answer: ServerResponse, to: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const url = new URL(asked.url ?? '/', to);
  const { host: _, ...headers } = asked.headers;
  const call = request(
    url,
    { method: asked.method ?? 'POST', headers: { ...headers, host: asked.headers.host } },
    (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
      response.on('end', resolve);
    },
  );
  call.on('error', reject);
  asked.pipe(call);
  await promise;
}
