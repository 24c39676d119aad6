import { randomUUID } from 'node:crypto';

import { insertOf, listOf, progressOf, PROGRESS } from './sql-batches.ts';
import type { SqlLink, SqlRow } from './sql-connection.ts';
import { numberOf, problemIn, tableOf, textOf, type SqlScope } from './sql-scope.ts';

/** Gives up what is parked of a change: rows without a batch get one, which has ended. */
export function discardChange(scope: SqlScope, change: string): Promise<number> {
  return scope.connection.transaction(async (link) => {
    await lockRows(scope, link, change);
    const rows = await discardRows(scope, link, change);
    return rows + (await discardFromBatches(scope, link, change));
  });
}

/** Keeps a redrive away, and in SQLite every other writer. */
async function lockRows(scope: SqlScope, link: SqlLink, change: string): Promise<void> {
  const [outbox, batch] = [tableOf(scope, 'outbox'), tableOf(scope, 'batch')];
  const isMeant = 'environment = ? AND change_id = ?';
  await link.query(`UPDATE ${outbox} SET state = state WHERE ${isMeant} AND state = 'parked'`, [
    scope.environment,
    change,
  ]);
  await link.query(
    `UPDATE ${batch} SET state = state WHERE state = 'parked' AND batch_id IN (
      SELECT batch_id FROM ${outbox} WHERE ${isMeant})`,
    [scope.environment, change],
  );
}

async function discardRows(scope: SqlScope, link: SqlLink, change: string): Promise<number> {
  const outbox = tableOf(scope, 'outbox');
  const isMeant = `environment = ? AND change_id = ? AND state = 'parked'`;
  const { rows } = await link.query(
    `SELECT domain, forced, tag, problem_code AS code, problem_message AS message
    FROM ${outbox} WHERE ${isMeant} ORDER BY id`,
    [scope.environment, change],
  );
  const groups = Map.groupBy(rows, (row) => `${textOf(row, 'domain')} ${numberOf('forced')(row)}`);
  for (const group of groups.values()) {
    const [first = {}] = group;
    const [domain, forced] = [textOf(first, 'domain'), numberOf('forced')(first)];
    const id = await insert(scope, link, { domain, forced, rows: group });
    await link.query(
      `UPDATE ${outbox} SET state = 'accepted', batch_id = ? WHERE ${isMeant} AND domain = ? AND forced = ?`,
      [id, scope.environment, change, domain, forced],
    );
  }
  return rows.length;
}

/** A batch may carry rows of others: then those of the change leave it. */
async function discardFromBatches(scope: SqlScope, link: SqlLink, change: string): Promise<number> {
  const [outbox, batch] = [tableOf(scope, 'outbox'), tableOf(scope, 'batch')];
  const { rows: batches } = await link.query(
    `SELECT domain, forced, tags, ${PROGRESS} FROM ${batch}
    WHERE environment = ? AND state = 'parked' AND batch_id IN (
      SELECT batch_id FROM ${outbox} WHERE environment = ? AND change_id = ?)`,
    [scope.environment, scope.environment, change],
  );
  let total = 0;
  for (const parked of batches) {
    const old = textOf(parked, 'batch');
    const { rows } = await link.query(
      `SELECT tag, change_id AS inchange FROM ${outbox} WHERE batch_id = ? AND environment = ?`,
      [old, scope.environment],
    );
    const own = rows.filter((row) => textOf(row, 'inchange') === change);
    const others = new Set(
      rows.filter((row) => !own.includes(row)).map((row) => textOf(row, 'tag')),
    );
    total += own.length;
    const leaving = new Set(own.map((row) => textOf(row, 'tag')).filter((tag) => !others.has(tag)));
    const id = await insert(scope, link, {
      domain: textOf(parked, 'domain'),
      forced: numberOf('forced')(parked),
      rows: own,
      parked,
    });
    await link.query(
      `UPDATE ${outbox} SET batch_id = ? WHERE batch_id = ? AND environment = ? AND change_id = ?`,
      [id, old, scope.environment, change],
    );
    const tags = listOf(textOf(parked, 'tags')).filter((tag) => !leaving.has(tag));
    const [sql, bindings] =
      others.size === 0
        ? [`DELETE FROM ${batch} WHERE batch_id = ? AND environment = ?`, []]
        : [
            `UPDATE ${batch} SET tags = ?, row_total = row_total - ? WHERE batch_id = ? AND environment = ?`,
            [JSON.stringify(tags), own.length],
          ];
    await link.query(sql, [...bindings, old, scope.environment]);
  }
  return total;
}

interface Discarding {
  readonly domain: string;
  readonly forced: number;
  readonly rows: readonly SqlRow[];
  /** The batch that the rows were in. */
  readonly parked?: SqlRow;
}

/** @returns the name of a batch of what was given up */
async function insert(
  scope: SqlScope,
  link: SqlLink,
  { domain, forced, rows, parked }: Discarding,
): Promise<string> {
  const id = randomUUID();
  const { sql, bindings } = insertOf(
    scope,
    {
      pass: 1,
      attempts: 0,
      calls: [],
      ...(parked !== undefined && progressOf(parked)),
      id,
      domain,
      force: forced === 1,
      tags: [...new Set(rows.map((row) => textOf(row, 'tag')))],
      directories: undefined,
      state: 'discarded',
      problem: problemIn(parked ?? rows[0] ?? {}),
      waitMs: 0,
    },
    rows.length,
  );
  await link.query(sql, bindings);
  return id;
}
