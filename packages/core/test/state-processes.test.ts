import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { describe, onTestFinished, test } from 'vitest';

import type { Clock } from '@freshtag/core';
import { createFileStore, createSqliteStore, type StateStore } from '@freshtag/core/site';
import { temporaryFolder } from './temporary-folder.ts';

const SCRIPT = fileURLToPath(new URL('processes/add.ts', import.meta.url));

/** A real process that writes to a store again and again. */
function startAdding(kind: string, path: string, times: number): ChildProcess {
  const args = [
    '--conditions=@freshtag/source',
    '--no-warnings',
    SCRIPT,
    kind,
    path,
    String(times),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  if (child.stdout !== null) yield* createInterface({ input: child.stdout });
}

async function countIn(store: StateStore): Promise<number> {
  const { count } = JSON.parse((await store.read())?.text ?? '{}') as { readonly count: number };
  return count;
}

describe.for([
  ['file', (path: string) => createFileStore(path)],
  ['sqlite', (path: string) => createSqliteStore({ file: path, key: 'count' })],
] as const)('a %s that real processes write to', ([kind, open]) => {
  test('loses no update of four at once', async ({ expect }) => {
    const path = join(temporaryFolder(), 'state');
    const children = Array.from({ length: 4 }, () => startAdding(kind, path, 10));
    const codes = await Promise.all(
      children.map(async (child) => {
        child.stdout?.resume();
        const [code]: (number | null)[] = await once(child, 'close');
        return code;
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(await countIn(open(path))).toBe(40);
  });

  test('is whole and free at once after its writer was killed, wherever in a write that was', async ({
    expect,
  }) => {
    const path = join(temporaryFolder(), 'state');
    for (let round = 1; round <= 5; round += 1) {
      const child = startAdding(kind, path, 1_000_000);
      let told = 0;
      for await (const line of linesOf(child)) {
        told = Number(line);
        if (told % 3 === 0) break;
      }
      // The next write is under way, each round a little further.
      for (let turn = 0; turn < round * 40; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      child.kill('SIGKILL');
      await once(child, 'close');
      const store = open(path);
      const count = await countIn(store);
      expect(count).toBeGreaterThanOrEqual(told);
      const before = await store.read();
      const startedAt = performance.now();
      await store.write(JSON.stringify({ count: count + 1 }), { expected: before?.version });
      expect(performance.now() - startedAt).toBeLessThan(5000);
      expect(await countIn(open(path))).toBe(count + 1);
    }
    expect(readdirSync(join(path, '..'))).toEqual(['state']);
  });
});

/** A clock that says how long was waited, and waits no time. */
function quickClock(): Clock {
  let nowMs = Date.now();
  return {
    now: () => nowMs,
    sleep: async (delayMs, signal) => {
      signal?.throwIfAborted();
      nowMs += delayMs;
    },
  };
}

function textOf(lock: string): string | undefined {
  try {
    return lstatSync(lock).isSymbolicLink() ? readlinkSync(lock) : readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
}

describe('a file with a lock', () => {
  const lockOf = (owner: Readonly<Record<string, unknown>>) =>
    JSON.stringify({
      token: 'another',
      host: hostname(),
      pid: process.pid,
      atMs: Date.now(),
      ...owner,
    });

  test('of a process on another machine is waited for a minute, then taken over', async ({
    expect,
  }) => {
    const folder = temporaryFolder({ 'state.lock': lockOf({ host: 'elsewhere' }) });
    const clock = quickClock();
    const startMs = clock.now();
    await createFileStore(join(folder, 'state'), { clock }).write('{}', { expected: undefined });
    expect(clock.now() - startMs).toBeGreaterThan(59_000);
    expect(readdirSync(folder)).toEqual(['state']);
  });

  test('has in it whose it is from the moment that it is there', async ({ expect }) => {
    const path = join(temporaryFolder(), 'state');
    const lock = `${path}.lock`;
    const child = startAdding('file', path, 150);
    child.stdout?.resume();
    let [seen, empty] = [0, 0];
    while (child.exitCode === null && child.signalCode === null) {
      for (let look = 0; look < 2000; look += 1) {
        const text = textOf(lock);
        if (text === undefined) continue;
        seen += 1;
        if (!text.endsWith('}')) empty += 1;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen).toBeGreaterThan(0);
    expect(empty).toBe(0);
  });

  test('that is half written is taken over after two seconds', async ({ expect }) => {
    const folder = temporaryFolder({ 'state.lock': '{"tok' });
    const clock = quickClock();
    const startMs = clock.now();
    await createFileStore(join(folder, 'state'), { clock }).write('{}', { expected: undefined });
    expect(clock.now() - startMs).toBeLessThan(4000);
    expect(readdirSync(folder)).toEqual(['state']);
  });

  test('of a process that works on and on is unavailable in the end, and says who has it', async ({
    expect,
  }) => {
    const folder = temporaryFolder();
    const clock = quickClock();
    // Its owner takes it anew whenever it is looked at.
    const renewing: Clock = {
      now: () => clock.now(),
      sleep: async (delayMs, signal) => {
        await clock.sleep(delayMs, signal);
        writeFileSync(
          join(folder, 'state.lock'),
          lockOf({ host: 'elsewhere', pid: 7, atMs: clock.now() }),
        );
      },
    };
    writeFileSync(join(folder, 'state.lock'), lockOf({ host: 'elsewhere', atMs: clock.now() }));
    const store = createFileStore(join(folder, 'state'), { clock: renewing });
    await expect(store.write('{}', { expected: undefined })).rejects.toMatchObject({
      code: 'STATE_UNAVAILABLE',
      message: expect.stringMatching(/process 7 on elsewhere.*delete .*state\.lock/),
    });
  });

  test('is left alone by whoever waits and is aborted', async ({ expect }) => {
    const folder = temporaryFolder({ 'state.lock': lockOf({}) });
    const abort = new AbortController();
    const clock: Clock = {
      now: () => Date.now(),
      sleep: async (_, signal) => {
        abort.abort(new Error('enough'));
        signal?.throwIfAborted();
      },
    };
    const store = createFileStore(join(folder, 'state'), { clock });
    await expect(store.write('{}', { expected: undefined, signal: abort.signal })).rejects.toThrow(
      'enough',
    );
    expect(readdirSync(folder)).toEqual(['state.lock']);
  });
});
