import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';

import { RIGHTS } from '../contract/admin-api.ts';
import { loginAsAdmin, type Admin } from './support/admin.ts';
import { fillSmallAtlas } from './support/content.ts';
import { forget, startPanel, type PanelWorld } from './support/panel-world.ts';
import { loginWith, mayRead } from './support/roles.ts';
import { startStrapi, type Answer } from './support/start-strapi.ts';

const COUNTRY = 'api::country.country';
const CURRENCY = 'api::currency.currency';
const MANY = 10_000;

describe.for(['sqlite', 'postgres', 'mysql'] as const)('on %s', (database) => {
  let world: PanelWorld | undefined;

  beforeAll(async () => {
    world = await startPanel(database);
  });
  beforeEach(async () => {
    if (world !== undefined) await forget(world);
  });
  afterAll(async () => {
    await world?.atlas.stop();
  });

  const ask = (body: unknown, admin?: Admin): Promise<Answer> => {
    if (world === undefined) throw new Error('there is no world');
    return (admin ?? world.admin).call('POST', '/freshtag/refresh', body);
  };
  const rows = async (): Promise<readonly Record<string, string>[]> =>
    world?.atlas.strapi.db.connection('freshtag_outbox').orderBy('id') ?? [];

  test('an entry is refreshed in all its locales, or in one, for every target', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { small, admin } = world;
    const germany = { uid: COUNTRY, documentIds: [small.germany] };
    const preview = await admin.call('POST', '/freshtag/preview', germany);
    const expected = {
      entries: 1,
      refused: 0,
      environment: 'production',
      tags: 4,
      // Three domains, three passes.
      calls: 9,
      targets: ['api', 'www'],
    };
    expect([preview.status, preview.body]).toEqual([200, expected]);
    expect(await rows()).toEqual([]);
    const begun = await ask(germany);
    expect([begun.status, begun.body]).toEqual([202, expected]);
    const of = `country:${small.germany}`;
    const own = [of, `${of}:de`, `${of}:en`, 'country'];
    const appended = await rows();
    expect(appended).toHaveLength(12);
    expect([...new Set(appended.map(({ tag }) => tag))].toSorted()).toEqual(own.toSorted());
    for (const row of appended)
      expect(row).toMatchObject({ subject: `${COUNTRY}:${small.germany}`, reason: 'refresh' });
    expect(appended[0]?.['actor']).toMatch(/^editor:\d+$/);
    expect(new Set(appended.map(({ change_id: change }) => change)).size).toBe(1);
    await forget(world);
    await ask({ ...germany, locale: 'de' });
    const ofLocale = new Set((await rows()).map(({ tag }) => tag));
    expect([...ofLocale].toSorted()).toEqual([of, `${of}:de`, 'country'].toSorted());
  });

  test('entries that may not be refreshed are left out and counted', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { small, atlas } = world;
    const editor = await loginWith(atlas, [
      { action: RIGHTS.refresh, subject: COUNTRY },
      mayRead(COUNTRY),
      mayRead(CURRENCY),
    ]);
    const { germany, euro } = small;
    const { body } = await ask({ uid: COUNTRY, documentIds: [germany, germany] }, editor);
    expect(body).toMatchObject({ entries: 1, refused: 0 });
    expect(new Set((await rows()).map(({ subject }) => subject)).size).toBe(1);
    for (const [uid, documentId] of [
      [CURRENCY, euro],
      ['plugin::users-permissions.user', 'a'],
      ['__proto__', 'constructor'],
    ]) {
      const none = await ask({ uid, documentIds: [documentId] }, editor);
      expect([uid, none.status, none.body.entries, none.body.refused]).toEqual([uid, 202, 0, 1]);
    }
  });

  test('tags with markup are refreshed as they are, and shown as they are', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { admin } = world;
    const tags = ['<img/src=x>', '"};alert(1)//', '=1+1', 'a'.repeat(128)];
    expect((await ask({ tags })).status).toBe(202);
    const { body } = await admin.call('GET', '/freshtag/history');
    expect(body.changes).toMatchObject([{ tags, reason: 'refresh tags', targets: ['api', 'www'] }]);
    expect(body.changes[0].entry).toBeUndefined();
    for (const tag of tags) {
      const found = await admin.call('GET', `/freshtag/tags?search=${encodeURIComponent(tag)}`);
      expect(found.body.tags).toMatchObject([{ tag, kind: 'other', entries: [], entryTotal: 0 }]);
    }
  });

  test('everything is refreshed only after its name was typed', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    for (const confirm of [undefined, '', 'Production', 'preview', true]) {
      const { status } = await ask({ all: true, confirm });
      expect([confirm, status]).toEqual([confirm, 400]);
    }
    expect(await rows()).toEqual([]);
    const { status, body } = await ask({ all: true, confirm: 'production' });
    expect([status, body.targets]).toEqual([202, ['api', 'www']]);
    const tags = new Set((await rows()).map(({ tag }) => tag));
    expect(tags.size).toBe(body.tags);
    for (const tag of ['country', 'country:all', 'upload-file:all']) expect(tags).toContain(tag);
  });

  test('a body that is not as it should be changes nothing', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const some = { uid: COUNTRY, documentIds: ['a'] };
    const bodies: readonly unknown[] = [
      {},
      [],
      { ...some, documentIds: [] },
      { ...some, documentIds: 'a' },
      { ...some, documentIds: { length: 1 } },
      { documentIds: ['a'] },
      ...[null, 1, '', 'a\0b', '\ud800', 'a'.repeat(256), { $ne: '' }, ['a']].flatMap((bad) => [
        { ...some, documentIds: ['a', bad] },
        { ...some, uid: bad },
        { ...some, locale: bad },
      ]),
      { ...some, more: true },
      { ...some, tags: ['a'] },
      { entries: [{ uid: COUNTRY, documentId: 'a' }] },
      { ...some, documentIds: Array.from({ length: MANY + 1 }, () => 'b') },
      { tags: [] },
      { tags: 'country' },
      { tags: ['a b'] },
      { tags: ['a,b'] },
      { tags: ['a'.repeat(129)] },
      { tags: ['ümlaut'] },
      { tags: [''] },
      { tags: Array.from({ length: 1001 }, (_, index) => `a:${index}`) },
      { all: 'true' },
      { all: true, confirm: 'production', tags: ['a'] },
      { __proto__: { all: true, confirm: 'production' } },
    ];
    for (const body of bodies) {
      const answer = await ask(body);
      expect([body, answer.status]).toEqual([body, 400]);
      expect(answer.text).not.toMatch(/node_modules|\.ts|select /i);
    }
    expect(await rows()).toEqual([]);
  });

  test(`${MANY} entries are refreshed at once, in one transaction and few statements`, async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { atlas, admin } = world;
    const { connection } = atlas.strapi.db;
    const ids = Array.from(
      { length: MANY },
      (_, index) => `many${String(index).padStart(20, '0')}`,
    );
    const row = { name: 'Many', code: 'many', created_at: null, updated_at: null };
    const { tableName } = atlas.strapi.db.metadata.get(CURRENCY);
    for (let from = 0; from < MANY; from += 500)
      await connection(tableName).insert(
        ids.slice(from, from + 500).map((id) => ({ ...row, document_id: id })),
      );
    const body = { uid: CURRENCY, documentIds: ids };
    // A third of what Strapi takes.
    expect(JSON.stringify(body).length).toBeLessThan(350_000);
    interface Statement {
      readonly sql: string;
      readonly __knexTxId?: string;
    }
    const statements: Statement[] = [];
    const note = (statement: Statement): void => void statements.push(statement);
    connection.on('query', note);
    const answer = await admin.call('POST', '/freshtag/refresh', body);
    connection.off('query', note);
    expect([answer.status, answer.body.entries, answer.body.refused]).toEqual([202, MANY, 0]);
    const ours = statements.filter(({ sql }) => !/strapi_sessions|admin_|up_/.test(sql));
    expect(ours.length).toBeLessThan(80);
    const inserts = ours.filter(({ sql }) => /^\s*INSERT INTO freshtag_outbox/.test(sql));
    expect(inserts).toHaveLength(20);
    const [transaction, ...others] = new Set(inserts.map(({ __knexTxId: id }) => id));
    expect([typeof transaction, others]).toEqual(['string', []]);
    const table = connection('freshtag_outbox');
    const [counted] = await table.countDistinct('change_id as changes').count('* as total');
    expect([Number(counted?.['changes']), Number(counted?.['total'])]).toEqual([MANY, MANY * 6]);
    const status = await admin.call('GET', `/freshtag/entries/${CURRENCY}/${ids[77]}`);
    expect(status.body).toMatchObject({ kind: 'known', state: 'waiting' });
    await connection(tableName).where('code', 'many').delete();
  });

  test('a body that is too large is said to be so', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const documentIds = Array.from({ length: 9000 }, () => 'x'.repeat(120));
    const { status, text } = await ask({ uid: COUNTRY, documentIds });
    expect(status).toBe(413);
    expect(text).not.toMatch(/node_modules/);
    expect(await rows()).toEqual([]);
  });
});

test('without targets there is nothing to refresh, whatever is asked for', async ({
  expect,
  skip,
}) => {
  const atlas = (await startStrapi({ freshtag: {} })) ?? skip();
  try {
    const admin = await loginAsAdmin(atlas);
    const { germany } = await fillSmallAtlas(atlas.strapi);
    for (const request of [
      { uid: COUNTRY, documentIds: [germany] },
      { tags: ['country'] },
      { all: true, confirm: 'production' },
    ])
      for (const path of ['/freshtag/preview', '/freshtag/refresh']) {
        const { body } = await admin.call('POST', path, request);
        expect([path, body]).toMatchObject([path, { tags: 0, calls: 0, targets: [] }]);
      }
    const entry = await admin.call('GET', `/freshtag/entries/${COUNTRY}/${germany}`);
    expect(entry.body).toMatchObject({ kind: 'no-targets', mayRefresh: false });
  } finally {
    await atlas.stop();
  }
});
