import { MOST_ACTORS } from './held.ts';
import { tableOf, textOf, type SqlPart, type SqlScope } from './sql-scope.ts';

/** From one actor to the next in their index, over the rows between them: there may be a million. */
export async function readActors(scope: SqlScope): Promise<string[]> {
  const isMysql = scope.connection.dialect === 'mysql';
  const { sql, bindings } = isMysql ? distinctActors(scope) : nextActors(scope);
  const { rows } = await scope.connection.query(sql, bindings);
  return rows.map((row) => textOf(row, 'actor'));
}

/** MySQL steps by itself, if what is asked for begins as the index does; it cannot search for what comes next. */
function distinctActors(scope: SqlScope): SqlPart {
  return {
    sql: `SELECT DISTINCT environment, actor FROM ${tableOf(scope, 'outbox')}
      WHERE environment = ? AND actor IS NOT NULL LIMIT ${MOST_ACTORS}`,
    bindings: [scope.environment],
  };
}

function nextActors(scope: SqlScope): SqlPart {
  const outbox = tableOf(scope, 'outbox');
  return {
    sql: `WITH RECURSIVE found (actor, place) AS (
        SELECT MIN(actor), 1 FROM ${outbox} WHERE environment = ? AND actor IS NOT NULL
        UNION ALL
        SELECT (SELECT MIN(later.actor) FROM ${outbox} AS later
          WHERE later.environment = ? AND later.actor > found.actor), place + 1
        FROM found WHERE found.actor IS NOT NULL AND place < ${MOST_ACTORS})
      SELECT actor FROM found WHERE actor IS NOT NULL`,
    bindings: [scope.environment, scope.environment],
  };
}
