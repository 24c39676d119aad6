import type { ClaimedRow, Lease, NewRow, OutboxStore, Problem, Waiting } from '../outbox.ts';
import { MOST_COUNTED } from './held.ts';
import { makeGate, pick } from './sql-claim.ts';
import type { SqlLink, SqlRow, SqlValue } from './sql-connection.ts';
import {
  change,
  changeWhere,
  holdFor,
  idIn,
  isFree,
  numberOf,
  oldestFirst,
  setProblem,
  tableOf,
  textOf,
  writing,
  type SqlPart,
  type SqlScope,
} from './sql-scope.ts';
import { storableRows, type StorableRow } from './storable.ts';

const COLUMNS =
  'environment, domain, tag, forced, subject, actor, reason, change_id, appended_at_ms';

/** One insert, however many rows there are. */
export async function appendRows(
  scope: SqlScope,
  link: SqlLink,
  rows: readonly NewRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const { sql, bindings } = insertOf(scope, storableRows(rows));
  await link.query(sql, bindings);
}

function insertOf(scope: SqlScope, rows: readonly StorableRow[]): SqlPart {
  const { environment, now, connection } = scope;
  const into = `INSERT INTO ${tableOf(scope, 'outbox')} (${COLUMNS})`;
  if (connection.dialect === 'mysql') {
    const one = `(?,?,?,?,?,?,?,?,${now()})`;
    const bindings = rows.flatMap((row) => [environment, ...valuesOf(row)]);
    return { sql: `${into} VALUES ${rows.map(() => one).join(',')}`, bindings };
  }
  const json = JSON.stringify(rows.map(valuesOf));
  const source = connection.dialect === 'sqlite' ? 'json_each(?)' : 'json_array_elements(?::json)';
  const forced = connection.dialect === 'sqlite' ? part(2) : `(${part(2)})::smallint`;
  return {
    sql: `${into} SELECT ?, ${part(0)}, ${part(1)}, ${forced}, ${part(3)}, ${part(4)}, ${part(5)}, ${part(6)}, ${now()} FROM ${source}`,
    bindings: [environment, json],
  };
}

function part(index: number): string {
  return `value->>${index}`;
}

function valuesOf(row: StorableRow): SqlValue[] {
  const { domain, tag, force, subject, actor, reason, change: of } = row;
  return [domain, tag, force ? 1 : 0, subject ?? null, actor ?? null, reason ?? null, of];
}

function isWaiting({ environment }: SqlScope): SqlPart {
  return { sql: `environment = ? AND state = 'waiting'`, bindings: [environment] };
}

export async function countWaiting(scope: SqlScope): Promise<Waiting> {
  const where = isWaiting(scope);
  const { rows } = await scope.connection.query(
    `SELECT COUNT(*) AS total, MAX(age) AS oldest, MIN(age) AS newest FROM (
      SELECT ABS(${scope.now()} - appended_at_ms) AS age FROM ${tableOf(scope, 'outbox')}
      WHERE ${where.sql} AND ${isFree(scope)} ORDER BY ${oldestFirst(scope)} LIMIT ${MOST_COUNTED}) AS counted`,
    where.bindings,
  );
  const [row = {}] = rows;
  return {
    rows: numberOf('total')(row),
    oldestAgeMs: numberOf('oldest')(row),
    newestAgeMs: numberOf('newest')(row),
  };
}

export async function claimRows(
  scope: SqlScope,
  { holder, leaseMs, limit }: Lease & { readonly limit: number },
): Promise<ClaimedRow[]> {
  const claim = (): Promise<readonly SqlRow[]> =>
    pick(scope, {
      table: 'outbox',
      columns: 'id, domain, tag, forced, appended_at_ms AS appended, attempts',
      where: isWaiting(scope),
      order: oldestFirst(scope),
      limit,
      holder,
      forMs: leaseMs,
      alone: true,
    });
  let rows = await claim();
  if (rows.length === 0 && (await makeGate(scope))) rows = await claim();
  return rows.map(claimedRow).sort((one, other) => one.id - other.id);
}

