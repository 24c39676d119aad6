import { randomInt } from 'node:crypto';

import type { OutboxStore, Turn } from '../outbox.ts';
import { MOST_TURN_WAIT_MS } from './held.ts';
import { pick } from './sql-claim.ts';
import { change, holdFor, numberOf, tableOf, writing, type SqlScope } from './sql-scope.ts';

/** Slots are of the account: the limit is the cloud's, whatever environment a call is for. */
export async function takeTurn(
  scope: SqlScope,
  ...[account, { slots, longestMs }]: Parameters<OutboxStore['takeTurn']>
): Promise<Turn> {
  for (;;) {
    const turn = randomInt(2 ** 48 - 1);
    const taken = await pick(scope, {
      table: 'turn',
      columns: 'id',
      where: { sql: 'account = ? AND slot < ?', bindings: [account, slots] },
      order: 'slot',
      limit: 1,
      holder: String(turn),
      forMs: longestMs,
    });
    if (taken.length > 0) return { granted: true, slot: turn };
    const { rows } = await scope.connection.query(
      `SELECT COUNT(*) AS total, MIN(held_until_ms) - ${scope.now()} AS wait
      FROM ${tableOf(scope, 'turn')} WHERE account = ? AND slot < ?`,
      [account, slots],
    );
    const [row = {}] = rows;
    if (numberOf('total')(row) >= slots) {
      const waitMs = Math.min(Math.max(numberOf('wait')(row), 1), MOST_TURN_WAIT_MS);
      return { granted: false, waitMs };
    }
    await makeSlots(scope, account, slots);
  }
}

async function makeSlots(scope: SqlScope, account: string, slots: number): Promise<void> {
  const isMysql = scope.connection.dialect === 'mysql';
  const all = Array.from({ length: slots }, (_, slot) => slot);
  await writing(scope, (link) =>
    link.query(
      `INSERT ${isMysql ? 'IGNORE ' : ''}INTO ${tableOf(scope, 'turn')} (account, slot)
      VALUES ${all.map((slot) => `(?, ${slot})`).join(', ')}
      ${isMysql ? '' : 'ON CONFLICT DO NOTHING'}`,
      all.map(() => account),
    ),
  );
}

export async function endTurn(
  scope: SqlScope,
  ...[account, turn, restMs]: Parameters<OutboxStore['endTurn']>
): Promise<void> {
  const hold = holdFor(scope, { holder: null, forMs: restMs });
  await writing(scope, (link) =>
    change(scope, link, {
      sql: `UPDATE ${tableOf(scope, 'turn')} SET ${hold.sql} WHERE account = ? AND holder = ?`,
      bindings: [...hold.bindings, account, String(turn)],
    }),
  );
}
