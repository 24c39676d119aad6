// Carries what is in an outbox, and tells how. Argument: JSON, see `src/relay/contestants.ts`.
import { createKnexOutbox, createRelay, createSqliteOutbox } from '@freshtag/core/relay';

import { startMeter } from './relay-meter.mjs';

const { kind, place, endpoint, rows, batch, maxCallsPerSecond, secondPassDelayMs, pollIntervalMs } =
  JSON.parse(process.argv[2]);
const { store, close } = await open();
let meter;
const relay = createRelay({
  store,
  endpoint,
  credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
  limits: { maxCallsPerSecond },
  claimLimit: batch,
  // All rows were there before: nothing gathers.
  window: { idleMs: 0 },
  secondPassDelayMs,
  pollIntervalMs,
  onEvent: (event) => {
    if (event.type === 'accepted' && event.pass === 1) meter.add(event.rows);
    if (event.problem !== undefined) console.error(JSON.stringify(event));
  },
});
await relay.start();
meter = startMeter(rows);
await meter.finish();
await relay.stop();
await close();

async function open() {
  if (kind === 'sqlite') {
    const outbox = createSqliteOutbox({ file: place });
    return { store: outbox, close: () => outbox.close() };
  }
  const { default: createKnex } = await import('knex');
  const client = kind === 'mariadb' ? 'mysql2' : 'pg';
  const knex = createKnex({ client, connection: place });
  await knex.raw('SELECT 1');
  return { store: createKnexOutbox({ knex }), close: () => knex.destroy() };
}
