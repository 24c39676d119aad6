import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';

import {
  appendTags,
  createKnexOutbox,
  type KnexTransaction,
  type OutboxStore,
} from '@freshtag/core/relay';

import { createDatabase, type TestDatabase } from '../src/index.ts';

const lease = { leaseMs: 60_000, limit: 1000 };
const row = { domain: 'www.example.com', tag: 'country:fr', force: true };
const batch = {
  id: 'batch',
  domain: 'www.example.com',
  force: true,
  tags: ['country:fr'],
  state: 'passing',
  pass: 2,
  attempts: 0,
  calls: [],
  waitMs: 0,
} as const;

describe.for(['postgres', 'mysql'] as const)('knex on %s', (kind) => {
  let database: TestDatabase;
  let knex: Knex;
  let prefixes = 0;

  beforeAll(async () => {
    const created = await createDatabase(kind);
    if (created === undefined) return;
    database = created;
    knex = database.connect({ pool: { min: 0, max: 6 } });
  });
  beforeEach(({ skip }) => {
    if (knex === undefined) skip('needs a server');
  });
  afterAll(() => database?.drop());

  /** A store with tables of its own. */
  async function newStore(
    options: { readonly on?: Knex; readonly tablePrefix?: string } = {},
  ): Promise<readonly [store: OutboxStore<KnexTransaction>, tablePrefix: string]> {
    prefixes += 1;
    const { on = knex, tablePrefix = `t${prefixes}_` } = options;
    const store = createKnexOutbox({ knex: on, tablePrefix });
    await createKnexOutbox({ knex, tablePrefix }).migrate();
    return [store, tablePrefix];
  }

  /** Connections that are told something first. */
  function connectWith(statement: string): Knex {
    const afterCreate = (connection: unknown, done: (error: unknown) => void): void =>
      (connection as { query(sql: string, done: (error: unknown) => void): void }).query(
        statement,
        (error) => done(error),
      );
    return database.connect({ pool: { min: 0, max: 2, afterCreate } });
  }

  test('appends in the caller’s transaction: nothing is there when it is rolled back', async ({
    expect,
  }) => {
    const [store] = await newStore();
    const transaction = await knex.transaction();
    await appendTags(store, { domains: 'www.example.com', tags: ['a', 'b'], transaction });
    expect(await store.history()).toEqual([]);
    await transaction.rollback();
    expect(await store.history()).toEqual([]);
    await knex.transaction(async (committed) => {
      const tags = ['c', 'd'];
      await appendTags(store, { domains: 'www.example.com', tags, transaction: committed });
    });
    expect(await store.history()).toMatchObject([{ tag: 'd' }, { tag: 'c' }]);
  });

  test('appends with one statement and no savepoint, however many rows there are', async ({
    expect,
  }) => {
    const [store] = await newStore();
    const asked: string[] = [];
    await knex.transaction(async (transaction) => {
      transaction.on('query', ({ sql }: { readonly sql: string }) => asked.push(sql.slice(0, 12)));
      await store.append(
        Array.from({ length: 10_000 }, () => row),
        transaction,
      );
    });
    expect(asked.filter((sql) => !/^(BEGIN|COMMIT)/.test(sql))).toEqual(['INSERT INTO ']);
    expect(await store.statistics()).toMatchObject({ waiting: 10_000 });
  });

  test('lets nobody wait for an open transaction, be it a writer or a relay', async ({
    expect,
  }) => {
    const [store] = await newStore();
    await store.append([row, row]);
    const [first, second] = [await knex.transaction(), await knex.transaction()];
    await store.append([row], first);
    await store.append([row], second);
    const claimed = await store.claim({ ...lease, limit: 1, holder: 'early' });
    expect(claimed).toHaveLength(1);
    expect(await store.extend({ ...lease, holder: 'early' })).toBe(1);
    const ids = claimed.map(({ id }) => id);
    const problem = { code: 'THROTTLED', message: 'Later.' };
    const failure = { waitMs: 0, failed: true, problem };
    expect(await store.failUntil('early', ids, failure)).toBe(1);
    expect(await store.redrive()).toBe(1);
    expect(await store.claim({ ...lease, holder: 'rest' })).toHaveLength(2);
    expect(await store.waiting()).toMatchObject({ rows: 0 });
    expect(await store.statistics()).toMatchObject({ waiting: 2 });
    expect(await store.prune({ maxAgeMs: 0, maxRows: 0 })).toBe(0);
    await store.append([row], first);
    await second.commit();
    await first.commit();
    expect(await store.claim({ ...lease, holder: 'late' })).toHaveLength(3);
  });

  test('waits for no other relay: while one is claiming, another gets nothing', async ({
    expect,
  }) => {
    const [store, prefix] = await newStore();
    await store.append([row]);
    await store.claim({ ...lease, holder: 'makes the gate', limit: 0 });
    await knex.transaction(async (claiming) => {
      await claiming.raw(`SELECT name FROM ${prefix}environment FOR UPDATE`);
      expect(await store.claim({ ...lease, holder: 'second' })).toEqual([]);
    });
    const [claimed] = await store.claim({ ...lease, holder: 'third' });
    await store.accept('third', [claimed?.id ?? 0], batch);
    const account = 'account';
    const one = { slots: 1, longestMs: 30_000 };
    const turn = await store.takeTurn(account, one);
    if (turn.granted) await store.endTurn(account, turn.slot, 0);
    await knex.transaction(async (claiming) => {
      await claiming.raw(`SELECT id FROM ${prefix}batch FOR UPDATE`);
      await claiming.raw(`SELECT id FROM ${prefix}turn FOR UPDATE`);
      expect(await store.claimBatches({ ...lease, holder: 'fourth' })).toEqual([]);
      expect(await store.takeTurn(account, one)).toMatchObject({ granted: false });
    });
    expect(await store.claimBatches({ ...lease, holder: 'fifth' })).toHaveLength(1);
    expect(await store.takeTurn(account, one)).toMatchObject({ granted: true });
  });

  test('refuses a transaction that has ended, and knex itself as one', async ({ expect }) => {
    const [store] = await newStore();
    const transaction = await knex.transaction();
    await transaction.commit();
    await expect(store.append([row], transaction)).rejects.toMatchObject({
      code: 'OUTBOX_REFUSED',
      message: expect.stringContaining('has ended'),
    });
    await expect(store.append([row], knex as unknown as KnexTransaction)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
    expect(await store.history()).toEqual([]);
  });

  test('says that tables are missing, and what makes them', async ({ expect }) => {
    const store = createKnexOutbox({ knex, tablePrefix: 'missing_' });
    for (const use of [
      () => store.append([row]),
      () => store.claim({ ...lease, holder: 'x' }),
      () => store.statistics(),
    ])
      await expect(use()).rejects.toMatchObject({
        code: 'OUTBOX_REFUSED',
        recovery: 'stop',
        message: expect.stringContaining('migrate()'),
      });
  });

  test('leaves tables of a newer release alone', async ({ expect }) => {
    const [store, prefix] = await newStore();
    await store.append([row]);
    await knex.raw(`INSERT INTO ${prefix}schema VALUES (999, 0)`);
    await expect(store.migrate()).rejects.toMatchObject({
      code: 'OUTBOX_NEWER',
      message: expect.stringMatching(/version 999.*Update freshtag/),
    });
    const [newest] = (await knex(`${prefix}schema`).max({ version: 'version' })) as unknown[];
    expect(newest).toEqual({ version: 999 });
    expect(await store.statistics()).toMatchObject({ waiting: 1 });
  });

  test('says of a database that may only be read what it is', async ({ expect }) => {
    const reading = connectWith(
      kind === 'postgres'
        ? 'SET default_transaction_read_only = on'
        : 'SET SESSION TRANSACTION READ ONLY',
    );
    const [store] = await newStore({ on: reading });
    await expect(store.append([row])).rejects.toMatchObject({
      code: 'OUTBOX_REFUSED',
      recovery: 'stop',
      message: expect.stringContaining('may only be read'),
    });
    expect(await store.statistics()).toMatchObject({ waiting: 0 });
    // What is up to date needs no right to change tables.
    await store.migrate();
  });

  test('says of a server that is gone that it may come back, without its password', async ({
    expect,
  }) => {
    const url = new URL(database.url);
    url.port = '1';
    url.password = 'geheim';
    const store = createKnexOutbox({ knex: database.connect({ connection: url.href }) });
    const error: unknown = await store.append([row]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'OUTBOX_UNAVAILABLE', recovery: 'retry' });
    expect(String(error)).not.toMatch(/geheim|127\.0\.0\.1/);
  });

  test('says so when a connection is cut in a transaction, and nothing was appended', async ({
    expect,
  }) => {
    const [store] = await newStore();
    const transaction = await knex.transaction();
    await store.append([row], transaction);
    const own = kind === 'postgres' ? 'pg_backend_pid()' : 'CONNECTION_ID()';
    const { id } = (await transaction.select(knex.raw(`${own} AS id`)).first()) as { id: number };
    const kill = kind === 'postgres' ? `SELECT pg_terminate_backend(${id}, 5000)` : `KILL ${id}`;
    await knex.raw(kill);
    const error: unknown = await store.append([row], transaction).catch((lost: unknown) => lost);
    await transaction.rollback().catch(() => {});
    expect(error).toMatchObject({ code: 'OUTBOX_UNAVAILABLE', recovery: 'retry' });
    expect(await store.history()).toEqual([]);
  });

  test('says of a table that is locked for too long that it may pass', async ({ expect }) => {
    const impatient = connectWith(
      kind === 'postgres' ? 'SET statement_timeout = 100' : 'SET lock_wait_timeout = 1',
    );
    const [store, prefix] = await newStore({ on: impatient });
    const locking = await knex.transaction();
    await locking.raw(
      kind === 'postgres' ? `LOCK TABLE ${prefix}outbox` : `LOCK TABLES ${prefix}outbox WRITE`,
    );
    await expect(store.append([row])).rejects.toMatchObject({ code: 'OUTBOX_UNAVAILABLE' });
    if (kind === 'mysql') await locking.raw('UNLOCK TABLES');
    await locking.rollback();
    await store.append([row]);
    expect(await store.waiting()).toMatchObject({ rows: 1 });
  });

  test('takes the database’s own time, whatever time zone a connection has', async ({ expect }) => {
    const zone = kind === 'postgres' ? `SET timezone = 'Asia/Tokyo'` : `SET time_zone = '+09:00'`;
    const [store] = await newStore({ on: connectWith(zone) });
    await store.append([row]);
    const [claimed] = await store.claim({ ...lease, holder: 'x' });
    expect(Math.abs((claimed?.appendedAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
    await store.append([row]);
    expect((await store.waiting()).oldestAgeMs).toBeLessThan(60_000);
  });

  test('shares a place with other outboxes that have another prefix', async ({ expect }) => {
    const [one] = await newStore();
    const [other] = await newStore();
    await one.append([row]);
    expect(await other.history()).toEqual([]);
    expect(() => createKnexOutbox({ knex, tablePrefix: 'x; DROP TABLE y' })).toThrow('tablePrefix');
    expect(() => createKnexOutbox({ knex, environment: '' })).toThrow('environment');
  });

  test.runIf(kind === 'postgres')(
    'says of a transaction with a failed statement that it has failed before',
    async ({ expect }) => {
      const [store] = await newStore();
      const transaction = await knex.transaction();
      await transaction.raw('SELECT 1/0').catch(() => {});
      await expect(store.append([row], transaction)).rejects.toMatchObject({
        code: 'OUTBOX_REFUSED',
        message: expect.stringContaining('failed before'),
      });
      await transaction.rollback();
    },
  );
});
