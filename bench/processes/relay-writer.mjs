// Changes content and appends its tags in one transaction after the other, spread over a time. Begins with
// a message, tells what it committed and when, and ends. Argument: JSON.
import { appendTags, createKnexOutbox } from '@freshtag/core/relay';
import createKnex from 'knex';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

const { place, transactions, overMs } = JSON.parse(process.argv[2]);
const knex = createKnex({ client: 'pg', connection: place, pool: { min: 1, max: 1 } });
const outbox = createKnexOutbox({ knex });
await knex.raw('SELECT 1');
process.send('ready');
await once(process, 'message');

const startedMs = performance.now();
const committed = [];
for (const [index, tags] of transactions.entries()) {
  // Each has its own moment, so that a slow one does not slow the rest.
  const dueMs = startedMs + ((index + Math.random()) / transactions.length) * overMs;
  await pause(Math.max(0, dueMs - performance.now()));
  await knex.transaction(async (transaction) => {
    await transaction('content')
      .where({ id: 1 + (index % 1000) })
      .update({ title: `new ${index}` });
    await appendTags(outbox, { domains: 'www.example.com', tags, actor: 'ada', transaction });
  });
  committed.push({ at: Date.now(), tags });
}
process.send({ committed });
process.disconnect();
await knex.destroy();
