// Makes the tables, says "ready", and at a word claims rows until there are none; says their numbers.
// usage: node claim-rows.ts postgres|mysql|sqlite URL|FILE
import createKnex from 'knex';

import { createKnexOutbox, createSqliteOutbox } from '@freshtag/core/relay';

const [kind, place = ''] = process.argv.slice(2);
const knex =
  kind === 'sqlite'
    ? undefined
    : createKnex({ client: kind === 'postgres' ? 'pg' : 'mysql2', connection: place });
const store = knex === undefined ? createSqliteOutbox({ file: place }) : createKnexOutbox({ knex });

await store.migrate();
process.stdout.write('"ready"\n');
process.stdin.once('data', () => void claimAll());

async function claimAll(): Promise<void> {
  const ids: number[] = [];
  // Whoever gets nothing because another is claiming comes again.
  while ((await store.waiting()).rows > 0) {
    const lease = { holder: `${process.pid} ${ids.length}`, leaseMs: 600_000, limit: 20 };
    ids.push(...(await store.claim(lease)).map(({ id }) => id));
  }
  process.stdout.write(`${JSON.stringify(ids)}\n`);
  await store.close();
  await knex?.destroy();
  process.stdin.destroy();
}
