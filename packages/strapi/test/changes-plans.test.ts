import type { Core } from '@strapi/strapi';
import { test } from 'vitest';

import { MOST_IN_ONE_TRANSACTION } from '../server/src/changes/kept-plans.ts';
import { callersOf, ONE_TARGET } from './support/changes-world.ts';
import { startPooler, type Pooler } from './support/pooler.ts';
import { startStrapi, type TestStrapi } from './support/start-strapi.ts';

const CURRENCY = 'api::currency.currency';
const status = 'published';

/** More than PostgreSQL carries out with a plan of their own. */
const PUBLISHES = 8;

interface Kept {
  readonly name: string;
  readonly generic: number;
}

test('PostgreSQL keeps the plan of what a publish asks it', async ({ expect, skip }) => {
  const atlas = (await startStrapi({ database: 'postgres', freshtag: ONE_TARGET })) ?? skip();
  try {
    const { kept, subjects } = await publishInTurn(atlas);
    expect(kept.some(({ generic }) => generic > 0)).toBe(true);
    expect(subjects).toHaveLength(PUBLISHES + 1);
    expect(await sentInOneTransaction(atlas, MOST_IN_ONE_TRANSACTION / 2 + 5)).toBe(
      MOST_IN_ONE_TRANSACTION,
    );
  } finally {
    await atlas.stop();
  }
}, 120_000);

test('a plan that is kept outlives other types of columns', async ({ expect, skip }) => {
  const atlas = (await startStrapi({ database: 'postgres', freshtag: ONE_TARGET })) ?? skip();
  try {
    const documents = callersOf(atlas).documents(CURRENCY);
    await atlas.strapi.db.transaction(async ({ trx }) => {
      const { documentId } = await documents.create({
        data: { name: 'Euro', code: 'EUR' },
        status,
      });
      for (let done = 0; done < PUBLISHES; done += 1) await documents.publish({ documentId });
      await trx.raw('ALTER TABLE currencies ALTER document_id TYPE text, ALTER locale TYPE text');
      await expect(documents.publish({ documentId })).resolves.toBeDefined();
    });
  } finally {
    await atlas.stop();
  }
}, 120_000);

test('what is kept no more is given up after one error', async ({ expect, skip }) => {
  const atlas = (await startStrapi({ database: 'postgres', freshtag: ONE_TARGET })) ?? skip();
  try {
    const { db } = atlas.strapi;
    const documents = callersOf(atlas).documents(CURRENCY);
    const { documentId } = await documents.create({ data: { name: 'Euro', code: 'EUR' }, status });
    const forgetful = db.transaction(async ({ trx }) => {
      await documents.publish({ documentId });
      await trx.raw('DEALLOCATE ALL');
      await documents.publish({ documentId });
    });
    await expect(forgetful).rejects.toThrow();
    const { kept, subjects } = await publishInTurn(atlas);
    expect(kept).toEqual([]);
    expect(subjects).toHaveLength(PUBLISHES + 2);
  } finally {
    await atlas.stop();
  }
}, 120_000);

test('nothing is kept behind a pooler, and every publish succeeds', async ({ expect, skip }) => {
  let pooler: Pooler | undefined;
  const atlas = await startStrapi({
    database: 'postgres',
    freshtag: ONE_TARGET,
    through: async (env) => {
      pooler = await startPooler(env);
      return pooler?.env ?? {};
    },
  });
  try {
    if (atlas === undefined || pooler === undefined) {
      skip();
      return;
    }
    const documents = callersOf(atlas).documents(CURRENCY);
    const publish = async (code: string): Promise<void> => {
      const { documentId } = await documents.create({ data: { name: code, code }, status });
      await documents.publish({ documentId });
    };
    // At the same time, so that they take turns at the connections.
    await Promise.all(Array.from({ length: PUBLISHES }, (_, index) => publish(`at-once-${index}`)));
    const { kept, subjects } = await publishInTurn(atlas);
    expect(kept).toEqual([]);
    expect(subjects).toHaveLength(3 * PUBLISHES + 1);
  } finally {
    await atlas?.stop();
    await pooler?.stop();
  }
}, 120_000);

/** All in one transaction, so on one connection. */
async function publishInTurn(
  atlas: TestStrapi,
): Promise<{ kept: readonly Kept[]; subjects: readonly string[] }> {
  const { db }: Core.Strapi = atlas.strapi;
  const documents = callersOf(atlas).documents(CURRENCY);
  const kept: Kept[] = [];
  await db.transaction(async ({ trx }) => {
    const data = { name: 'Euro', code: 'EUR' };
    const { documentId } = await documents.create({ data, status });
    for (let done = 0; done < PUBLISHES; done += 1) await documents.publish({ documentId });
    const asked = trx.from('pg_prepared_statements').where('name', 'like', 'freshtag%');
    kept.push(...(await asked.select('name', 'generic_plans AS generic')).map(toKept));
  });
  const changes: readonly { readonly subject: string }[] = await db
    .connection('freshtag_outbox')
    .distinct('subject', 'change_id');
  return { kept, subjects: changes.map(({ subject }) => subject) };
}

/** How many statements had a name, of two for each publish. */
async function sentInOneTransaction(atlas: TestStrapi, publishes: number): Promise<number> {
  const documents = callersOf(atlas).documents(CURRENCY);
  let sent = 0;
  await atlas.strapi.db.transaction(async ({ trx }) => {
    const count = async (): Promise<number> => {
      const asked = trx.from('pg_prepared_statements').where('name', 'like', 'freshtag%');
      const [counted] = await asked.select(trx.raw('SUM(generic_plans + custom_plans) AS sent'));
      return Number(counted?.sent ?? 0);
    };
    const { documentId } = await documents.create({ data: { name: 'Dollar', code: 'USD' } });
    const before = await count();
    for (let done = 0; done < publishes; done += 1) await documents.publish({ documentId });
    sent = (await count()) - before;
  });
  return sent;
}

function toKept({ name, generic }: { name: string; generic: number | string }): Kept {
  return { name, generic: Number(generic) };
}
