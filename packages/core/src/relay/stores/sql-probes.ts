import type { OutboxStore, ProbeQuery, UnprobedRow, UnprobedRows } from '../outbox.ts';
import { ENDED_LAG_MS } from './held.ts';
import type { SqlRow } from './sql-connection.ts';
import { CHUNK_BATCHES, chunkOf } from './sql-history.ts';
import { rowsByNumber } from './sql-rows.ts';
import { change, numberOf, tableOf, textOf, writing, type SqlScope } from './sql-scope.ts';
import { storableMessage } from './storable.ts';

export async function readUnprobed(scope: SqlScope, query: ProbeQuery): Promise<UnprobedRows> {
  const batches = chunkOf(await readEnded(scope, query));
  const last = batches.at(-1);
  if (last === undefined) return { rows: [], next: query.after };
  return {
    rows: await readRowsOf(scope, batches, query.subjects),
    next: { endedAtMs: numberOf('ended')(last), number: numberOf('id')(last) },
  };
}

/** By their index alone; and their rows afterwards, so that no plan begins with the rows. */
async function readEnded(
  scope: SqlScope,
  { maxAgeMs, after = { endedAtMs: 0, number: 0 } }: ProbeQuery,
): Promise<readonly SqlRow[]> {
  const { rows } = await scope.connection.query(
    `SELECT id, batch_id AS batch, ended_at_ms AS ended, row_total AS total
    FROM ${tableOf(scope, 'batch')} WHERE environment = ? AND ended_at_ms IS NOT NULL
    AND ended_at_ms >= ${scope.now()} - ? AND ended_at_ms <= ${scope.now()} - ${ENDED_LAG_MS}
    AND ended_at_ms >= ? AND (ended_at_ms > ? OR id > ?)
    ORDER BY ended_at_ms, id LIMIT ${CHUNK_BATCHES}`,
    [scope.environment, Math.trunc(maxAgeMs), after.endedAtMs, after.endedAtMs, after.number],
  );
  return rows;
}

async function readRowsOf(
  scope: SqlScope,
  batches: readonly SqlRow[],
  subjects: readonly string[],
): Promise<readonly UnprobedRow[]> {
  const begins = subjects.map((text) => `SUBSTR(subject, 1, ${Array.from(text).length}) = ?`);
  if (begins.length === 0) return [];
  const { rows } = await scope.connection.query(
    `SELECT id, domain, tag, subject FROM ${tableOf(scope, 'outbox')}
    WHERE batch_id IN (${batches.map(() => '?').join(', ')}) AND environment = ?
    AND probed_at_ms IS NULL AND (${begins.join(' OR ')}) ORDER BY id`,
    [...batches.map((row) => textOf(row, 'batch')), scope.environment, ...subjects],
  );
  return rows.map((row) => ({
    id: numberOf('id')(row),
    domain: textOf(row, 'domain'),
    tag: textOf(row, 'tag'),
    subject: textOf(row, 'subject'),
  }));
}

export function noteProbeOf(
  scope: SqlScope,
  ...[rowIds, problem]: Parameters<OutboxStore['noteProbe']>
): Promise<number> {
  const where = rowsByNumber(scope, rowIds);
  return writing(scope, (link) =>
    change(scope, link, {
      sql: `UPDATE ${tableOf(scope, 'outbox')} SET probed_at_ms = ${scope.now()}, probe_problem = ? WHERE ${where.sql}`,
      bindings: [problem === undefined ? null : storableMessage(problem), ...where.bindings],
    }),
  );
}
