import { createKnexOutbox } from '@freshtag/core/relay';
import { test } from 'vitest';

import { behindEdge, CMS, QUICK, until, type EdgeWorld } from './support/edge-world.ts';
import { startSecondInstance, type SecondInstance } from './support/second-instance.ts';

const CURRENCY = 'api::currency.currency';
/** What a process that died holds is free so soon. */
const RELAY = { ...QUICK, leaseMs: 1000 };

interface TwoInstances {
  readonly first: EdgeWorld;
  readonly second: SecondInstance;
  /** Ids of drafts. */
  readonly ids: readonly string[];
}

async function startTwo(): Promise<TwoInstances | undefined> {
  const first = await behindEdge('postgres', { relay: RELAY });
  if (first === undefined) return undefined;
  const { credentials: _, ...relay } = RELAY;
  const second = await startSecondInstance({ endpoint: first.edge.apiUrl, domain: CMS, relay });
  const documents = first.atlas.strapi.documents(CURRENCY as never);
  const ids: string[] = [];
  for (let number = 0; number < 60; number += 1) {
    const data = { name: `Currency ${number}`, code: `C${number}` };
    ids.push((await documents.create({ data } as never)).documentId);
  }
  return { first, second, ids };
}

test('two instances on one PostgreSQL refresh all that both publish, each row in one call', async (context) => {
  const { expect } = context;
  const two = await startTwo();
  if (two === undefined) {
    context.skip();
    return;
  }
  const { first, second, ids } = two;
  const { strapi } = first.atlas;
  const documents = strapi.documents(CURRENCY as never);
  await Promise.all([
    second.publish(ids.slice(0, 30)),
    ...ids.slice(30).map((documentId) => documents.publish({ documentId } as never)),
  ]);
  await first.drained();
  const tags = new Set(first.edge.refreshes.flatMap((call) => call.tags));
  expect(ids.filter((id) => !tags.has(`currency:${id}`))).toEqual([]);
  const [counted] = await strapi.db.connection('freshtag_outbox').count('* as rows');
  const [carried] = await strapi.db.connection('freshtag_batch').sum('row_total as total');
  expect(Number(carried?.['total'])).toBe(2 * ids.length);
  expect(Number(counted?.['rows'])).toBe(2 * ids.length);
}, 120_000);

test('an instance that is killed while it publishes loses nothing that it committed', async (context) => {
  const { expect } = context;
  const two = await startTwo();
  if (two === undefined) {
    context.skip();
    return;
  }
  const { first, second, ids } = two;
  const { strapi } = first.atlas;
  const publishing = second.publish(ids).catch(() => {});
  const published = (): Promise<{ documentId: string }[]> =>
    strapi.db.query(CURRENCY).findMany({ where: { publishedAt: { $notNull: true } } });
  await until(async () => (await published()).length > 3);
  await second.kill();
  await publishing;
  await first.drained();
  const store = createKnexOutbox({ knex: strapi.db.connection });
  expect((await store.statistics()).waiting).toBe(0);
  const tags = new Set(first.edge.refreshes.flatMap((call) => call.tags));
  const committed = await published();
  expect(committed.filter(({ documentId }) => !tags.has(`currency:${documentId}`))).toEqual([]);
}, 120_000);
