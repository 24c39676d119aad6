import { join } from 'node:path';

import createKnex, { type Knex } from 'knex';
import { describe, onTestFinished, test } from 'vitest';

import {
  appendTags,
  createKnexOutbox,
  type KnexTransaction,
  type OutboxStore,
} from '@freshtag/core/relay';

import { createDatabase, type ServerKind, temporaryFolder } from '../src/index.ts';

/** How many rows have ended; the figures of the documentation are of 1,000,000. */
const FINISHED = Number(process.env['FRESHTAG_TEST_FINISHED'] ?? 40_000);
const ROWS_A_BATCH = 1;

type Kind = ServerKind | 'sqlite';

async function connect(kind: Kind): Promise<Knex | undefined> {
  if (kind === 'sqlite') {
    const connection = { filename: join(temporaryFolder(), 'plans.db') };
    const knex = createKnex({ client: 'better-sqlite3', connection, useNullAsDefault: true });
    onTestFinished(() => knex.destroy());
    return knex;
  }
  const database = await createDatabase(kind);
  onTestFinished(() => database?.drop());
  return database?.connect({ pool: { min: 1, max: 1 } });
}

/** Rows and batches that have ended, and nothing else. */
async function fill(knex: Knex, kind: Kind): Promise<void> {
  const numbers = `WITH RECURSIVE tens (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM tens WHERE n < 999),
    numbers (n) AS (SELECT a.n * 1000 + b.n FROM tens a CROSS JOIN tens b WHERE a.n * 1000 + b.n < ${FINISHED})`;
  const joined = (prefix: string, number: string): string =>
    kind === 'mysql' ? `CONCAT('${prefix}', ${number})` : `'${prefix}' || ${number}`;
  const into = (table: string, columns: string, select: string): string =>
    kind === 'mysql'
      ? `INSERT INTO freshtag_${table} (${columns}) ${numbers} ${select}`
      : `${numbers} INSERT INTO freshtag_${table} (${columns}) ${select}`;
  const whole = (number: string, by: number): string =>
    kind === 'mysql' ? `(${number} DIV ${by})` : `(${number} / ${by})`;
  await knex.raw(
    into(
      'outbox',
      'environment, domain, tag, forced, subject, actor, change_id, appended_at_ms, state, batch_id',
      `SELECT 'production', 'www.example.com', ${joined('tag:', '(n % 2000)')}, 1, ${joined('entry:', 'n')},
      ${joined('user:', '(n % 50)')}, ${joined('change:', '(1000000 + n)')}, n, 'accepted', ${joined('batch:', whole('n', ROWS_A_BATCH))} FROM numbers`,
    ),
  );
  await knex.raw(
    into(
      'batch',
      'environment, batch_id, domain, forced, tags, state, pass, attempts, calls, row_total, held_from_ms, held_until_ms, ended_at_ms',
      `SELECT 'production', ${joined('batch:', 'n')}, 'www.example.com', 1, '[]', 'complete', 2, 0, '[]',
      ${ROWS_A_BATCH}, 0, 0, n FROM numbers WHERE n < ${FINISHED / ROWS_A_BATCH}`,
    ),
  );
  if (kind === 'mysql') await knex.raw('ANALYZE TABLE freshtag_outbox, freshtag_batch');
  else await knex.raw('ANALYZE');
}

/** All that a relay and a writer do again and again, and what a person asks for. */
async function doEverything(store: OutboxStore<KnexTransaction>): Promise<void> {
  const tags = Array.from({ length: 200 }, (_, index) => `new:${index}`);
  await appendTags(store, { domains: 'www.example.com', tags, subject: 'entry:1' });
  await store.waiting();
  const lease = { holder: 'somebody', leaseMs: 60_000, limit: 100 };
  const ids = (await store.claim(lease)).map(({ id }) => id);
  const problem = { code: 'THROTTLED', message: 'Too many calls.' };
  await store.extend(lease);
  await store.accept('somebody', ids.slice(0, 80), {
    id: 'new batch',
    domain: 'www.example.com',
    force: true,
    tags,
    state: 'passing',
    pass: 2,
    attempts: 0,
    calls: [],
    waitMs: 0,
  });
  await store.failUntil('somebody', ids.slice(80, 90), { waitMs: 60_000, failed: true, problem });
  await store.park('somebody', ids.slice(90), problem);
  for (const { id } of await store.claimBatches(lease))
    await store.step('somebody', id, {
      state: 'parked',
      pass: 2,
      attempts: 0,
      calls: [],
      waitMs: 0,
      problem,
    });
  await store.statistics();
  await store.actors();
  const queries = [
    { subject: 'entry:7' },
    { actor: 'user:7' },
    { tag: 'tag:7' },
    { beforeId: 500 },
  ];
  for (const query of queries) await store.history(query);
  for (const state of ['waiting', 'parked', 'passing', 'settled'] as const)
    await store.history({ domain: 'www.example.com', state });
  const after = { endedAtMs: 20, number: 20 };
  const ended = await store.unprobed({ subjects: ['entry:'], maxAgeMs: 1e15, after });
  await store.noteProbe(ended.rows.map(({ id }) => id));
  await store.redrive({ tag: 'new:1' });
  await store.redrive();
  await store.prune({ maxAgeMs: 1e15, maxRows: FINISHED - 1000 });
}

