import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { describe, onTestFinished, test } from 'vitest';

import { createSqliteOutbox, type RelayEvent, type RelayOptions } from '@freshtag/core/relay';
import type { Edge } from '@freshtag/edge';

import { temporaryFolder } from '../src/index.ts';
import { QUICK, rowsOf, sentTags, startCloud, startRelay, startTimed } from './relay-world.ts';

const SCRIPT = fileURLToPath(new URL('processes/relay.ts', import.meta.url));
const action = 'RefreshDcdnObjectCacheByCacheTag';

interface RelayProcess {
  readonly child: ChildProcess;
  /** Resolves when it tells such an event, or did. */
  readonly told: (type: RelayEvent['type'] | 'started') => Promise<void>;
  /** Resolves when it has ended by itself. @returns its exit code and what it said of trouble */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
}

function openFile(): { readonly file: string; readonly store: Store } {
  const file = join(temporaryFolder(), 'outbox.db');
  const store = createSqliteOutbox({ file });
  onTestFinished(() => store.close());
  return { file, store };
}

type Store = ReturnType<typeof createSqliteOutbox>;

async function startProcess(
  { apiUrl: endpoint }: Edge,
  file: string,
  options: Partial<RelayOptions> = {},
): Promise<RelayProcess> {
  const given = JSON.stringify({ file, options: { ...QUICK, endpoint, ...options } });
  const flags = ['--conditions=@freshtag/source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, SCRIPT, given], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const seen = new Set<string>();
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { type } = JSON.parse(line) as { readonly type: string };
    seen.add(type);
    for (const look of waiting) look();
  });
  const told: RelayProcess['told'] = (type) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (seen.has(type)) resolve();
      };
      waiting.add(look);
      look();
    });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const ended = closed.then(([exitCode]) => ({ exitCode, stderr }));
  await Promise.race([told('started'), closed]);
  return { child, told, ended };
}

describe('relays that share a store', () => {
  test('end their process by ending all that they began', async ({ expect }) => {
    const { edge } = await startCloud();
    const { file, store } = openFile();
    const { child, told, ended } = await startProcess(edge, file);
    await store.append(rowsOf(Array.from({ length: 50 }, (_, index) => `page:/${index}`)));
    await told('accepted');

    child.kill('SIGTERM');

    expect(await ended).toEqual({ exitCode: 0, stderr: '' });
  });

  test('keep what they hold for as long as a call takes', async ({ expect }) => {
    const { edge, calls, clock, store, passUntil } = await startTimed();
    edge.injectFault({ kind: 'slow', delayMs: 300_000, action });
    await store.append(rowsOf(['page:/a']));
    const options = { clock, secondPassDelayMs: false, leaseMs: 60_000 } as const;
    const one = await startRelay(edge, store, { ...options, name: 'one' });
    const two = await startRelay(edge, store, { ...options, name: 'two' });

    const isDone = (): boolean =>
      [...one.events, ...two.events].some((event) => event.type === 'completed');
    await passUntil(isDone, 1000);

    expect(calls).toHaveLength(1);
    expect([...one.events, ...two.events]).not.toContainEqual({ type: 'lease-lost' });
  });

  test('leave alone what was done by another while they were frozen', async ({ expect }) => {
    const { edge, calls, called } = await startCloud();
    const { file, store } = openFile();
    edge.injectFault({ kind: 'slow', delayMs: 500, action });
    const frozen = await startProcess(edge, file, {
      secondPassDelayMs: false,
      leaseMs: 1000,
      includeOverflow: false,
      limits: { maxTagsPerCall: 1, maxCallsPerSecond: 1 },
    });
    await store.append(rowsOf(['page:/a', 'page:/b']));
    await called(1);
    frozen.child.kill('SIGSTOP');

    const { relay } = await startRelay(edge, store, { secondPassDelayMs: false });
    await relay.drain();
    const before = await store.history();
    frozen.child.kill('SIGCONT');
    await frozen.told('lease-lost');
    frozen.child.kill('SIGTERM');
    await frozen.ended;

    expect(before.map(({ state }) => state)).toEqual(['complete', 'complete']);
    expect(await store.history()).toEqual(before);
    // The frozen one's call, and that of the other; none was begun after the thaw.
    expect(calls.map((call) => sentTags([call]))).toEqual([['page:/a'], ['page:/a', 'page:/b']]);
  });

  test('carry what a killed process had claimed', async ({ expect }) => {
    const { edge, called } = await startCloud();
    const { file, store } = openFile();
    edge.injectFault({ kind: 'slow', delayMs: 60_000, action });
    const killed = await startProcess(edge, file, { leaseMs: 1000 });
    await store.append(rowsOf(['page:/a']));
    await called(1);
    killed.child.kill('SIGKILL');

    const { relay } = await startRelay(edge, store, { secondPassDelayMs: false });
    await relay.drain();

    expect(await store.history()).toMatchObject([{ state: 'complete' }]);
  });

  test('come to the cloud no faster than one account may, whatever the answers take', async ({
    expect,
  }) => {
    const rate = 8;
    const { edge, calls, called } = await startCloud({ maxCallsPerSecond: rate });
    const { file, store } = openFile();
    await store.migrate();
    const tags = Array.from({ length: 40 }, (_, index) => `page:/${index}`);
    await store.append(rowsOf(tags));
    for (const delayMs of [0, 400, 30, 0, 900, 0, 150])
      edge.injectFault({ kind: 'slow', delayMs, action, times: 3 });
    const options: Partial<RelayOptions> = {
      secondPassDelayMs: false,
      includeOverflow: false,
      claimLimit: 5,
      // A question to the cloud is a call too.
      pollIntervalMs: 60_000,
      limits: { maxTagsPerCall: 1, maxCallsPerSecond: rate },
    };
    const processes = await Promise.all(
      Array.from({ length: 3 }, () => startProcess(edge, file, options)),
    );

    await called(tags.length);
    for (const { child, ended } of processes) {
      child.kill('SIGTERM');
      await ended;
    }

    const times = calls.map((call) => call.at).toSorted((a, b) => a - b);
    const spans = times.slice(rate).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(1000);
    expect(calls.every((call) => call.outcome === 'accepted')).toBe(true);
    expect(sentTags(calls)).toEqual(tags.toSorted());
  });
});
