import type { HistoryEntry, HistoryQuery, Probe, Retention, RowState } from '../outbox.ts';
import { changesOf } from '../new-change.ts';
import { historyLimit } from './held.ts';
import { progressOf, PROGRESS } from './sql-batches.ts';
import type { SqlRow, SqlValue } from './sql-connection.ts';
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
import { storableNote } from './storable.ts';

/** With two statements: joined, what is known of a batch would be sent with each of its rows. */
export async function readHistory(scope: SqlScope, query: HistoryQuery): Promise<HistoryEntry[]> {
  const where = conditionsOf(scope, query);
  const { rows } = await scope.connection.query(
    `SELECT id, domain, tag, forced, subject, actor, reason, change_id AS inchange,
      appended_at_ms AS appended, state AS rowstate, attempts AS rowattempts, problem_code AS code,
      problem_message AS message, batch_id AS inbatch, probed_at_ms AS probed,
      probe_problem AS probeproblem
    FROM ${tableOf(scope, 'outbox')} WHERE ${where.sql}
    ORDER BY change_id DESC, id DESC LIMIT ${historyLimit(query.limit)}`,
    where.bindings,
  );
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

/** Machines whose clocks are further from the database's can call no cloud either. */
const MOST_SKEW_MS = 15 * 60_000;

type Condition = [sql: string, ...values: (SqlValue | undefined)[]];

function conditionsOf(scope: SqlScope, query: HistoryQuery): SqlPart {
  const { subject, actor } = query;
  const parts: Condition[] = [
    ['environment = ?', scope.environment],
    ['domain = ?', query.domain],
    ['tag = ?', query.tag],
    ['subject = ?', subject === undefined ? undefined : storableNote(subject)],
    ['actor = ?', actor === undefined ? undefined : storableNote(actor)],
    ...timeConditions(scope, query),
    ...problemConditions(scope, query.hasProblem),
    ...probeConditions(query.verified),
    ['change_id < ?', query.beforeChange],
    ...(query.beforeId === undefined ? [] : [comesAfter(scope, query.beforeId)]),
    ...(query.changes === undefined ? [] : [changeIn(query.changes)]),
    ...stateConditions(scope, query.state),
  ];
  const given = parts.filter(([, value]) => value !== undefined);
  return {
    sql: given.map(([sql]) => sql).join(' AND '),
    bindings: given.flatMap(([, ...values]) => values.filter((value) => value !== undefined)),
  };
}

/** The times of rows are in no index, but the names of changes begin with theirs. */
function timeConditions({ isRealTime }: SqlScope, { sinceMs, untilMs }: HistoryQuery): Condition[] {
  const near = (atMs: number | undefined, slackMs: number): string | undefined =>
    atMs === undefined || !isRealTime ? undefined : changesOf(atMs + slackMs);
  return [
    ['appended_at_ms >= ?', sinceMs],
    ['appended_at_ms < ?', untilMs],
    ['change_id >= ?', near(sinceMs, -MOST_SKEW_MS)],
    ['change_id < ?', near(untilMs, MOST_SKEW_MS)],
  ];
}

/** Of the batch, once there is one. */
function problemConditions(scope: SqlScope, hasProblem: boolean | undefined): Condition[] {
  if (hasProblem === undefined) return [];
  const [outbox, batch] = [tableOf(scope, 'outbox'), tableOf(scope, 'batch')];
  const code = `CASE WHEN batch_id IS NULL THEN problem_code ELSE (
    SELECT MAX(problem_code) FROM ${batch} WHERE ${batch}.batch_id = ${outbox}.batch_id) END`;
  return [[`COALESCE(${code}, ?) ${hasProblem ? '<>' : '='} ''`, '']];
}

function probeConditions(verified: boolean | undefined): Condition[] {
  if (verified === undefined) return [];
  return [verified ? ['probed_at_ms > ? AND probe_problem IS NULL', 0] : ['probe_problem > ?', '']];
}

function comesAfter(scope: SqlScope, id: number): Condition {
  const last = `(SELECT change_id FROM ${tableOf(scope, 'outbox')} WHERE id = ?)`;
  return [`change_id <= ${last} AND (change_id < ${last} OR id < ?)`, id, id, id];
}

function changeIn(changes: readonly string[]): Condition {
  const known = ['', ...changes];
  return [`change_id IN (${known.map(() => '?').join(',')})`, ...known];
}

/** With the states in words, so that the indexes of some states alone are found. */
function stateConditions(scope: SqlScope, state: RowState | undefined): Condition[] {
  const { environment } = scope;
  const [outbox, batch] = [tableOf(scope, 'outbox'), tableOf(scope, 'batch')];
  const isDue = state === 'passing' || state === 'completing';
  const among = isDue ? ` AND state IN ('passing', 'completing')` : '';
  const inBatch = `batch_id IN (SELECT batch_id FROM ${batch}
    WHERE environment = ? AND state = '${state}'${among})`;
  switch (state) {
    case undefined:
      return [];
    case 'waiting':
      return [[`environment = ? AND state = 'waiting'`, environment]];
    case 'parked':
      return [
        [
          `id IN (SELECT id FROM (
            SELECT id FROM ${outbox} WHERE environment = ? AND state = 'parked'
            UNION ALL SELECT id FROM ${outbox} WHERE ${inBatch}) AS parked)`,
          environment,
          environment,
        ],
      ];
    case 'complete':
      // What most rows are is found by looking at the newest, one by one.
      return [
        [
          `(SELECT MAX(state) FROM ${batch} WHERE ${batch}.batch_id = ${outbox}.batch_id) = ?`,
          'complete',
        ],
      ];
    default:
      return [[inBatch, environment]];
  }
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
