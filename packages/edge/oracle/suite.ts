import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

import { startNode, type Running } from './child.ts';
import type { StartTarget } from './targets.ts';

const FOLDER = dirname(createRequire(import.meta.url).resolve('http-cache-tests/package.json'));

const CLIENT_MS = 180_000;

/** One test of the public suite. */
export interface SuiteTest {
  readonly id: string;
  readonly name: string;
  readonly kind: 'required' | 'optimal' | 'check';
  /** Tests that must pass for this one to say anything. */
  readonly dependsOn: readonly string[];
}

/** What the suite says of each test: `true`, or why not. */
export type SuiteResults = Readonly<Record<string, true | readonly [name: string, why: string]>>;

/**
 * The tests of the suite's own index that concern a proxy. The index leaves `Surrogate-Control` out.
 */
export async function readSuite(): Promise<readonly SuiteTest[]> {
  const { default: suites }: SuiteModule = await import(join(FOLDER, 'tests/index.mjs'));
  return suites
    .flatMap(({ tests }) => tests)
    .filter((test) => test.browser_only !== true)
    .map(({ id, name, kind = 'required', depends_on: dependsOn = [] }) => ({
      id,
      name,
      kind,
      dependsOn,
    }));
}

interface SuiteModule {
  readonly default: readonly { readonly tests: readonly RawTest[] }[];
}

interface RawTest {
  readonly id: string;
  readonly name: string;
  readonly kind?: SuiteTest['kind'];
  readonly browser_only?: boolean;
  readonly depends_on?: readonly string[];
}

/** Runs the whole suite through a cache, with the suite's own origin and client, each in its process. */
export async function runSuite(start: StartTarget): Promise<SuiteResults> {
  const { printed } = await runClient(start, '');
  const results: SuiteResults = JSON.parse(printed.slice(printed.indexOf('{')));
  return results;
}

/** Runs one test, and tells every request and response that client and origin saw. */
export async function explainTest(start: StartTarget, id: string): Promise<string> {
  const { printed, origin } = await runClient(start, id);
  return `${printed}\n---- what the origin saw\n${origin}`;
}

async function runClient(
  start: StartTarget,
  id: string,
): Promise<{ readonly printed: string; readonly origin: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'freshtag-cache-tests-'));
  const running: Pick<Running, 'stop'>[] = [];
  try {
    const origin = await startOrigin(folder);
    running.push(origin);
    const target = await start(origin.url);
    running.push(target);
    return { printed: await askAll(target.url, id), origin: origin.told() };
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Some tests never end if a cache leaves a request unanswered, so the client gets a time. */
async function askAll(base: string, id: string): Promise<string> {
  const settings = { npm_config_base: base, npm_config_id: id, npm_package_config_id: id };
  const client = spawn(process.execPath, ['--no-warnings', join(FOLDER, 'cli.mjs')], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: CLIENT_MS,
  });
  const [printed] = await Promise.all([text(client.stdout), once(client, 'exit')]);
  if (client.exitCode === 0) return printed;
  throw new Error(`The client of the suite has not ended after ${CLIENT_MS / 1000} s`);
}

/** The suite's origin on a free port; it says which in its first line. */
async function startOrigin(folder: string): Promise<Running & { readonly told: () => string }> {
  const { line, child, stop } = await startNode([join(FOLDER, 'server/server.mjs')], {
    npm_config_protocol: 'http',
    npm_config_port: '0',
    npm_config_pidfile: join(folder, 'server.pid'),
  });
  let told = '';
  child.stdout?.on('data', (chunk) => (told += String(chunk)));
  return { url: `http://127.0.0.1:${/:(\d+)\/$/.exec(line)?.[1]}`, told: () => told, stop };
}
