import type { SqlLink, SqlRow } from './sql-connection.ts';
import {
  holdFor,
  idIn,
  isFree,
  numberOf,
  tableOf,
  type SqlPart,
  type SqlScope,
} from './sql-scope.ts';

export interface Picking {
  readonly table: 'outbox' | 'batch' | 'turn';
  /** What is returned of each. None of them is changed by a claim. */
  readonly columns: string;
  /** What may be picked, if it is free. */
  readonly where: SqlPart;
  readonly order: string;
  readonly limit: number;
  readonly holder: string;
  readonly forMs: number;
  /** Nothing is picked while somebody else does: half of a window is not given to each. */
  readonly alone?: boolean;
}

/** Holds what is free, and waits for nobody: what somebody else is just picking is left to them. */
export function pick(scope: SqlScope, picking: Picking): Promise<readonly SqlRow[]> {
  const { dialect } = scope.connection;
  if (dialect === 'sqlite') return pickInSqlite(scope, picking);
  return dialect === 'postgres' ? pickInPostgres(scope, picking) : pickInMysql(scope, picking);
}

async function pickInSqlite(scope: SqlScope, picking: Picking): Promise<readonly SqlRow[]> {
  const table = tableOf(scope, picking.table);
  const hold = holdFor(scope, picking);
  const { rows } = await scope.connection.query(
    `UPDATE ${table} SET ${hold.sql} WHERE id IN (
      SELECT id FROM ${table} WHERE ${picking.where.sql} AND ${isFree(scope)}
      ORDER BY ${picking.order} LIMIT ?) RETURNING ${picking.columns}`,
    [...hold.bindings, ...picking.where.bindings, picking.limit],
  );
  return rows;
}

async function pickInPostgres(scope: SqlScope, picking: Picking): Promise<readonly SqlRow[]> {
  const table = tableOf(scope, picking.table);
  const hold = holdFor(scope, picking);
  const gate = picking.alone === true ? gateOf(scope) : { sql: 'SELECT 1', bindings: [] };
  const { rows } = await scope.connection.query(
    // By an array, so that no plan reads the whole table to join what was picked.
    `WITH gate AS MATERIALIZED (${gate.sql})
    UPDATE ${table} SET ${hold.sql} WHERE id = ANY(ARRAY(
      SELECT id FROM ${table} WHERE EXISTS (SELECT 1 FROM gate) AND ${picking.where.sql} AND ${isFree(scope)}
      ORDER BY ${picking.order} LIMIT ? FOR UPDATE SKIP LOCKED)) RETURNING ${picking.columns}`,
    [...gate.bindings, ...hold.bindings, ...picking.where.bindings, picking.limit],
  );
  return rows;
}

function pickInMysql(scope: SqlScope, picking: Picking): Promise<readonly SqlRow[]> {
  const table = tableOf(scope, picking.table);
  return scope.connection.transaction(async (link) => {
    if (picking.alone === true && !(await isAlone(scope, link))) return [];
    const { rows } = await link.query(
      `SELECT ${picking.columns} FROM ${table} WHERE ${picking.where.sql} AND ${isFree(scope)}
      ORDER BY ${picking.order} LIMIT ? FOR UPDATE SKIP LOCKED`,
      [...picking.where.bindings, picking.limit],
    );
    if (rows.length === 0) return [];
    const ids = idIn('mysql', rows.map(numberOf('id')));
    const hold = holdFor(scope, picking);
    await link.query(`UPDATE ${table} SET ${hold.sql} WHERE ${ids.sql}`, hold.bindings);
    return rows;
  });
}

function gateOf(scope: SqlScope): SqlPart {
  const sql = `SELECT name FROM ${tableOf(scope, 'environment')} WHERE name = ? FOR UPDATE SKIP LOCKED`;
  return { sql, bindings: [scope.environment] };
}

async function isAlone(scope: SqlScope, link: SqlLink): Promise<boolean> {
  const gate = gateOf(scope);
  return (await link.query(gate.sql, gate.bindings)).rows.length > 0;
}

/**
 * Makes the row that `alone` locks, if it is not there.
 * @returns whether it was not
 */
export async function makeGate(scope: SqlScope): Promise<boolean> {
  const { connection, environment } = scope;
  if (connection.dialect === 'sqlite') return false;
  const table = tableOf(scope, 'environment');
  const found = await connection.query(`SELECT name FROM ${table} WHERE name = ?`, [environment]);
  if (found.rows.length > 0) return false;
  const insert =
    connection.dialect === 'mysql'
      ? `INSERT IGNORE INTO ${table} (name) VALUES (?)`
      : `INSERT INTO ${table} (name) VALUES (?) ON CONFLICT DO NOTHING`;
  await connection.query(insert, [environment]);
  return true;
}
