import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { systemClock } from '../../clock.ts';
import { FreshtagError } from '../../errors.ts';
import { checkMilliseconds } from '../../milliseconds.ts';
import type { OutboxStore } from '../outbox.ts';
import type { SqlConnection, SqlLink, SqlResult, SqlValue } from './sql-connection.ts';
import { createSqlOutbox } from './sql-outbox.ts';
import type { SqlOutboxOptions } from './sql-scope.ts';

export interface SqliteOutboxOptions extends SqlOutboxOptions {
  /** The database. Made if there is none. */
  readonly file: string;
  /** How long to wait while another program writes, in milliseconds. Default 30,000. */
  readonly busyMs?: number | undefined;
}

/** What the store uses of a `DatabaseSync` of `node:sqlite`. */
export interface SqliteTransaction {
  readonly isTransaction: boolean;
  prepare(sql: string): SqliteStatement;
}

type SqliteStatement = Pick<StatementSync, 'all' | 'run' | 'columns'>;

const STEP_MS = 5;
const SQLITE_BUSY = 5;

/**
 * A store in a SQLite database, by `node:sqlite`: durable on one machine, without a server. What was
 * appended is on the disk when `append` has ended, also when the power fails.
 *
 * `append` joins the transaction that is open on a `DatabaseSync` of the same file.
 */
export function createSqliteOutbox({
  file,
  busyMs = 30_000,
  ...options
}: SqliteOutboxOptions): OutboxStore<SqliteTransaction> {
  checkMilliseconds('busyMs', busyMs);
  return createSqlOutbox<SqliteTransaction>(new SqliteConnection(file, busyMs), {
    ...options,
    join,
  });
}

function join(database: SqliteTransaction): SqlLink {
  if (!database.isTransaction)
    throw new FreshtagError(
      'OUTBOX_REFUSED',
      'There is no open transaction to append in. Nothing was appended. Begin one, and append before its end.',
    );
  return { query: async (sql, bindings = []) => runOn(database.prepare(sql), bindings) };
}

function runOn(statement: SqliteStatement, bindings: readonly SqlValue[]): SqlResult {
  if (statement.columns().length > 0) return { rows: statement.all(...bindings), changes: 0 };
  return { rows: [], changes: Number(statement.run(...bindings).changes) };
}

/** One connection, which is opened when it is first needed. What is asked of it is done in turn. */
class SqliteConnection implements SqlConnection {
  readonly dialect = 'sqlite';
  readonly name: string;
  readonly #file: string;
  readonly #busyMs: number;
  readonly #statements = new Map<string, StatementSync>();
  #database: DatabaseSync | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string, busyMs: number) {
    this.name = `SQLite ${basename(file)}`;
    this.#file = file;
    this.#busyMs = busyMs;
  }

  query(sql: string, bindings: readonly SqlValue[] = []): Promise<SqlResult> {
    return this.#inTurn(() => this.#whenFree(async () => this.#run(sql, bindings)));
  }

  transaction<T>(run: (link: SqlLink) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#whenFree(async () => this.#run('BEGIN IMMEDIATE', []));
      try {
        const result = await run({ query: async (sql, bindings = []) => this.#run(sql, bindings) });
        await this.#whenFree(async () => this.#run('COMMIT', []));
        return result;
      } catch (error) {
        // A full disk has ended it already.
        if (this.#database?.isTransaction === true) this.#run('ROLLBACK', []);
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#statements.clear();
      this.#database?.close();
      this.#database = undefined;
    });
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => {});
    return result;
  }

  /** SQLite's own waiting would stop the whole process, so it does not wait. */
  async #whenFree<T>(run: () => Promise<T>): Promise<T> {
    const deadlineMs = performance.now() + this.#busyMs;
    for (;;) {
      try {
        await this.#open();
        return await run();
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadlineMs) throw error;
        await systemClock.sleep(STEP_MS * Math.random());
      }
    }
  }

  async #open(): Promise<void> {
    if (this.#database !== undefined) return;
    const { DatabaseSync: Database } = await import('node:sqlite');
    mkdirSync(dirname(this.#file), { recursive: true });
    const database = new Database(this.#file, { timeout: 0 });
    try {
      // In this mode whoever reads and whoever writes do not wait for each other.
      const { journal_mode: mode } = database.prepare('PRAGMA journal_mode').get() ?? {};
      if (mode !== 'wal') database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = FULL');
    } catch (error) {
      database.close();
      throw error;
    }
    this.#database = database;
  }

  #run(sql: string, bindings: readonly SqlValue[]): SqlResult {
    const database = this.#database;
    if (database === undefined) throw new Error('the database is closed');
    const known = this.#statements.get(sql);
    const statement = known ?? database.prepare(sql);
    // With an injected clock every statement is another.
    if (known === undefined && this.#statements.size < 100) this.#statements.set(sql, statement);
    return runOn(statement, bindings);
  }
}

function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  return (code & 0xff) === SQLITE_BUSY;
}
