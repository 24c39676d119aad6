import type { Batch, BatchCall, BatchState, Lease, OutboxStore, RedriveQuery } from '../outbox.ts';
import { isEnd } from './held.ts';
import { pick } from './sql-claim.ts';
import type { SqlRow, SqlValue } from './sql-connection.ts';
import { moveRows } from './sql-rows.ts';
import {
  change,
  changeWhere,
  holdFor,
  numberOf,
  optionalText,
  problemIn,
  setProblem,
  tableOf,
  textOf,
  writing,
  type SqlPart,
  type SqlScope,
} from './sql-scope.ts';
import { storableMessage } from './storable.ts';

/** Of a batch, named so that a driver that renames columns leaves them alone. */
export const PROGRESS = `batch_id AS batch, directories, state, pass, attempts, calls, problem_code AS code,
  problem_message AS message`;

export async function acceptRows(
  scope: SqlScope,
  ...[holder, rowIds, batch]: Parameters<OutboxStore['accept']>
): Promise<number> {
  return scope.connection.transaction(async (link) => {
    const total = await moveRows(scope, link, { holder, rowIds, batchId: batch.id });
    if (total === 0) return 0;
    const { sql, bindings } = insertOf(scope, batch, total);
    await link.query(sql, bindings);
    return total;
  });
}

export function insertOf(
  scope: SqlScope,
  batch: Batch & { readonly waitMs: number },
  total: number,
): SqlPart {
  const { now, environment } = scope;
  const { problem } = batch;
  const values: SqlValue[] = [
    environment,
    batch.id,
    batch.domain,
    batch.force ? 1 : 0,
    JSON.stringify(batch.tags),
    batch.directories === undefined ? null : JSON.stringify(batch.directories),
    batch.state,
    batch.pass,
    batch.attempts,
    JSON.stringify(batch.calls),
    total,
    problem?.code ?? null,
    problem === undefined ? null : storableMessage(problem.message),
  ];
  return {
    sql: `INSERT INTO ${tableOf(scope, 'batch')} (environment, batch_id, domain, forced, tags, directories, state,
      pass, attempts, calls, row_total, problem_code, problem_message, problem_at_ms, ended_at_ms,
      held_from_ms, held_until_ms) VALUES (${values.map(() => '?').join(',')},
      ${problem === undefined ? 'NULL' : now()}, ${endOf(scope, batch.state)}, ${now()}, ${now()} + ?)`,
    bindings: [...values, Math.trunc(batch.waitMs)],
  };
}

function endOf({ now }: SqlScope, state: BatchState): string {
  return isEnd(state) ? now() : 'NULL';
}

export async function claimDueBatches(
  scope: SqlScope,
  { holder, leaseMs, limit }: Lease & { readonly limit: number },
): Promise<Batch[]> {
  const rows = await pick(scope, {
    table: 'batch',
    columns: `id, domain, forced, tags, ${PROGRESS}`,
    where: {
      sql: `environment = ? AND state IN ('passing', 'completing')`,
      bindings: [scope.environment],
    },
    order: 'held_until_ms, id',
    limit,
    holder,
    forMs: leaseMs,
  });
  return rows.toSorted((one, other) => numberOf('id')(one) - numberOf('id')(other)).map(batchOf);
}

function batchOf(row: SqlRow): Batch {
  return {
    ...progressOf(row),
    domain: textOf(row, 'domain'),
    force: numberOf('forced')(row) === 1,
    tags: listOf(textOf(row, 'tags')),
  };
}

/** How far a batch is. */
export function progressOf(row: SqlRow): Omit<Batch, 'tags' | 'domain' | 'force'> {
  const directories = optionalText(row, 'directories');
  return {
    id: textOf(row, 'batch'),
    ...(directories !== undefined && { directories: listOf(directories) }),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was written
    state: textOf(row, 'state') as BatchState,
    pass: numberOf('pass')(row),
    attempts: numberOf('attempts')(row),
    calls: callsIn(row),
    problem: problemIn(row),
  };
}

export function callsIn(row: SqlRow): readonly BatchCall[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was written
  return JSON.parse(textOf(row, 'calls')) as readonly BatchCall[];
}

export function listOf(json: string): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was written
  return JSON.parse(json) as readonly string[];
}

export async function stepBatch(
  scope: SqlScope,
  ...[holder, batchId, step]: Parameters<OutboxStore['step']>
): Promise<boolean> {
  const hold = holdFor(scope, { holder: null, forMs: step.waitMs });
  const why = setProblem(scope, step.problem);
  const changes = await writing(scope, (link) =>
    change(scope, link, {
      sql: `UPDATE ${tableOf(scope, 'batch')} SET state = ?, pass = ?, attempts = ?, calls = ?,
        ended_at_ms = ${endOf(scope, step.state)}, ${hold.sql}, ${why.sql}
        WHERE batch_id = ? AND environment = ? AND holder = ?`,
      bindings: [
        step.state,
        step.pass,
        step.attempts,
        JSON.stringify(step.calls),
        ...hold.bindings,
        ...why.bindings,
        batchId,
        scope.environment,
        holder,
      ],
    }),
  );
  return changes > 0;
}

/** Parked, or waiting after a problem; and what it is then. */
const STUCK = [
  ['outbox', `state = 'parked'`, `state = 'waiting'`],
  ['batch', `state = 'parked'`, `state = 'passing'`],
  ['outbox', `state = 'waiting' AND holder IS NULL AND problem_code IS NOT NULL`, 'state = state'],
  [
    'batch',
    `state IN ('passing', 'completing') AND holder IS NULL AND problem_code IS NOT NULL`,
    'state = state',
  ],
] as const;

export async function redriveStuck(scope: SqlScope, query: RedriveQuery): Promise<number> {
  const [outbox, batch] = [tableOf(scope, 'outbox'), tableOf(scope, 'batch')];
  const hasRow = `EXISTS (SELECT 1 FROM ${outbox} WHERE ${outbox}.batch_id = ${batch}.batch_id AND ${outbox}`;
  const free = `attempts = 0, holder = NULL, held_from_ms = 0, held_until_ms = 0, ${setProblem(scope, undefined).sql}`;
  let count = 0;
  for (const [table, isStuck, becomes] of STUCK) {
    const isOf =
      table === 'outbox'
        ? ['tag = ?', 'change_id = ?']
        : [`${hasRow}.tag = ?)`, `${hasRow}.change_id = ?)`];
    const set = { sql: `${becomes}, ${free}`, bindings: [] };
    count += await changeWhere(scope, { table, set, where: stuck(scope, query, isStuck, isOf) });
  }
  return count;
}

function stuck(
  { environment }: SqlScope,
  { domain, code, tag, change: changeId }: RedriveQuery,
  isStuck: string,
  [isOfTag = '', isOfChange = '']: readonly string[],
): SqlPart {
  const conditions: readonly (readonly [sql: string, value: string | undefined])[] = [
    [`environment = ? AND ${isStuck}`, environment],
    ['domain = ?', domain],
    ['problem_code = ?', code],
    [isOfTag, tag],
    [isOfChange, changeId],
  ];
  const given = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  return {
    sql: given.map(({ sql }) => sql).join(' AND '),
    bindings: given.map(({ value }) => value),
  };
}
