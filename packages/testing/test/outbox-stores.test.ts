import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import createKnex from 'knex';
import { afterAll, beforeAll, describe, test } from 'vitest';

import { type Clock } from '@freshtag/core';
import {
  createKnexOutbox,
  createMemoryOutbox,
  createSqliteOutbox,
  type KnexDatabase,
} from '@freshtag/core/relay';
import { type OutboxPlace, outboxStoreCases } from '@freshtag/core/testing';

import { createDatabase, temporaryFolder, type TestDatabase } from '../src/index.ts';

type TestClock = Pick<Clock, 'now'>;

function sqlitePlace(clock: TestClock): OutboxPlace {
  const file = join(temporaryFolder(), 'deep/er/outbox.db');
  const opened: { close(): Promise<void> }[] = [];
  return {
    open: async (options) => {
      const store = createSqliteOutbox({ file, clock, ...options });
      opened.push(store);
      await store.migrate();
      return store;
    },
    close: async () => void (await Promise.all(opened.map((store) => store.close()))),
  };
}

function betterSqlitePlace(clock: TestClock): OutboxPlace {
  const filename = join(temporaryFolder(), 'cms.db');
  // As Strapi has it: one connection.
  const knex = createKnex({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  return {
    open: async (options) => {
      const store = createKnexOutbox({ knex, clock, ...options });
      await store.migrate();
      return store;
    },
    close: () => knex.destroy(),
  };
}

describe.for([
  {
    name: 'memory',
    createPlace: (clock: TestClock): OutboxPlace => {
      const place = {};
      return {
        open: async (options) => createMemoryOutbox({ clock, place, ...options }),
      };
    },
  },
  { name: 'node:sqlite', createPlace: sqlitePlace },
  { name: 'knex on better-sqlite3', createPlace: betterSqlitePlace },
])('$name', ({ createPlace }) => {
  test.for(outboxStoreCases(createPlace))('$title', async ({ run }, { expect }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe.for(['postgres', 'mysql'] as const)('knex on %s', (kind) => {
  let database: TestDatabase | undefined;
  let knexes: readonly KnexDatabase[] = [];
  let opened = 0;

  beforeAll(async () => {
    database = await createDatabase(kind);
    if (database === undefined) return;
    knexes = [database.connect(), database.connect()];
    await createKnexOutbox({ knex: database.connect() }).migrate();
  });
  afterAll(() => database?.drop());

  const createPlace = (clock: TestClock): OutboxPlace => {
    // An environment is as good as a database of its own, and there much sooner.
    const unique = randomBytes(6).toString('hex');
    return {
      open: async ({ environment = 'production' } = {}) => {
        opened += 1;
        const knex = knexes[opened % 2];
        if (knex === undefined) throw new Error('no connection');
        return createKnexOutbox({ knex, clock, environment: `${unique}-${environment}` });
      },
    };
  };

  test.for(outboxStoreCases(createPlace))('$title', async ({ run }, { expect, skip }) => {
    if (database === undefined) skip('needs a server');
    await expect(run()).resolves.toBeUndefined();
  });
});
