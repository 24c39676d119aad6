import type { Clock } from '../../clock.ts';
import { invalidOption } from '../../errors.ts';
import type { Problem } from '../outbox.ts';
import { FUTURE_MS } from './held.ts';
import type { SqlConnection, SqlDialect, SqlLink, SqlRow, SqlValue } from './sql-connection.ts';
import { MAX_ENVIRONMENT_LENGTH, storableMessage } from './storable.ts';

export interface SqlOutboxOptions {
  /** Whose rows these are: `production`, `preview` … Default `production`. */
  readonly environment?: string | undefined;
  /** Default the database’s own. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /** Before the name of each table. Default `freshtag_`. */
  readonly tablePrefix?: string | undefined;
}

/** What every statement is made from. */
export interface SqlScope {
  readonly connection: SqlConnection;
  readonly environment: string;
  readonly prefix: string;
  /** The time, as SQL. */
  readonly now: () => string;
  /** Whether it is that of the world, as in the names of changes. */
  readonly isRealTime: boolean;
}

type Table = 'outbox' | 'batch' | 'turn' | 'environment' | 'schema';

/** Milliseconds since 1970 at the begin of the statement, whatever time zone the session has. */
const NOW: Readonly<Record<SqlDialect, string>> = {
  postgres: '(SELECT (extract(epoch FROM statement_timestamp()) * 1000)::bigint)',
  mysql: `(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)`,
  sqlite: `CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)`,
};

/** @throws FreshtagError `INVALID_OPTION` */
export function createScope(
  connection: SqlConnection,
  { environment = 'production', clock, tablePrefix = 'freshtag_' }: SqlOutboxOptions,
): SqlScope {
  if (!/^[a-z_][a-z0-9_]{0,31}$/i.test(tablePrefix))
    throw invalidOption('tablePrefix', tablePrefix, 'up to 32 letters, digits and _');
  if (!/^[\x21-\x7e]+$/.test(environment) || environment.length > MAX_ENVIRONMENT_LENGTH)
    throw invalidOption(
      'environment',
      environment,
      `a name of up to ${MAX_ENVIRONMENT_LENGTH} visible ASCII characters`,
    );
  const now = (): string =>
    clock === undefined ? NOW[connection.dialect] : String(Math.trunc(clock.now()));
  return { connection, environment, prefix: tablePrefix, now, isRealTime: clock === undefined };
}

export function tableOf({ prefix }: Pick<SqlScope, 'prefix'>, table: Table): string {
  return prefix + table;
}

/** Oldest first. In PostgreSQL in the words of the index of waiting rows, so that no other one is read. */
export function oldestFirst({ connection }: SqlScope): string {
  return connection.dialect === 'postgres' ? 'id + 0' : 'id';
}

/** A condition with its bindings. */
export interface SqlPart {
  readonly sql: string;
  readonly bindings: readonly SqlValue[];
}

/** One of many numbers, with a single binding where the database can. */
export function idIn(dialect: SqlDialect, ids: readonly number[]): SqlPart {
  const whole = ids.filter((id) => Number.isSafeInteger(id));
  if (dialect === 'postgres')
    return { sql: 'id = ANY(?::bigint[])', bindings: [`{${whole.join(',')}}`] };
  if (dialect === 'sqlite')
    return { sql: 'id IN (SELECT value FROM json_each(?))', bindings: [JSON.stringify(whole)] };
  return { sql: `id IN (${[...whole, -1].join(',')})`, bindings: [] };
}

/** Not held, or by a hold that is not in force: see `isInForce`. */
export function isFree({ now }: SqlScope): string {
  return `(held_until_ms <= ${now()} OR held_from_ms > ${now()} + ${FUTURE_MS})`;
}

/** Holds for so long, by nobody if `holder` is `null`. */
export function holdFor(
  { now }: SqlScope,
  { holder, forMs }: { readonly holder: string | null; readonly forMs: number },
): SqlPart {
  const sql = `holder = ?, held_from_ms = ${now()}, held_until_ms = ${now()} + ?`;
  return { sql, bindings: [holder, Math.trunc(forMs)] };
}

/** Sets the reason for waiting, or removes it. */
export function setProblem({ now }: SqlScope, problem: Problem | undefined): SqlPart {
  if (problem === undefined)
    return {
      sql: 'problem_code = NULL, problem_message = NULL, problem_at_ms = NULL',
      bindings: [],
    };
  return {
    sql: `problem_code = ?, problem_message = ?, problem_at_ms = ${now()}`,
    bindings: [problem.code, storableMessage(problem.message)],
  };
}

/**
 * Changes rows that are found by their number or by few others.
 * @returns how many
 */
export async function change(
  { connection: { dialect } }: SqlScope,
  link: SqlLink,
  { sql, bindings }: SqlPart,
): Promise<number> {
  if (dialect !== 'sqlite') return (await link.query(sql, bindings)).changes;
  return (await link.query(`${sql} RETURNING 1 AS changed`, bindings)).rows.length;
}

/** Runs statements that lock no more than the rows they change: MySQL needs a transaction for that. */
export function writing<T>(
  { connection }: SqlScope,
  run: (link: SqlLink) => Promise<T>,
): Promise<T> {
  return connection.dialect === 'mysql' ? connection.transaction(run) : run(connection);
}

/**
 * Changes all rows that fulfil a condition. MySQL would lock, and wait for, each row it looks at on the
 * way, those of open transactions among them; so they are looked up first.
 * @returns how many
 */
export async function changeWhere(
  scope: SqlScope,
  { table, set, where }: { readonly table: Table; readonly set: SqlPart; readonly where: SqlPart },
): Promise<number> {
  const { connection } = scope;
  const name = tableOf(scope, table);
  const update = (link: SqlLink, condition: SqlPart): Promise<number> =>
    change(scope, link, {
      sql: `UPDATE ${name} SET ${set.sql} WHERE ${condition.sql}`,
      bindings: [...set.bindings, ...condition.bindings],
    });
  if (connection.dialect !== 'mysql') return update(connection, where);
  const found = await connection.query(`SELECT id FROM ${name} WHERE ${where.sql}`, where.bindings);
  if (found.rows.length === 0) return 0;
  const ids = idIn('mysql', found.rows.map(numberOf('id')));
  return writing(scope, (link) =>
    update(link, { sql: `${ids.sql} AND ${where.sql}`, bindings: where.bindings }),
  );
}

export function numberOf(column: string): (row: SqlRow) => number {
  return (row) => Number(row[column] ?? 0);
}

export function textOf(row: SqlRow, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : '';
}

export function optionalText(row: SqlRow, column: string): string | undefined {
  const value = row[column];
  return typeof value === 'string' ? value : undefined;
}

export function problemIn(row: SqlRow): Problem | undefined {
  const code = optionalText(row, 'code');
  return code === undefined ? undefined : { code, message: textOf(row, 'message') };
}
