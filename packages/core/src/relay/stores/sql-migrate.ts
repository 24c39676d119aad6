import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { FreshtagError } from '../../errors.ts';
import type { SqlDialect, SqlLink } from './sql-connection.ts';
import { numberOf, tableOf, type SqlScope } from './sql-scope.ts';

interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

/** How long one process waits for another that makes the tables. */
const LOCK_SECONDS = 60;

/** Makes the tables or brings them up to date, one process after the other. */
export async function migrateTables(scope: SqlScope): Promise<void> {
  const migrations = await readMigrations(scope);
  const newest = migrations.at(-1)?.version ?? 0;
  // Without the right to make tables, what is there can still be used.
  if ((await hasVersions(scope)) && (await versionOf(scope, scope.connection)) >= newest)
    return checkVersion(scope, newest);
  const schema = tableOf(scope, 'schema');
  const { dialect } = scope.connection;
  const table = `CREATE TABLE IF NOT EXISTS ${schema} (version INTEGER NOT NULL PRIMARY KEY, migrated_at_ms BIGINT NOT NULL)`;
  if (dialect === 'sqlite') await scope.connection.query(table);
  await scope.connection.transaction(async (link) => {
    await lock(scope, link);
    try {
      if (dialect !== 'sqlite') await link.query(table);
      await apply(scope, link, migrations);
    } finally {
      if (dialect === 'mysql') await link.query('SELECT RELEASE_LOCK(?)', [lockName(scope)]);
    }
  });
  await checkVersion(scope, newest);
}

async function apply(
  scope: SqlScope,
  link: SqlLink,
  migrations: readonly Migration[],
): Promise<void> {
  const present = await versionOf(scope, link);
  for (const { version, statements } of migrations.filter((each) => each.version > present)) {
    for (const statement of statements) await link.query(statement);
    await link.query(`INSERT INTO ${tableOf(scope, 'schema')} VALUES (?, ${scope.now()})`, [
      version,
    ]);
  }
}

/** Statements that change tables end a transaction in MySQL, so its lock is of the connection. */
async function lock(scope: SqlScope, link: SqlLink): Promise<void> {
  const { dialect } = scope.connection;
  if (dialect === 'sqlite') {
    // Takes the lock for writing, before anything is read.
    await link.query(`DELETE FROM ${tableOf(scope, 'schema')} WHERE version < 0`);
    return;
  }
  const name = lockName(scope);
  if (dialect === 'postgres') {
    await link.query('SELECT pg_advisory_xact_lock(hashtext(?))', [name]);
    return;
  }
  const { rows } = await link.query('SELECT GET_LOCK(?, ?) AS got', [name, LOCK_SECONDS]);
  if (numberOf('got')(rows[0] ?? {}) !== 1)
    throw new FreshtagError(
      'OUTBOX_UNAVAILABLE',
      `The outbox, ${scope.connection.name}, is not available: another process has been making its tables for ${LOCK_SECONDS} s. Look at that one, or try again.`,
      { recovery: 'retry' },
    );
}

function lockName(scope: SqlScope): string {
  return tableOf(scope, 'schema');
}

async function hasVersions(scope: SqlScope): Promise<boolean> {
  const sql: Readonly<Record<SqlDialect, string>> = {
    postgres: 'SELECT 1 AS found WHERE to_regclass(?) IS NOT NULL',
    mysql:
      'SELECT 1 AS found FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?',
    sqlite: `SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = ?`,
  };
  const { connection } = scope;
  const { rows } = await connection.query(sql[connection.dialect], [tableOf(scope, 'schema')]);
  return rows.length > 0;
}

async function versionOf(scope: SqlScope, link: SqlLink): Promise<number> {
  const { rows } = await link.query(
    `SELECT MAX(version) AS newest FROM ${tableOf(scope, 'schema')}`,
  );
  return numberOf('newest')(rows[0] ?? {});
}

async function checkVersion(scope: SqlScope, newest: number): Promise<void> {
  const version = await versionOf(scope, scope.connection);
  if (version <= newest) return;
  throw new FreshtagError(
    'OUTBOX_NEWER',
    `The outbox, ${scope.connection.name}, was made by a newer release of freshtag: its tables are of version ${version}, this release knows ${newest}. They were left as they are. Update freshtag here.`,
  );
}

/** From the package, whether it runs from its sources or built. */
async function readMigrations(scope: SqlScope): Promise<Migration[]> {
  const root = dirname(createRequire(import.meta.url).resolve('@freshtag/core/package.json'));
  const folder = join(root, 'sql', scope.connection.dialect);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      return { version: Number.parseInt(file, 10), statements: statementsOf(scope, text) };
    }),
  );
}

function statementsOf({ prefix }: SqlScope, text: string): string[] {
  return text
    .replaceAll(/^--.*$/gm, '')
    .replaceAll('{prefix}', prefix)
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
