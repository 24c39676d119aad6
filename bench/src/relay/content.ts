import { createKnexOutbox } from '@freshtag/core/relay';

import { createDatabase, withKnex, type Database } from './databases.ts';

/** A PostgreSQL database with 1,000 rows of content, and the tables of the outbox. */
export async function createContent(): Promise<Database> {
  const database = await createDatabase('postgres');
  await withKnex('postgres', database.place, async (knex) => {
    await knex.raw('CREATE TABLE content (id integer PRIMARY KEY, title text NOT NULL)');
    await knex.raw(`INSERT INTO content SELECT id, 'old' FROM generate_series(1, 1000) AS id`);
    await createKnexOutbox({ knex }).migrate();
    await knex.raw('VACUUM ANALYZE');
  });
  return database;
}
