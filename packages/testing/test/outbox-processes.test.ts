import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { describe, onTestFinished, test } from 'vitest';

import { createKnexOutbox, createSqliteOutbox, type OutboxStore } from '@freshtag/core/relay';

import { createDatabase, type ServerKind, temporaryFolder } from '../src/index.ts';

const SCRIPT = fileURLToPath(new URL('processes/claim-rows.ts', import.meta.url));
const PROCESSES = 8;
const ROWS = 2000;

interface Claiming {
  readonly ready: Promise<unknown>;
  readonly ids: () => Promise<number[]>;
}

/** A real process that makes the tables, and claims rows when it is told. */
function startClaiming(kind: string, place: string): Claiming {
  const args = ['--conditions=@freshtag/source', '--no-warnings', SCRIPT, kind, place];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value } = await lines.next();
    return JSON.parse(String(value));
  };
  return {
    ready: next(),
    ids: async () => {
      child.stdin.write('go\n');
      return (await next()) as number[];
    },
  };
}

async function placeOn(
  kind: ServerKind | 'sqlite',
): Promise<readonly [address: string, store: OutboxStore] | undefined> {
  if (kind === 'sqlite') {
    const file = join(temporaryFolder(), 'outbox.db');
    return [file, createSqliteOutbox({ file })];
  }
  const database = await createDatabase(kind);
  if (database === undefined) return undefined;
  onTestFinished(() => database.drop());
  return [database.url, createKnexOutbox({ knex: database.connect() })];
}

describe.for(['postgres', 'mysql', 'sqlite'] as const)('eight processes on %s', (kind) => {
  test('make the tables at once, and claim each row once', async ({ expect, skip }) => {
    const [address, store] = (await placeOn(kind)) ?? skip();
    const processes = Array.from({ length: PROCESSES }, () => startClaiming(kind, address));
    await Promise.all(processes.map(({ ready }) => ready));
    await store.append(
      Array.from({ length: ROWS }, (_, index) => ({
        domain: 'www.example.com',
        tag: `tag:${index}`,
        force: true,
      })),
    );
    const claimed = (await Promise.all(processes.map(({ ids }) => ids()))).flat();
    expect(claimed).toHaveLength(ROWS);
    expect(new Set(claimed).size).toBe(ROWS);
    expect(await store.waiting()).toMatchObject({ rows: 0 });
    expect(await store.statistics()).toMatchObject({ waiting: ROWS });
    await store.close();
  });
});
