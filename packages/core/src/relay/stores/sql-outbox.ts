import type { NewRow, OutboxStore } from '../outbox.ts';
import { readActors } from './sql-actors.ts';
import { acceptRows, claimDueBatches, redriveStuck, stepBatch } from './sql-batches.ts';
import type { SqlConnection, SqlLink } from './sql-connection.ts';
import { discardChange } from './sql-discard.ts';
import { outboxError } from './sql-errors.ts';
import { pruneEnded, readHistory } from './sql-history.ts';
import { migrateTables } from './sql-migrate.ts';
import { noteProbeOf, readUnprobed } from './sql-probes.ts';
import {
  appendRows,
  claimRows,
  countWaiting,
  extendLease,
  failRows,
  parkRows,
} from './sql-rows.ts';
import { createScope, writing, type SqlOutboxOptions } from './sql-scope.ts';
import { readCalls, readStatistics } from './sql-statistics.ts';
import { endTurn, takeTurn } from './sql-turns.ts';

export interface SqlOutboxParts<Transaction> extends SqlOutboxOptions {
  /** What sends statements in the caller's transaction. */
  readonly join: (transaction: Transaction) => SqlLink;
}

/** The one store for all databases. */
export function createSqlOutbox<Transaction>(
  connection: SqlConnection,
  options: SqlOutboxParts<Transaction>,
): OutboxStore<Transaction> {
  const scope = createScope(connection, options);
  const { name } = connection;
  const guard = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      throw outboxError(name, error);
    }
  };
  return {
    name,
    migrate: () => guard(() => migrateTables(scope)),
    append: (rows: readonly NewRow[], transaction?: Transaction) =>
      guard(() =>
        transaction === undefined
          ? writing(scope, (link) => appendRows(scope, link, rows))
          : appendRows(scope, options.join(transaction), rows),
      ),
    waiting: () => guard(() => countWaiting(scope)),
    claim: (lease) => guard(() => claimRows(scope, lease)),
    claimBatches: (lease) => guard(() => claimDueBatches(scope, lease)),
    extend: (lease) => guard(() => extendLease(scope, lease)),
    accept: (...given) => guard(() => acceptRows(scope, ...given)),
    failUntil: (...given) => guard(() => failRows(scope, ...given)),
    park: (...given) => guard(() => parkRows(scope, ...given)),
    step: (...given) => guard(() => stepBatch(scope, ...given)),
    redrive: (query = {}) => guard(() => redriveStuck(scope, query)),
    discard: (change) => guard(() => discardChange(scope, change)),
    statistics: () => guard(() => readStatistics(scope)),
    callsSince: (sinceMs) => guard(() => readCalls(scope, sinceMs)),
    actors: () => guard(() => readActors(scope)),
    history: (query = {}) => guard(() => readHistory(scope, query)),
    unprobed: (query) => guard(() => readUnprobed(scope, query)),
    noteProbe: (...given) => guard(() => noteProbeOf(scope, ...given)),
    prune: (retention) => guard(() => pruneEnded(scope, retention)),
    takeTurn: (...given) => guard(() => takeTurn(scope, ...given)),
    endTurn: (...given) => guard(() => endTurn(scope, ...given)),
    close: () => guard(() => connection.close()),
  };
}
