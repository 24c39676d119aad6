// What appending costs a transaction of PostgreSQL: pairs of transactions that change one row of content,
// without and with tags, in turns; and a second transaction on the tags of one that is still open.
// Argument: JSON. Tells all times in milliseconds.
import { appendTags, createKnexOutbox } from '@freshtag/core/relay';
import createKnex from 'knex';
import { writeSync } from 'node:fs';

const { place, pairs, seconds } = JSON.parse(process.argv[2]);
const WARM_UP = 50;
const knex = createKnex({ client: 'pg', connection: place, pool: { min: 2, max: 2 } });
const outbox = createKnexOutbox({ knex });
const without = [];
const withTags = [];
for (let pair = -WARM_UP; pair < pairs; pair += 1) {
  const kinds = pair % 2 === 0 ? [false, true] : [true, false];
  for (const appends of kinds) {
    const ms = await change(pair, appends);
    if (pair >= 0) (appends ? withTags : without).push(ms);
  }
}
const second = [];
for (let index = 0; index < seconds; index += 1) second.push(await besideAnOpenOne());
writeSync(1, JSON.stringify({ without, with: withTags, second }));
await knex.destroy();

async function change(index, appends) {
  const startedMs = performance.now();
  await knex.transaction(async (transaction) => {
    await transaction('content')
      .where({ id: 1 + (Math.abs(index) % 1000) })
      .update({ title: `new ${index}` });
    if (appends) await append(index, transaction);
  });
  return performance.now() - startedMs;
}

function append(index, transaction) {
  const tags = ['article', `article:${index}`, `author:${index % 50}`];
  const about = { subject: `article:${index}`, actor: 'ada', reason: 'publish' };
  return appendTags(outbox, { domains: 'www.example.com', tags, ...about, transaction });
}

async function besideAnOpenOne() {
  const open = await knex.transaction();
  await append(7, open);
  const startedMs = performance.now();
  await knex.transaction((transaction) => append(7, transaction));
  const ms = performance.now() - startedMs;
  await open.commit();
  return ms;
}
