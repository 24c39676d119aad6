import { createKnexOutbox, createSqliteOutbox, type OutboxStore } from '@freshtag/core/relay';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import createKnex from 'knex';
import { PgBoss } from 'pg-boss';

import { createDatabase, withKnex, type DatabaseKind } from './databases.ts';
import { startRedis, type Persistence } from './redis.ts';
import { chunksOf, type TagRow } from './rows.ts';

/** A queue in a place of its own, with all rows in it. */
export interface FilledQueue {
  /** What the worker connects to. */
  readonly place: string;
  /** Rows that are not acknowledged, by looking into the place itself. */
  readonly left: () => Promise<number>;
  readonly drop: () => Promise<void>;
}

const CHUNK = 1000;

export async function fillOutbox(
  kind: DatabaseKind,
  rows: readonly TagRow[],
): Promise<FilledQueue> {
  const { place, drop } = await createDatabase(kind);
  const append = async (store: Pick<OutboxStore, 'append' | 'migrate'>): Promise<void> => {
    await store.migrate();
    for (const chunk of chunksOf(rows, CHUNK)) await store.append(chunk);
  };
  if (kind === 'sqlite') {
    const store = createSqliteOutbox({ file: place });
    await append(store);
    await store.close();
    const left = async (): Promise<number> => {
      const looking = createSqliteOutbox({ file: place });
      const { waiting, parked } = await looking.statistics();
      await looking.close();
      return waiting + parked;
    };
    return { place, left, drop };
  }
  await withKnex(kind, place, (knex) => append(createKnexOutbox({ knex })));
  if (kind === 'postgres') await settle(place);
  const left = (): Promise<number> =>
    count(kind, place, `freshtag_outbox WHERE state <> 'accepted'`);
  return { place, left, drop };
}

export async function fillPgBoss(rows: readonly TagRow[]): Promise<FilledQueue> {
  const { place, drop } = await createDatabase('postgres');
  const boss = new PgBoss(place);
  await boss.start();
  await boss.createQueue('tags');
  for (const chunk of chunksOf(rows, CHUNK))
    await boss.insert(
      'tags',
      chunk.map((data) => ({ data })),
    );
  await boss.stop({ graceful: false });
  await settle(place);
  const left = (): Promise<number> =>
    count('postgres', place, `pgboss.job WHERE state <> 'completed'`);
  return { place, left, drop };
}

/** The same for both queues of PostgreSQL: what filling left to do is done before anything counts. */
async function settle(place: string): Promise<void> {
  const knex = createKnex({ client: 'pg', connection: place });
  await knex.raw('VACUUM ANALYZE');
  await knex.raw('CHECKPOINT');
  await knex.destroy();
}

async function count(kind: 'postgres' | 'mariadb', place: string, from: string): Promise<number> {
  return withKnex(kind, place, async (knex) => {
    const answer: unknown = await knex.raw(`SELECT COUNT(*) AS total FROM ${from}`);
    return Number(/"total":"?(\d+)/.exec(JSON.stringify(answer))?.[1] ?? Number.NaN);
  });
}

export async function fillBullmq(
  persistence: Persistence,
  rows: readonly TagRow[],
): Promise<FilledQueue> {
  const { url, stop } = await startRedis(persistence);
  const withQueue = async <T>(work: (queue: Queue) => Promise<T>): Promise<T> => {
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    const queue = new Queue('tags', { connection });
    try {
      return await work(queue);
    } finally {
      await queue.close();
      connection.disconnect();
    }
  };
  await withQueue(async (queue) => {
    for (const chunk of chunksOf(rows, CHUNK))
      await queue.addBulk(chunk.map((data) => ({ name: 'tag', data })));
  });
  const left = (): Promise<number> =>
    withQueue((queue) => queue.getJobCountByTypes('wait', 'active', 'failed', 'delayed'));
  return { place: url, left, drop: stop };
}
