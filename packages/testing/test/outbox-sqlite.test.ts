import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import createKnex, { type Knex } from 'knex';
import { describe, expectTypeOf, onTestFinished, test } from 'vitest';

import {
  appendTags,
  createKnexOutbox,
  createSqliteOutbox,
  type KnexDatabase,
  type KnexTransaction,
  type OutboxStore,
  type SqliteTransaction,
} from '@freshtag/core/relay';

import { temporaryFolder } from '../src/index.ts';

const row = { domain: 'www.example.com', tag: 'country:fr', force: true };
const large = Array.from({ length: 20_000 }, () => ({ ...row, subject: 'x'.repeat(200) }));

async function newStore(
  file: string = join(temporaryFolder(), 'outbox.db'),
): Promise<readonly [store: OutboxStore<SqliteTransaction>, file: string]> {
  const store = createSqliteOutbox({ file, busyMs: 30 });
  onTestFinished(() => store.close());
  await store.migrate();
  return [store, file];
}

/** One connection, as Strapi has it. */
function newKnex(connection: Knex.Sqlite3ConnectionConfig, filename: string): Knex {
  const knex = createKnex({
    client: 'better-sqlite3',
    connection: { ...connection, filename },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  onTestFinished(() => knex.destroy());
  return knex;
}

/** A disk of its own, of one megabyte; `undefined` where this process may not mount one. */
function smallDisk(): string | undefined {
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  return folder;
}

describe('node:sqlite', () => {
  test('keeps rows when it is closed, and opens again by itself', async ({ expect }) => {
    const [store, file] = await newStore();
    await store.append([row]);
    await store.close();
    const [other] = await newStore(file);
    expect(await other.waiting()).toMatchObject({ rows: 1 });
    await store.append([row]);
    expect(await other.waiting()).toMatchObject({ rows: 2 });
  });

  test('appends in the transaction of a connection to the same file', async ({ expect }) => {
    const [store, file] = await newStore();
    using database = new DatabaseSync(file);
    database.exec('CREATE TABLE articles (title TEXT)');
    const publish = async (end: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
      database.exec('BEGIN');
      database.exec(`INSERT INTO articles VALUES ('a')`);
      const tags = ['article:1', 'article'];
      await appendTags(store, { domains: 'www.example.com', tags, transaction: database });
      database.exec(end);
    };
    await publish('ROLLBACK');
    expect(await store.history()).toEqual([]);
    await publish('COMMIT');
    expect(await store.history()).toHaveLength(2);
    await expect(store.append([row], database)).rejects.toMatchObject({
      code: 'OUTBOX_REFUSED',
      message: expect.stringContaining('no open transaction'),
    });
  });

  test('says that the file is locked when another program writes for too long', async ({
    expect,
  }) => {
    const [store, file] = await newStore();
    using other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.append([row])).rejects.toMatchObject({
      code: 'OUTBOX_UNAVAILABLE',
      recovery: 'retry',
      message: expect.stringContaining('locked'),
    });
    // Whoever reads does not wait.
    expect(await store.waiting()).toMatchObject({ rows: 0 });
    other.exec('COMMIT');
    await store.append([row]);
    expect(await store.waiting()).toMatchObject({ rows: 1 });
  });

  test('lets other work of the process go on while it waits', async ({ expect }) => {
    const file = join(temporaryFolder(), 'outbox.db');
    const store = createSqliteOutbox({ file });
    onTestFinished(() => store.close());
    await store.migrate();
    using other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const appended = store.append([row]);
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    other.exec('COMMIT');
    await appended;
    expect(await store.waiting()).toMatchObject({ rows: 1 });
  });

  test('says that the disk is full, keeps what was there, and works on when there is room', async ({
    expect,
    skip,
  }) => {
    const folder = smallDisk() ?? skip('a small disk cannot be mounted here');
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, 'x'.repeat(300_000));
    const [store] = await newStore(join(folder, 'outbox.db'));
    await store.append([row]);
    await expect(store.append(large)).rejects.toMatchObject({
      code: 'OUTBOX_REFUSED',
      recovery: 'stop',
      message: expect.stringContaining('Make room'),
    });
    expect(await store.statistics()).toMatchObject({ waiting: 1 });
    writeFileSync(ballast, '');
    await store.append([row]);
    expect(await store.claim({ holder: 'x', leaseMs: 1000, limit: 10 })).toHaveLength(2);
  });

  test('says that the disk may only be read', async ({ expect, skip }) => {
    const folder = smallDisk() ?? skip('a disk cannot be mounted here');
    const [store, file] = await newStore(join(folder, 'outbox.db'));
    await store.close();
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    await expect(createSqliteOutbox({ file }).append([row])).rejects.toMatchObject({
      code: 'OUTBOX_REFUSED',
      recovery: 'stop',
    });
  });

  test('leaves a file alone that is no database', async ({ expect }) => {
    const file = join(
      temporaryFolder({ 'outbox.db': 'not a database, but long enough for one. ' }),
      'outbox.db',
    );
    const store = createSqliteOutbox({ file });
    await expect(store.migrate()).rejects.toMatchObject({
      code: 'OUTBOX_REFUSED',
      message: expect.stringContaining('no SQLite database'),
    });
  });

  test('says that its tables are missing, or of a newer release', async ({ expect }) => {
    const file = join(temporaryFolder(), 'outbox.db');
    const store = createSqliteOutbox({ file });
    onTestFinished(() => store.close());
    await expect(store.append([row])).rejects.toMatchObject({
      code: 'OUTBOX_REFUSED',
      message: expect.stringContaining('migrate()'),
    });
    await store.migrate();
    using database = new DatabaseSync(file);
    database.exec('INSERT INTO freshtag_schema VALUES (999, 0)');
    await expect(store.migrate()).rejects.toMatchObject({ code: 'OUTBOX_NEWER' });
  });

  test('takes the time of the machine', async ({ expect }) => {
    const [store] = await newStore();
    const beforeMs = Date.now();
    await store.append([row]);
    const [entry] = await store.history();
    expect(entry?.appendedAtMs).toBeGreaterThanOrEqual(beforeMs - 1);
    expect(entry?.appendedAtMs).toBeLessThanOrEqual(Date.now() + 1);
  });
});

