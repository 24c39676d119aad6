import type { HistoryQuery, RowState } from '../outbox.ts';
import { changesOf } from '../new-change.ts';
import { historyLimit } from './held.ts';
import type { SqlValue } from './sql-connection.ts';
import { tableOf, type SqlPart, type SqlScope } from './sql-scope.ts';
import { storableNote } from './storable.ts';

const COLUMNS = `id, domain, tag, forced, subject, actor, reason, change_id AS inchange,
  appended_at_ms AS appended, state AS rowstate, attempts AS rowattempts, problem_code AS code,
  problem_message AS message, batch_id AS inbatch, probed_at_ms AS probed,
  probe_problem AS probeproblem`;

/** The newest rows of the history that are meant, newest first. */
export function historySelect(scope: SqlScope, query: HistoryQuery): SqlPart {
  const limit = `LIMIT ${historyLimit(query.limit)}`;
  const ways = waysToBeIn(scope, query.state).map((conditions) => {
    const where = conditionsOf(scope, query, conditions);
    return {
      sql: `SELECT ${COLUMNS} FROM ${tableOf(scope, 'outbox')} WHERE ${where.sql}
        ORDER BY change_id DESC, id DESC ${limit}`,
      bindings: where.bindings,
    };
  });
  const [only] = ways;
  if (only !== undefined && ways.length === 1) return only;
  // The newest of all are among the newest of each, and only these are read.
  const parts = ways.map(({ sql }, index) => `SELECT * FROM (${sql}) AS way${index}`);
  return {
    sql: `${parts.join(' UNION ALL ')} ORDER BY inchange DESC, id DESC ${limit}`,
    bindings: ways.flatMap(({ bindings }) => bindings),
  };
}

/** Machines whose clocks are further from the database's can call no cloud either. */
const MOST_SKEW_MS = 15 * 60_000;

type Condition = [sql: string, ...values: (SqlValue | undefined)[]];

function conditionsOf(
  scope: SqlScope,
  query: HistoryQuery,
  ofState: readonly Condition[],
): SqlPart {
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
    ...ofState,
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

/**
 * How a row can be in a state: by itself or by its batch, and none is by both. With the states in words, so
 * that the indexes of some states alone are found.
 */
function waysToBeIn(scope: SqlScope, state: RowState | undefined): readonly Condition[][] {
  const { environment } = scope;
  const [outbox, batch] = [tableOf(scope, 'outbox'), tableOf(scope, 'batch')];
  const isDue = state === 'passing' || state === 'completing';
  const among = isDue ? ` AND state IN ('passing', 'completing')` : '';
  const byItself = `environment = ? AND state = '${state}'`;
  const byBatch = `batch_id IN (SELECT batch_id FROM ${batch}
    WHERE environment = ? AND state = '${state}'${among})`;
  switch (state) {
    case undefined:
      return [[]];
    case 'waiting':
      return [[[byItself, environment]]];
    case 'parked':
      if (scope.connection.dialect !== 'sqlite')
        return [[[byItself, environment]], [[byBatch, environment]]];
      // SQLite never weighs how few rows a limit leaves. It finds all of them soonest by indexes alone.
      return [
        [
          [
            `id IN (SELECT id FROM ${outbox} WHERE ${byItself}
            UNION ALL SELECT id FROM ${outbox} WHERE ${byBatch})`,
            environment,
            environment,
          ],
        ],
      ];
    case 'complete':
      // What most rows are is found by looking at the newest, one by one.
      return [
        [
          [
            `(SELECT MAX(state) FROM ${batch} WHERE ${batch}.batch_id = ${outbox}.batch_id) = ?`,
            'complete',
          ],
        ],
      ];
    default:
      return [[[byBatch, environment]]];
  }
}
