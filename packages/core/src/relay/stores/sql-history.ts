import type {
  HistoryEntry,
  HistoryQuery,
  OutboxStatistics,
  Retention,
  RowState,
} from '../outbox.ts';
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

export async function readStatistics(scope: SqlScope): Promise<OutboxStatistics> {
  const [outbox, batch] = [tableOf(scope, 'outbox'), tableOf(scope, 'batch')];
  const age = `MAX(ABS(${scope.now()} - appended_at_ms))`;
  const groups = [
    ['waiting', outbox, `state = 'waiting'`, age],
    ['parked', outbox, `state = 'parked'`, '0'],
    ['batches', batch, `state IN ('passing', 'completing')`, '0'],
    ['parkedBatches', batch, `state = 'parked'`, '0'],
  ] as const;
  const counts = groups.map(
    ([name, table, where, oldest]) =>
      `SELECT '${name}' AS what, COUNT(*) AS total, ${oldest} AS oldest FROM ${table}
      WHERE environment = ? AND ${where}`,
  );
  const problems = groups.map(
    ([name, table, where]) =>
      `SELECT * FROM (SELECT problem_at_ms AS at, problem_code AS code, problem_message AS message
      FROM ${table} WHERE environment = ? AND ${where} AND problem_code IS NOT NULL
      ORDER BY problem_at_ms DESC, id DESC LIMIT 1) AS ${name.toLowerCase()}`,
  );
  const environments = groups.map(() => scope.environment);
  const counted = await scope.connection.query(counts.join(' UNION ALL '), environments);
  const reasons = await scope.connection.query(problems.join(' UNION ALL '), environments);
  const rowOf = (name: string): SqlRow =>
    counted.rows.find((row) => textOf(row, 'what') === name) ?? {};
  const [newest = {}] = reasons.rows.toSorted(
    (one, other) => numberOf('at')(other) - numberOf('at')(one),
  );
  return {
    waiting: numberOf('total')(rowOf('waiting')),
    parked: numberOf('total')(rowOf('parked')),
    batches: numberOf('total')(rowOf('batches')),
    parkedBatches: numberOf('total')(rowOf('parkedBatches')),
    oldestAgeMs: numberOf('oldest')(rowOf('waiting')),
    problem: problemIn(newest),
  };
}

export async function readHistory(scope: SqlScope, query: HistoryQuery): Promise<HistoryEntry[]> {
  const [outbox, batch] = [tableOf(scope, 'outbox'), tableOf(scope, 'batch')];
  const where = conditionsOf(scope, query);
  const { rows } = await scope.connection.query(
    `SELECT id, domain, tag, forced, subject, actor, reason, appended, rowstate, rowattempts,
      rowcode, rowmessage, progress.* FROM (
      SELECT id, domain, tag, forced, subject, actor, reason, appended_at_ms AS appended,
        state AS rowstate, attempts AS rowattempts, problem_code AS rowcode,
        problem_message AS rowmessage, batch_id AS inbatch
      FROM ${outbox} WHERE ${where.sql} ORDER BY id DESC LIMIT ${historyLimit(query.limit)}) AS entry
    LEFT JOIN (SELECT ${PROGRESS} FROM ${batch} WHERE environment = ?) AS progress
      ON progress.batch = entry.inbatch ORDER BY id DESC`,
    [...where.bindings, scope.environment],
  );
  return rows.map(entryOf);
}

type Condition = [sql: string, ...values: (SqlValue | undefined)[]];

function conditionsOf(scope: SqlScope, query: HistoryQuery): SqlPart {
  const { subject, actor } = query;
  const parts: Condition[] = [
    ['environment = ?', scope.environment],
    ['domain = ?', query.domain],
    ['tag = ?', query.tag],
    ['subject = ?', subject === undefined ? undefined : storableNote(subject)],
    ['actor = ?', actor === undefined ? undefined : storableNote(actor)],
    ['appended_at_ms >= ?', query.sinceMs],
    ['appended_at_ms < ?', query.untilMs],
    ['id < ?', query.beforeId],
    ...stateConditions(scope, query.state),
  ];
  const given = parts.filter(([, value]) => value !== undefined);
  return {
    sql: given.map(([sql]) => sql).join(' AND '),
    bindings: given.flatMap(([, ...values]) => values.filter((value) => value !== undefined)),
  };
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

function entryOf(row: SqlRow): HistoryEntry {
  const batch = optionalText(row, 'batch') === undefined ? undefined : progressOf(row);
  const code = optionalText(row, 'rowcode');
  const own = code === undefined ? undefined : { code, message: textOf(row, 'rowmessage') };
  return {
    id: numberOf('id')(row),
    domain: textOf(row, 'domain'),
    tag: textOf(row, 'tag'),
    force: numberOf('forced')(row) === 1,
    subject: optionalText(row, 'subject'),
    actor: optionalText(row, 'actor'),
    reason: optionalText(row, 'reason'),
    appendedAtMs: numberOf('appended')(row),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was written
    state: batch?.state ?? (textOf(row, 'rowstate') as 'waiting' | 'parked'),
    attempts: numberOf('rowattempts')(row),
    problem: batch === undefined ? own : batch.problem,
    batch,
  };
}

/** How many batches and rows are removed at once; a batch is not divided. */
const CHUNK_BATCHES = 100;
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
  let total = 0;
  return rows
    .filter((row) => {
      const fits = total < CHUNK_ROWS;
      total += numberOf('total')(row);
      return fits;
    })
    .map((row) => textOf(row, 'batch'));
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
