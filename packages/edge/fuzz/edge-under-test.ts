import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { FROM_SOURCE, here } from '../oracle/child.ts';
import type { Wanted } from '../oracle/edge-options.ts';

/** What one cache may store: small, so that memory that grows is memory that leaks. */
const MAX_BYTES = 8_000_000;
const ANSWER_MS = 5000;

/** An edge in a process of its own, watched. */
export interface EdgeUnderTest {
  readonly visitorsPort: number;
  readonly apiHost: string;
  readonly apiPort: number;
  /** What is wrong with the process, if anything is: it ended, or it complained. */
  readonly complaint: () => string | undefined;
  /** Resident memory after a garbage collection. Rejects when there is no answer in time. */
  readonly rssBytes: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

export async function startEdgeUnderTest(origin: string): Promise<EdgeUnderTest> {
  const wanted: Wanted = { origin, secondLayer: true, maxBytes: MAX_BYTES };
  const args = ['--expose-gc', FROM_SOURCE, here('edge-process.ts'), JSON.stringify(wanted)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.on('data', (chunk) => (said += String(chunk)));
  const ended = once(child, 'exit');
  const addresses = await readAddresses(child);
  if (addresses === undefined) throw new Error(`The edge does not start:\n${said}`);
  const api = new URL(addresses.apiUrl);
  return {
    visitorsPort: Number(new URL(addresses.url).port),
    apiHost: api.host,
    apiPort: Number(api.port),
    complaint: () => {
      const isRunning = child.exitCode === null && child.signalCode === null;
      if (isRunning && said === '') return undefined;
      return `${isRunning ? 'It wrote to stderr' : `It ended with ${child.exitCode ?? child.signalCode}`}:\n${said}`;
    },
    rssBytes: () => askMemory(child),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function readAddresses(
  child: ChildProcess,
): Promise<{ readonly url: string; readonly apiUrl: string } | undefined> {
  if (child.stdout === null) return undefined;
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => undefined)]);
  return line === undefined ? undefined : JSON.parse(String(line[0]));
}

async function askMemory(child: ChildProcess): Promise<number> {
  child.send('memory');
  const [told]: { readonly rssBytes: number }[] = await once(child, 'message', {
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  return told?.rssBytes ?? Number.NaN;
}