describe('knex on better-sqlite3', () => {
  test('appends in the one connection that a transaction has', async ({ expect }) => {
    const knex = newKnex({ filename: '' }, join(temporaryFolder(), 'cms.db'));
    const store = createKnexOutbox({ knex });
    await store.migrate();
    await knex
      .transaction(async (transaction) => {
        await appendTags(store, { domains: 'www.example.com', tags: ['a'], transaction });
        throw new Error('rolled back');
      })
      .catch(() => {});
    expect(await store.history()).toEqual([]);
    await knex.transaction((transaction) => store.append([row, row], transaction));
    expect(await store.history()).toHaveLength(2);
    const ended = await knex.transaction();
    await ended.rollback();
    await expect(store.append([row], ended)).rejects.toMatchObject({ code: 'OUTBOX_REFUSED' });
  });

  test('says that the database is full, and that it may only be read', async ({ expect }) => {
    const filename = join(temporaryFolder(), 'cms.db');
    const knex = newKnex({ filename: '' }, filename);
    const store = createKnexOutbox({ knex });
    await store.migrate();
    await knex.raw('PRAGMA max_page_count = 60');
    await expect(store.append(large)).rejects.toMatchObject({
      code: 'OUTBOX_REFUSED',
      message: expect.stringContaining('Make room'),
    });
    expect(await store.statistics()).toMatchObject({ waiting: 0 });
    const readonly = { filename: '', options: { readonly: true } } as Knex.Sqlite3ConnectionConfig;
    const reading = createKnexOutbox({ knex: newKnex(readonly, filename) });
    await expect(reading.append([row])).rejects.toMatchObject({
      code: 'OUTBOX_REFUSED',
      message: expect.stringContaining('may only be read'),
    });
    await reading.migrate();
    expect(await reading.history()).toEqual([]);
  });

  test('takes every instance and every transaction of knex', ({ expect }) => {
    expectTypeOf<Knex>().toExtend<KnexDatabase>();
    expectTypeOf<Knex.Transaction>().toExtend<KnexTransaction>();
    expectTypeOf<Knex>().not.toExtend<KnexTransaction>();
    const oracle = { client: { dialect: 'oracle' } } as unknown as KnexDatabase;
    expect(() => createKnexOutbox({ knex: oracle })).toThrow(/oracle.*PostgreSQL, MySQL/);
  });
});