function claimedRow(row: SqlRow): ClaimedRow {
  return {
    id: numberOf('id')(row),
    domain: textOf(row, 'domain'),
    tag: textOf(row, 'tag'),
    force: numberOf('forced')(row) === 1,
    appendedAtMs: numberOf('appended')(row),
    attempts: numberOf('attempts')(row),
  };
}

/** Those of the rows that the holder still has; only rows that wait are held. */
function heldRows(scope: SqlScope, holder: string, rowIds: readonly number[]): SqlPart {
  const { sql, bindings } = rowsByNumber(scope, rowIds);
  return { sql: `${sql} AND holder = ?`, bindings: [...bindings, holder] };
}

/** Those of the rows that are of this environment. */
export function rowsByNumber(scope: SqlScope, rowIds: readonly number[]): SqlPart {
  const { dialect } = scope.connection;
  const ids = idIn(dialect, rowIds);
  // Before its first ANALYZE, PostgreSQL would read all that waits rather than find rows by number.
  const environment = dialect === 'postgres' ? `environment || ''` : 'environment';
  return {
    sql: `${ids.sql} AND ${environment} = ?`,
    bindings: [...ids.bindings, scope.environment],
  };
}

/** Puts rows that are still held into a batch. @returns how many */
export async function moveRows(
  scope: SqlScope,
  link: SqlLink,
  {
    holder,
    rowIds,
    batchId,
  }: Readonly<{ holder: string; rowIds: readonly number[]; batchId: string }>,
): Promise<number> {
  const where = heldRows(scope, holder, rowIds);
  const none = setProblem(scope, undefined);
  return change(scope, link, {
    sql: `UPDATE ${tableOf(scope, 'outbox')} SET state = 'accepted', batch_id = ?, holder = NULL, ${none.sql} WHERE ${where.sql}`,
    bindings: [batchId, ...where.bindings],
  });
}

export async function failRows(
  scope: SqlScope,
  ...[holder, rowIds, { waitMs, failed, problem }]: Parameters<OutboxStore['failUntil']>
): Promise<number> {
  const set = `attempts = attempts + ${failed ? 1 : 0}`;
  return giveBack(scope, { holder, rowIds, waitMs, problem, set });
}

export async function parkRows(
  scope: SqlScope,
  ...[holder, rowIds, problem]: Parameters<OutboxStore['park']>
): Promise<number> {
  return giveBack(scope, { holder, rowIds, waitMs: 0, problem, set: `state = 'parked'` });
}

interface GivingBack {
  readonly holder: string;
  readonly rowIds: readonly number[];
  readonly waitMs: number;
  readonly problem: Problem | undefined;
  readonly set: string;
}

function giveBack(
  scope: SqlScope,
  { holder, rowIds, waitMs, problem, set }: GivingBack,
): Promise<number> {
  const hold = holdFor(scope, { holder: null, forMs: waitMs });
  const why = setProblem(scope, problem);
  const where = heldRows(scope, holder, rowIds);
  return writing(scope, (link) =>
    change(scope, link, {
      sql: `UPDATE ${tableOf(scope, 'outbox')} SET ${set}, ${hold.sql}, ${why.sql} WHERE ${where.sql}`,
      bindings: [...hold.bindings, ...why.bindings, ...where.bindings],
    }),
  );
}

/** @returns how many rows and batches are still held */
export async function extendLease(scope: SqlScope, { holder, leaseMs }: Lease): Promise<number> {
  const set = holdFor(scope, { holder, forMs: leaseMs });
  const where = isWaiting(scope);
  const held = { sql: `${where.sql} AND holder = ?`, bindings: [...where.bindings, holder] };
  const rows = await changeWhere(scope, { table: 'outbox', set, where: held });
  const batches = await changeWhere(scope, {
    table: 'batch',
    set,
    where: {
      sql: `environment = ? AND state IN ('passing', 'completing') AND holder = ?`,
      bindings: [scope.environment, holder],
    },
  });
  return rows + batches;
}
