import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';

import { RIGHTS } from '../contract/admin-api.ts';
import type { Admin } from './support/admin.ts';
import { forget, startPanel, type PanelWorld } from './support/panel-world.ts';
import { loginWith, mayRead } from './support/roles.ts';
import type { Answer } from './support/start-strapi.ts';

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
    const germany = { uid: COUNTRY, documentId: small.germany };
    const preview = await admin.call('POST', '/freshtag/preview', { entries: [germany] });
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
    const begun = await ask({ entries: [germany] });
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
    await ask({ entries: [{ ...germany, locale: 'de' }] });
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
    const entries = [
      { uid: COUNTRY, documentId: small.germany },
      { uid: COUNTRY, documentId: small.germany },
      { uid: CURRENCY, documentId: small.euro },
      { uid: 'plugin::users-permissions.user', documentId: 'a' },
      { uid: '__proto__', documentId: 'constructor' },
    ];
    const { body } = await ask({ entries }, editor);
    expect(body).toMatchObject({ entries: 1, refused: 3 });
    expect(new Set((await rows()).map(({ subject }) => subject)).size).toBe(1);
    const none = await ask({ entries: entries.slice(2) }, editor);
    expect([none.status, none.body.entries, none.body.refused]).toEqual([202, 0, 3]);
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
    const entry = { uid: COUNTRY, documentId: 'a' };
    const bodies: readonly unknown[] = [
      {},
      [],
      { entries: [] },
      { entries: entry },
      { entries: [null] },
      { entries: [{ ...entry, documentId: 1 }] },
      { entries: [{ ...entry, documentId: '' }] },
      { entries: [{ ...entry, documentId: 'a\0b' }] },
      { entries: [{ ...entry, documentId: { $ne: '' } }] },
      { entries: [{ ...entry, more: true }] },
      { entries: [entry], tags: ['a'] },
      { entries: Array.from({ length: MANY + 1 }, () => ({ uid: 'a', documentId: 'b' })) },
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
    const body = { entries: ids.map((documentId) => ({ uid: CURRENCY, documentId })) };
    expect(JSON.stringify(body).length).toBeLessThan(1_000_000);
    const statements: string[] = [];
    const note = ({ sql }: { readonly sql: string }): void => void statements.push(sql);
    connection.on('query', note);
    const answer = await admin.call('POST', '/freshtag/refresh', body);
    connection.off('query', note);
    expect([answer.status, answer.body.entries, answer.body.refused]).toEqual([202, MANY, 0]);
    const ours = statements.filter((sql) => !/strapi_sessions|admin_|up_/.test(sql));
    expect(ours.length).toBeLessThan(80);
    // One transaction has all that is appended.
    const inserts = ours.slice(ours.findLastIndex((sql) => /^BEGIN/i.test(sql)));
    const isInsert = (sql: string): boolean => /^\s*INSERT INTO freshtag_outbox/.test(sql);
    expect(inserts.filter(isInsert)).toHaveLength(20);
    expect(ours.filter(isInsert)).toHaveLength(20);
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
    const entries = Array.from({ length: 9000 }, () => ({
      uid: COUNTRY,
      documentId: 'x'.repeat(100),
    }));
    const { status, text } = await ask({ entries });
    expect(status).toBe(413);
    expect(text).not.toMatch(/node_modules/);
    expect(await rows()).toEqual([]);
  });
});
