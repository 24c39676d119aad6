import type { OutboxStatistics, OutboxStore } from '../outbox.ts';
import { callsIn } from './sql-batches.ts';
import type { SqlRow } from './sql-connection.ts';
import { numberOf, problemIn, tableOf, textOf, type SqlScope } from './sql-scope.ts';

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

/** A batch that ended before has no call after. */
export async function readCalls(
  scope: SqlScope,
  sinceMs: number,
): ReturnType<OutboxStore['callsSince']> {
  const { environment } = scope;
  const batches = `SELECT calls FROM ${tableOf(scope, 'batch')} WHERE environment = ?`;
  const { rows } = await scope.connection.query(
    `${batches} AND ended_at_ms >= ?
    UNION ALL ${batches} AND state IN ('passing', 'completing')
    UNION ALL ${batches} AND state = 'parked'`,
    [environment, sinceMs, environment, environment],
  );
  return rows
    .flatMap((row) => callsIn(row))
    .filter(({ atMs }) => atMs >= sinceMs)
    .map(({ atMs, ending }) => ({ atMs, ending }));
}
