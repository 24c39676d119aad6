// A backend that changes content: new versions of pages and the tags to refresh, in one transaction of its
// own. Some are rolled back.
// usage: node writer.ts JSON
import { DatabaseSync } from 'node:sqlite';
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { appendTags, createKnexOutbox, createSqliteOutbox } from '@freshtag/core/relay';

import { connectKnex, type Connection } from '../connect.ts';
import { chooseChange, DOMAIN, randomFrom, type Change } from '../site.ts';

interface Given {
  readonly name: string;
  readonly connection: Connection;
  readonly seed: number;
  /** It is not started again. */
  readonly isFirst: boolean;
}

type Query = (sql: string, bindings: readonly (string | number)[]) => Promise<unknown>;
type Append = (tags: readonly string[]) => Promise<unknown>;

const { name, connection, seed, isFirst } = JSON.parse(process.argv[2] ?? '{}') as Given;
const random = randomFrom(seed);
const BULK = 50;
const ROLLED_BACK = new Error('rolled back on purpose');

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

/** @returns what runs one transaction; it throws what the work throws */
async function openTransactions(): Promise<
  (work: (query: Query, append: Append) => Promise<void>) => Promise<void>
> {
  if (connection.kind !== 'sqlite') {
    const knex = connectKnex(connection.kind, connection.url);
    // The first connection takes long: it is not to be waited for later.
    await Promise.resolve(knex.raw('SELECT 1')).catch(() => {});
    const store = createKnexOutbox({ knex });
    return (work) =>
      knex.transaction((transaction) =>
        work(
          async (sql, bindings) => transaction.raw(sql, [...bindings]),
          (tags) => appendTags(store, { domains: DOMAIN, tags, transaction }),
        ),
      );
  }
  const { file } = connection;
  const database = new DatabaseSync(file, { timeout: 0 });
  const store = createSqliteOutbox({ file });
  return async (work) => {
    await whenFree(() => database.exec('BEGIN IMMEDIATE'));
    try {
      await work(
        async (sql, bindings) => database.prepare(sql).run(...bindings),
        (tags) => appendTags(store, { domains: DOMAIN, tags, transaction: database }),
      );
      await whenFree(() => database.exec('COMMIT'));
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };
}

/** SQLite's own waiting would stop the process. */
async function whenFree(run: () => void): Promise<void> {
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (!String(error).includes('locked')) throw error;
      await sleep(2 + 5 * Math.random());
    }
  }
}

const transact = await openTransactions();

async function change(number: number, { paths, tags }: Change): Promise<void> {
  // Sometimes long, so that the characters of a call are its limit.
  const tx = `tx:${name}-${number}${'-'.repeat(40 * random())}`;
  // The first is a big one, so that the calls of a second are a limit too.
  const bulk = Array.from(
    { length: isFirst && number === 1 ? BULK : 0 },
    (_, index) => `bulk:${name}-${index}`,
  );
  const all = [...tags, tx, ...bulk];
  const appendsFirst = random() < 0.5;
  const rollsBack = bulk.length === 0 && random() < 0.2;
  try {
    await transact(async (query, append) => {
      if (appendsFirst) await append(all);
      for (const path of paths)
        await query('UPDATE content SET version = version + 1 WHERE path = ?', [path]);
      await query('INSERT INTO committed (tx, tags) VALUES (?, ?)', [tx, all.join(' ')]);
      if (!appendsFirst) await append(all);
      if (rollsBack) throw ROLLED_BACK;
      say({ type: 'committing', tx, atMs: Date.now() });
    });
  } catch (error) {
    say({ type: error === ROLLED_BACK ? 'rolled-back' : 'failed', tx, error: String(error) });
    if (error !== ROLLED_BACK) await sleep(50);
  }
}

let going = Promise.withResolvers<void>();
let isGoing = false;

async function write(): Promise<void> {
  for (let number = 1; ; number += 1) {
    if (!isGoing) {
      say({ type: 'paused' });
      await going.promise;
    }
    await change(number, chooseChange(random));
    await sleep(30 + 120 * random());
  }
}

void write();
say({ type: 'ready' });
// Whoever is killed writes no cache, and would be compiled anew each time.
flushCompileCache();
for await (const line of createInterface({ input: process.stdin })) {
  isGoing = line === 'go';
  if (isGoing) going.resolve();
  else going = Promise.withResolvers<void>();
}
process.exit(0);