/** What a plan says of a table that is read from one end to the other. */
function scans(kind: Kind, plan: unknown): string[] {
  const { rows } = plan as { rows: readonly Record<string, string>[] };
  if (kind === 'postgres')
    return rows
      .map((row) => row['QUERY PLAN'] ?? '')
      .filter((line) => /Seq Scan on freshtag_(outbox|batch)/.test(line));
  if (kind === 'sqlite')
    return (plan as readonly { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => /^SCAN freshtag_(outbox|batch)/.test(detail));
  const [steps] = plan as readonly [
    readonly { table: string | null; type: string; rows: number; key: string }[],
  ];
  return steps
    .filter(({ type, rows: read }) => ['ALL', 'index'].includes(type) && read > FINISHED / 4)
    .map(({ table, type, key }) => `${type} ${table} ${key}`);
}

describe.for(['postgres', 'mysql', 'sqlite'] as const)('%s', (kind) => {
  test('finds what is to be done without reading all that was done', async ({ expect, skip }) => {
    const knex = await connect(kind);
    if (knex === undefined) return skip();
    const store = createKnexOutbox({ knex });
    await store.migrate();
    await fill(knex, kind);
    const asked: { sql: string; bindings: readonly Knex.RawBinding[] }[] = [];
    knex.on('query', (query: (typeof asked)[number]) => asked.push(query));
    await doEverything(store);
    const statements = asked.filter(
      ({ sql }) =>
        /^\s*(WITH|SELECT|UPDATE|DELETE)/i.test(sql) &&
        // Adds up what is kept, once in a while.
        !sql.includes('SUM(row_total)'),
    );
    knex.removeAllListeners('query');
    const found: string[] = [];
    for (const { sql, bindings } of statements) {
      const explain = kind === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
      const plan: unknown = await knex.raw(
        `${explain} ${sql.replaceAll(/\$\d+/g, '?')}`,
        bindings ?? [],
      );
      found.push(...scans(kind, plan).map((line) => `${line} <- ${sql}`));
    }
    expect(statements.length).toBeGreaterThan(25);
    expect(found).toEqual([]);
    return undefined;
  });
});

/** Of the step of a plan that gave most rows, and of those below it. */
function mostRows(step: PlanStep): number {
  const own = step['Actual Rows'] * step['Actual Loops'];
  return Math.max(own, ...(step.Plans ?? []).map(mostRows));
}

interface PlanStep {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanStep[];
}

test('PostgreSQL finds the newest of many rows that are parked, and who they are of, without reading them all', async ({
  expect,
  skip,
}) => {
  const knex = await connect('postgres');
  if (knex === undefined) return skip();
  const store = createKnexOutbox({ knex });
  await store.migrate();
  await fill(knex, 'postgres');
  const number = `CAST(substr(change_id, 8) AS integer) - 1000000`;
  await knex.raw(
    `UPDATE freshtag_outbox SET state = 'parked', batch_id = NULL WHERE ${number} % 4 = 0`,
  );
  await knex.raw(
    `UPDATE freshtag_batch SET state = 'parked', ended_at_ms = NULL WHERE ended_at_ms % 4 = 1`,
  );
  await knex.raw('VACUUM ANALYZE');
  const asked: { sql: string; bindings: readonly Knex.RawBinding[] }[] = [];
  knex.on('query', (query: (typeof asked)[number]) => asked.push(query));
  const [last] = (await store.history({ state: 'parked', limit: 200 })).slice(-1);
  await store.history({ state: 'parked', limit: 200, beforeId: last?.id ?? 0 });
  await store.history({ state: 'parked', limit: 200, beforeChange: last?.change ?? '' });
  expect(await store.actors()).toHaveLength(50);
  knex.removeAllListeners('query');
  const read: number[] = [];
  for (const { sql, bindings } of asked.filter((each) => each.sql.includes('freshtag_outbox'))) {
    const explain = `EXPLAIN (ANALYZE, FORMAT JSON) ${sql.replaceAll(/\$\d+/g, '?')}`;
    const { rows } = await knex.raw(explain, bindings);
    read.push(mostRows(rows[0]['QUERY PLAN'][0].Plan));
  }
  expect(read).toHaveLength(4);
  expect(Math.max(...read)).toBeLessThan(FINISHED / 10);
  return undefined;
});
