import { invalidOption } from '../../errors.ts';
import { isRecord } from '../../json.ts';
import type { OutboxStore } from '../outbox.ts';
import type {
  SqlConnection,
  SqlDialect,
  SqlLink,
  SqlResult,
  SqlRow,
  SqlValue,
} from './sql-connection.ts';
import { insist } from './sql-errors.ts';
import { createSqlOutbox } from './sql-outbox.ts';
import type { SqlOutboxOptions } from './sql-scope.ts';

/** What the store uses of knex, or of a transaction of knex's. */
export interface KnexQueries {
  raw(sql: string, bindings: readonly SqlValue[]): PromiseLike<unknown>;
}

export interface KnexTransaction extends KnexQueries {
  isCompleted(): boolean;
}

/** What the store uses of an instance of knex 3. */
export interface KnexDatabase extends KnexQueries {
  readonly client: { readonly dialect?: string };
  transaction<T>(
    run: (transaction: KnexQueries) => Promise<T>,
    // oxlint-disable-next-line typescript/no-explicit-any -- its own type knows only some of its options
    config?: any,
  ): Promise<T>;
}

export interface KnexOutboxOptions extends SqlOutboxOptions {
  /** For PostgreSQL 15, MySQL 8, MariaDB 10.6, SQLite, or later ones. It is never ended by the store. */
  readonly knex: KnexDatabase;
}

const DIALECTS: Readonly<Record<string, readonly [dialect: SqlDialect, name: string]>> = {
  postgresql: ['postgres', 'PostgreSQL'],
  mysql: ['mysql', 'MySQL'],
  sqlite3: ['sqlite', 'SQLite'],
};

/**
 * A store in the database of an application, which appends in its transactions.
 *
 * @throws FreshtagError `INVALID_OPTION` for another kind of database
 */
export function createKnexOutbox({
  knex,
  ...options
}: KnexOutboxOptions): OutboxStore<KnexTransaction> {
  const known = DIALECTS[knex.client.dialect ?? ''];
  if (known === undefined)
    throw invalidOption(
      'knex',
      knex.client.dialect,
      'an instance of knex for PostgreSQL, MySQL, MariaDB or SQLite',
    );
  const [dialect, name] = known;
  return createSqlOutbox(connect(knex, dialect, name), { ...options, join });
}

function connect(knex: KnexDatabase, dialect: SqlDialect, name: string): SqlConnection {
  const config =
    dialect === 'sqlite' ? { enforceForeignCheck: null } : { isolationLevel: 'read committed' };
  return {
    dialect,
    name,
    query: (sql, bindings) => insist(() => linkOf(knex).query(sql, bindings)),
    transaction: (run) =>
      insist(() => knex.transaction((transaction) => run(linkOf(transaction)), config)),
    close: async () => {},
  };
}

function join(transaction: KnexTransaction): SqlLink {
  if (typeof transaction.isCompleted !== 'function')
    throw invalidOption('transaction', transaction, 'a transaction of knex, not knex itself');
  return linkOf(transaction);
}

function linkOf(queries: KnexQueries): SqlLink {
  return { query: async (sql, bindings = []) => resultOf(await queries.raw(sql, bindings)) };
}

/** Every driver answers in a form of its own. */
function resultOf(answer: unknown): SqlResult {
  // MySQL: what was found or done, and the columns.
  const result: unknown = Array.isArray(answer) && Array.isArray(answer[0]) ? answer[0] : answer;
  if (Array.isArray(result)) {
    const [first] = result;
    const done = isRecord(first) && 'affectedRows' in first ? Number(first['affectedRows']) : 0;
    return { rows: result, changes: done };
  }
  if (!isRecord(result)) return { rows: [], changes: 0 };
  const { rows, rowCount, changes } = result;
  return {
    rows: Array.isArray(rows) ? rows.filter((row): row is SqlRow => isRecord(row)) : [],
    changes: Number(rowCount ?? changes ?? 0),
  };
}
