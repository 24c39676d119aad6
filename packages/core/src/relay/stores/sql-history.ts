import type { HistoryEntry, HistoryQuery, Probe, Retention } from '../outbox.ts';
import { progressOf, PROGRESS } from './sql-batches.ts';
import type { SqlRow } from './sql-connection.ts';
import { historySelect } from './sql-history-select.ts';
import {
  change,
  numberOf,
  optionalText,
  problemIn,
  tableOf,
  textOf,
  type SqlPart,
  type SqlScope,
} from './sql-scope.ts';

/** With two statements: joined, what is known of a batch would be sent with each of its rows. */
export async function readHistory(scope: SqlScope, query: HistoryQuery): Promise<HistoryEntry[]> {
  const { sql, bindings } = historySelect(scope, query);
  const { rows } = await scope.connection.query(sql, bindings);
  const batches = await readProgress(scope, rows);
  return rows.flatMap((row) => {
    const batch = optionalText(row, 'inbatch');
    if (batch === undefined) return entryOf(row, undefined);
    const progress = batches.get(batch);
    // None: it was removed meanwhile, with its rows.
    return progress === undefined ? [] : entryOf(row, progress);
  });
}

type Progress = NonNullable<HistoryEntry['batch']>;

async function readProgress(
  scope: SqlScope,
  rows: readonly SqlRow[],
): Promise<ReadonlyMap<string, Progress>> {
  const ids = new Set(rows.flatMap((row) => optionalText(row, 'inbatch') ?? []));
  if (ids.size === 0) return new Map();
  const found = await scope.connection.query(
    `SELECT ${PROGRESS} FROM ${tableOf(scope, 'batch')}
    WHERE batch_id IN (${[...ids].map(() => '?').join(',')}) AND environment = ?`,
    [...ids, scope.environment],
  );
  return new Map(found.rows.map((row) => [textOf(row, 'batch'), progressOf(row)]));
}

function entryOf(row: SqlRow, batch: Progress | undefined): HistoryEntry {
  return {
    id: numberOf('id')(row),
    domain: textOf(row, 'domain'),
    tag: textOf(row, 'tag'),
    force: numberOf('forced')(row) === 1,
    subject: optionalText(row, 'subject'),
    actor: optionalText(row, 'actor'),
    reason: optionalText(row, 'reason'),
    change: textOf(row, 'inchange'),
    appendedAtMs: numberOf('appended')(row),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was written
    state: batch?.state ?? (textOf(row, 'rowstate') as 'waiting' | 'parked'),
    attempts: numberOf('rowattempts')(row),
    problem: batch === undefined ? problemIn(row) : batch.problem,
    batch,
    probe: probeIn(row),
  };
}

function probeIn(row: SqlRow): Probe | undefined {
  const atMs = numberOf('probed')(row);
  const problem = optionalText(row, 'probeproblem');
  return atMs === 0 ? undefined : { atMs, verified: problem === undefined, problem };
}

/** How many batches and rows are removed at once; a batch is not divided. */
export const CHUNK_BATCHES = 100;
const CHUNK_ROWS = 5000;

export async function pruneEnded(scope: SqlScope, retention: Retention): Promise<number> {
  const where = await doomed(scope, retention);
  let removed = 0;
  for (;;) {
    const chunk = await nextChunk(scope, where);
    if (chunk.length === 0) return removed;
    removed += await removeBatches(scope, chunk);
  }
}

/** Which batches have ended too long ago, or before the newest that may be kept. */
async function doomed(scope: SqlScope, { maxAgeMs, maxRows }: Retention): Promise<SqlPart> {
  const { connection, environment } = scope;
  const { rows } = await connection.query(
    `SELECT id, ended FROM (
      SELECT id, ended_at_ms AS ended, SUM(row_total) OVER (ORDER BY ended_at_ms DESC, id DESC) AS total
      FROM ${tableOf(scope, 'batch')} WHERE environment = ? AND ended_at_ms IS NOT NULL) AS kept
    WHERE total > ? ORDER BY ended DESC, id DESC LIMIT 1`,
    [environment, maxRows],
  );
  const [first] = rows;
  const old = `ended_at_ms <= ${scope.now()} - ?`;
  if (first === undefined) return { sql: old, bindings: [maxAgeMs] };
  const [ended, id] = [numberOf('ended')(first), numberOf('id')(first)];
  return {
    sql: `(${old} OR ended_at_ms < ? OR (ended_at_ms = ? AND id <= ?))`,
    bindings: [maxAgeMs, ended, ended, id],
  };
}

async function nextChunk(scope: SqlScope, where: SqlPart): Promise<readonly string[]> {
  const { rows } = await scope.connection.query(
    `SELECT batch_id AS batch, row_total AS total FROM ${tableOf(scope, 'batch')}
    WHERE environment = ? AND ended_at_ms IS NOT NULL AND ${where.sql}
    ORDER BY ended_at_ms, id LIMIT ${CHUNK_BATCHES}`,
    [scope.environment, ...where.bindings],
  );
  return chunkOf(rows).map((row) => textOf(row, 'batch'));
}

/** The first batches, until they have many rows together. */
export function chunkOf(batches: readonly SqlRow[]): readonly SqlRow[] {
  let total = 0;
  return batches.filter((row) => {
    const fits = total < CHUNK_ROWS;
    total += numberOf('total')(row);
    return fits;
  });
}

async function removeBatches(scope: SqlScope, batches: readonly string[]): Promise<number> {
  const where = `batch_id IN (${batches.map(() => '?').join(', ')}) AND environment = ?`;
  const bindings = [...batches, scope.environment];
  const remove = (table: 'outbox' | 'batch'): SqlPart => ({
    sql: `DELETE FROM ${tableOf(scope, table)} WHERE ${where}`,
    bindings,
  });
  return scope.connection.transaction(async (link) => {
    const removed = await change(scope, link, remove('outbox'));
    await change(scope, link, remove('batch'));
    return removed;
  });
}
