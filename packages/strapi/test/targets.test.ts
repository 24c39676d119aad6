import { setImmediate } from 'node:timers/promises';

import { systemClock } from '@freshtag/core';
import { createKnexOutbox } from '@freshtag/core/relay';
import { expectFresh, expectHit, expectMiss } from '@freshtag/edge';
import { onTestFinished, test } from 'vitest';

import { loginAsAdmin } from './support/admin.ts';
import { startChanges } from './support/changes-world.ts';
import { behindEdge, CMS, documentsOf, QUICK, until } from './support/edge-world.ts';
import { listenToLog } from './support/log.ts';
import { startStrapi } from './support/start-strapi.ts';

const germany = { name: 'Germany', code: 'DE' };
const status = 'published';

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  test(`the edge serves what was published, and the neighbours stay hits, on ${database}`, async (context) => {
    const { expect } = context;
    const world = await behindEdge(database);
    if (world === undefined) {
      context.skip();
      return;
    }
    const { edge, drained } = world;
    const countries = documentsOf(world);
    const { documentId } = await countries.create({ data: germany, status });
    const other = await countries.create({ data: { name: 'France', code: 'FR' }, status });
    await drained();
    const path = `/api/countries/${documentId}`;
    const otherPath = `/api/countries/${other.documentId}`;
    for (const point of edge.points)
      for (const each of [path, otherPath, '/api/countries']) {
        await expectMiss(edge, each, { point });
        await expectHit(edge, each, { point });
      }
    await countries.update({ documentId, data: { name: 'Deutschland' }, status });
    await drained();
    for (const each of [path, '/api/countries']) await expectFresh(edge, each);
    expect((await expectHit(edge, otherPath)).body).toContain('France');
    await countries.unpublish({ documentId });
    await drained();
    expect((await expectMiss(edge, path)).status).toBe(404);
    await expectFresh(edge, '/api/countries');
  }, 120_000);

test('a middleware that calls Strapi over HTTP meanwhile gets its answer on SQLite, wherever it was registered', async (context) => {
  const { expect } = context;
  const answers: number[] = [];
  let url = '';
  const ask = async (
    { action }: { readonly action: string },
    next: () => Promise<unknown>,
  ): Promise<unknown> => {
    if (action !== 'publish') return next();
    answers.push((await fetch(`${url}/api/languages`)).status);
    const result = await next();
    answers.push((await fetch(`${url}/api/languages`)).status);
    return result;
  };
  const world = await behindEdge(
    'sqlite',
    {},
    {
      beforeLoad: ({ documents }) => {
        documents?.use(ask as never);
      },
    },
  );
  if (world === undefined) {
    context.skip();
    return;
  }
  world.atlas.strapi.documents.use(ask as never);
  const { documentId } = await documentsOf(world).create({ data: germany });
  url = world.atlas.url;
  const begunMs = performance.now();
  await documentsOf(world).publish({ documentId });
  expect(answers.length).toBeGreaterThanOrEqual(2);
  expect(new Set(answers)).toEqual(new Set([200]));
  // Strapi waits for a connection for a minute before it gives up.
  expect(performance.now() - begunMs).toBeLessThan(10_000);
}, 120_000);

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  test(`a thousand entries published at once are one commit and hardly more calls than needed, on ${database}`, async (context) => {
    const { expect } = context;
    const world = await behindEdge(database, {
      relay: { ...QUICK, secondPassDelayMs: false, window: { idleMs: 200, maxMs: 5000 } },
    });
    if (world === undefined) {
      context.skip();
      return;
    }
    const { atlas, edge, drained } = world;
    const currencies = documentsOf(world, 'api::currency.currency');
    const ids: string[] = [];
    await atlas.strapi.db.transaction(async () => {
      for (let number = 0; number < 1000; number += 1) {
        const data = { name: `Currency ${number}`, code: `C${number}` };
        ids.push((await currencies.create({ data })).documentId);
      }
    });
    const admin = await loginAsAdmin(atlas);
    const seen = new Set<number>();
    const published = new AbortController();
    const watching = (async () => {
      while (!published.signal.aborted) {
        const [counted] = await atlas.strapi.db.connection('freshtag_outbox').count('* as rows');
        seen.add(Number(counted?.['rows']));
        await setImmediate();
      }
    })();
    const answer = await admin.call(
      'POST',
      '/content-manager/collection-types/api::currency.currency/actions/bulkPublish',
      { documentIds: ids },
    );
    published.abort();
    await watching;
    expect(answer.body).toEqual({ count: 1000 });
    // Of each entry, its own tag and the list's: all of them at once, or none.
    expect([...seen].filter((rows) => rows !== 0 && rows !== 2000)).toEqual([]);
    await drained();
    // The list, its overflow tag, and one of each entry; a hundred a call.
    const needed = Math.ceil(1002 / 100);
    const calls = edge.refreshes.filter(({ domain }) => domain === CMS);
    expect(calls.length).toBeLessThanOrEqual(Math.ceil(needed * 1.1));
    const tags = new Set(calls.flatMap((call) => call.tags));
    expect(ids.filter((id) => !tags.has(`currency:${id}`))).toEqual([]);
  }, 240_000);

test('without an access key Strapi starts, says what is missing, and refreshes what waits when there is one', async (context) => {
  const { expect } = context;
  const logged: string[] = [];
  let wake: (() => void) | undefined;
  const clock = {
    now: () => Date.now(),
    // Only the pause before the next attempt is so long.
    sleep: (delayMs: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (delayMs >= 30_000) wake = resolve;
        else setTimeout(resolve, delayMs);
        signal?.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  const world = await behindEdge(
    'sqlite',
    { relay: { ...QUICK, clock, credentials: undefined } as never },
    { beforeLoad: (strapi) => listenToLog(strapi, logged) },
  );
  if (world === undefined) {
    context.skip();
    return;
  }
  const { documentId } = await documentsOf(world).create({ data: germany, status });
  expect(documentId).toBeTypeOf('string');
  expect(logged.join('\n')).toMatch(/cannot refresh api yet.*ALIBABA_CLOUD_ACCESS_KEY_ID/s);
  onTestFinished(() => {
    for (const name of ['ID', 'SECRET']) delete process.env[`ALIBABA_CLOUD_ACCESS_KEY_${name}`];
  });
  Object.assign(process.env, {
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'testid',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'testsecret',
  });
  expect(world.edge.refreshes).toEqual([]);
  await until(() => wake !== undefined);
  wake?.();
  await world.drained();
  expect(world.edge.refreshes[0]?.tags).toContain(`country:${documentId}`);
}, 120_000);

test('the log says what the cloud refuses, and when that is over', async (context) => {
  const { expect } = context;
  const logged: string[] = [];
  let accessKeyId = 'no-such-key';
  const clock = {
    now: () => Date.now(),
    // The relay looks at its figures each ten seconds, and calls again later still.
    sleep: (delayMs: number, signal?: AbortSignal) =>
      systemClock.sleep(Math.min(delayMs, 100), signal),
  };
  const credentials = () => ({ accessKeyId, accessKeySecret: 'testsecret' });
  const world = await behindEdge(
    'sqlite',
    { relay: { ...QUICK, clock, credentials } },
    { beforeLoad: (strapi) => listenToLog(strapi, logged) },
  );
  if (world === undefined) {
    context.skip();
    return;
  }
  await documentsOf(world).create({ data: germany, status });
  await until(() => logged.some((line) => /freshtag, api: .*parked.*access key/i.test(line)));
  expect(logged.join('\n')).not.toContain('testsecret');
  accessKeyId = 'testid';
  const store = createKnexOutbox({
    knex: world.atlas.strapi.db.connection,
    environment: 'production',
  });
  await store.redrive({});
  await world.drained();
  await until(() => logged.some((line) => line.includes('Nothing is parked any more')));
}, 120_000);

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  test(`where our own statement would fail, the whole type is refreshed and no publish is harmed, on ${database}`, async (context) => {
    const { expect } = context;
    const world = await startChanges(database, {
      beforeLoad: (strapi) => {
        const bootstrap = strapi.bootstrap.bind(strapi);
        const spoil = (): void => {
          Object.assign(strapi.db.metadata.get('plugin::upload.file').attributes, {
            unknown: {
              type: 'relation',
              relation: 'oneToMany',
              target: 'api::currency.currency',
              joinTable: {
                name: 'no_such_table',
                joinColumn: { name: 'file_id' },
                inverseJoinColumn: { name: 'currency_id' },
              },
            },
          });
        };
        strapi.bootstrap = () => {
          strapi.hook('strapi::content-types.afterSync').register(spoil);
          return bootstrap();
        };
      },
      // Strapi itself would fail as well.
      beforeListen: ({ db }) => {
        Reflect.deleteProperty(db.metadata.get('plugin::upload.file').attributes, 'unknown');
      },
    });
    if (world === undefined) {
      context.skip();
      return;
    }
    onTestFinished(world.atlas.stop);
    const currencies = world.documents('api::currency.currency');
    const { documentId } = await currencies.create({ data: { name: 'Euro', code: 'EUR' } });
    const tags = await world.tagsOf(() => currencies.publish({ documentId }));
    expect(tags).toEqual([
      'country',
      'country:all',
      'currency',
      'currency:all',
      'upload-file',
      'upload-file:all',
    ]);
    const found = await currencies.findOne({ documentId, status: 'published' });
    expect(found.name).toBe('Euro');
  }, 120_000);

test('a Strapi without targets writes nothing and has no tables of ours', async (context) => {
  const { expect } = context;
  const atlas = await startStrapi();
  if (atlas === undefined) {
    context.skip();
    return;
  }
  onTestFinished(atlas.stop);
  const { schema } = atlas.strapi.db.connection;
  expect(await schema.hasTable('freshtag_outbox')).toBe(false);
}, 120_000);
