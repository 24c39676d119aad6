import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';

import { RIGHTS, type Change, type EntryStatus } from '../contract/admin-api.ts';
import { callersOf, type Documents } from './support/changes-world.ts';
import { carry, forget, startPanel, type PanelWorld } from './support/panel-world.ts';
import { loginWith, mayRead, type GivenRight } from './support/roles.ts';

const COUNTRY = 'api::country.country';
const IN_ENGLISH: GivenRight = { ...mayRead(COUNTRY), properties: { locales: ['en'] } };

describe.for(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let world: PanelWorld | undefined;

  beforeAll(async () => {
    world = await startPanel(database, {
      targets: {
        api: {
          kind: 'dynamic',
          domain: 'api.example.com',
          verify: { origin: 'http://127.0.0.1:9' },
        },
        www: { kind: 'dynamic', domains: ['www.example.com', 'm.example.com'], after: 'api' },
      },
      relay: false,
      types: {
        [COUNTRY]: {
          urls: 'https://www.example.com/{locale}/{name}',
          tags: ({ code }) => {
            if (code === 'broken') throw new Error('something internal');
            return [`about-${String(code)}`];
          },
        },
      },
    });
  });
  beforeEach(async () => {
    if (world !== undefined) await forget(world);
  });
  afterAll(async () => {
    await world?.atlas.stop();
  });

  const countries = (): Documents => {
    if (world === undefined) throw new Error('there is no world');
    return callersOf(world.atlas).documents(COUNTRY);
  };

  test('a tag that names no possible entry spoils no page that shows it', async ({
    expect,
    skip,
  }) => {
    const { admin } = world ?? skip();
    const tag = 'country:%00';
    expect((await admin.call('POST', '/freshtag/refresh', { tags: [tag] })).status).toBe(202);
    const { body } = await admin.call('GET', '/freshtag/history');
    expect(body.changes).toMatchObject([{ tags: [tag] }]);
    const searched = encodeURIComponent(tag);
    for (const page of [
      '/history.csv',
      `/history/${body.changes[0].id}`,
      `/history?tag=${searched}`,
      `/tags?search=${searched}`,
    ]) {
      const { status, text } = await admin.call('GET', `/freshtag${page}`);
      expect([page, status]).toEqual([page, 200]);
      expect(text).toContain(tag);
    }
  });

  test('who can be no account is named as such, and spoils no page either', async ({
    expect,
    skip,
  }) => {
    const { admin, first } = world ?? skip();
    const row = { domain: 'api.example.com', tag: 'a', force: true };
    await first.append([{ ...row, actor: 'editor:999999999999999' }]);
    await first.append([{ ...row, actor: 'token:2147483648' }]);
    for (const page of ['/history', '/actors', '/history.csv'])
      expect([page, (await admin.call('GET', `/freshtag${page}`)).status]).toEqual([page, 200]);
  });

  test('a right to refresh under a condition is one for such entries alone', async ({
    expect,
    skip,
  }) => {
    const { atlas, small } = world ?? skip();
    const editor = await loginWith(atlas, [
      { action: RIGHTS.read },
      { action: RIGHTS.refresh, subject: COUNTRY, conditions: ['admin::is-creator'] },
      mayRead(COUNTRY),
    ]);
    const data = { name: 'Mine', code: 'mine', createdBy: editor.id };
    const { documentId } = await countries().create({ data });
    if (world !== undefined) await forget(world);
    const refreshed = await editor.call('POST', '/freshtag/refresh', {
      uid: COUNTRY,
      documentIds: [small.germany, documentId],
    });
    expect(refreshed.body).toMatchObject({ entries: 1, refused: 1 });
    const { body } = await editor.call('GET', '/freshtag/history');
    expect(body.changes).toMatchObject([{ entry: { documentId } }]);
    for (const [id, mayRefresh] of [
      [small.germany, false],
      [documentId, true],
    ]) {
      const status = await editor.call('GET', `/freshtag/entries/${COUNTRY}/${id}`);
      expect(status.body).toMatchObject({ mayRefresh });
    }
  });

  test('nothing tells of a locale that the reader may not see', async ({ expect, skip }) => {
    const { atlas, small } = world ?? skip();
    await countries().publish({ documentId: small.france, locale: 'de' });
    const rights = [RIGHTS.read, RIGHTS.settings].map((action) => ({ action }));
    const reader = await loginWith(atlas, [...rights, IN_ENGLISH]);
    const { france } = small;
    for (const page of [
      `/entries/${COUNTRY}/${france}`,
      `/entries/${COUNTRY}/${france}?locale=en`,
      `/settings/preview?uid=${COUNTRY}&documentId=${france}`,
      '/history',
      '/history.csv',
      '/tags?search=country:all',
    ]) {
      const { status, text } = await reader.call('GET', `/freshtag${page}`);
      expect([page, status]).toEqual([page, 200]);
      expect(text).toContain('France');
      expect(text).not.toMatch(/Frankreich|[:/]de\b/);
    }
    const hidden = await reader.call('GET', `/freshtag/entries/${COUNTRY}/${france}?locale=de`);
    expect(hidden.status).toBe(404);
  });

  test('an entry of one locale is told as such, and spelled as Strapi has it', async ({
    expect,
    skip,
    onTestFinished,
  }) => {
    const { atlas, small, admin } = world ?? skip();
    const locales = atlas.strapi.plugin('i18n').service('locales');
    const { id } = await locales.create({ name: 'French (Canada)', code: 'fr-CA' });
    onTestFinished(() => locales.delete({ id }));
    const data = { name: 'Allemagne', code: 'germany' };
    await countries().update({ documentId: small.germany, locale: 'fr-CA', data });
    const reader = await loginWith(atlas, [
      { action: RIGHTS.read },
      { ...mayRead(COUNTRY), properties: { locales: ['en', 'fr-CA'] } },
    ]);
    for (const asker of [admin, reader]) {
      const search = `/freshtag/tags?search=country:${small.germany}`;
      const whole = await asker.call('GET', search);
      expect(whole.body.tags[0].entries).toEqual([
        expect.not.objectContaining({ locale: expect.anything() }),
      ]);
      const one = await asker.call('GET', `${search}:fr-ca`);
      expect(one.body.tags[0].entries).toMatchObject([
        { documentId: small.germany, locale: 'fr-CA' },
      ]);
    }
  });

  test('a title is told only of entries whose title the reader may see', async ({
    expect,
    skip,
  }) => {
    const { atlas, small } = world ?? skip();
    const { strapi } = atlas;
    const fields = (...names: string[]): Pick<GivenRight, 'properties'> => ({
      properties: { locales: ['en', 'de'], fields: names },
    });
    const codes = { ...mayRead(COUNTRY), ...fields('code') };
    const own = { ...mayRead(COUNTRY, 'admin::is-creator'), ...fields('code', 'name') };
    const reader = await loginWith(atlas, [{ action: RIGHTS.read }, own]);
    const other = await loginWith(atlas, [codes]);
    const roles = await strapi.db
      .query('admin::user')
      .findMany({ where: { id: { $in: [reader.id, other.id] } }, populate: ['roles'] });
    await strapi.service('admin::user').updateById(reader.id, {
      roles: roles.flatMap(({ roles: each }: { roles: { id: number }[] }) =>
        each.map(({ id }) => id),
      ),
    });
    const { body, text } = await reader.call('GET', `/freshtag/entries?search=&uid=${COUNTRY}`);
    expect(body.entries).toContainEqual(expect.objectContaining({ documentId: small.germany }));
    expect(text).not.toMatch(/Germany|France/);
    const found = await reader.call('GET', `/freshtag/entries?search=German&uid=${COUNTRY}`);
    expect(found.body.entries).toEqual([]);
  });

  test("by a tag of the project's own nobody finds what they may not see", async ({
    expect,
    skip,
  }) => {
    const { atlas, small, admin } = world ?? skip();
    await countries().publish({ documentId: small.germany });
    const reader = await loginWith(atlas, [
      { action: RIGHTS.read },
      mayRead(COUNTRY, 'admin::is-creator'),
    ]);
    const path = '/freshtag/history?tag=about-germany';
    expect((await admin.call('GET', path)).body.changes).toHaveLength(1);
    const { text } = await reader.call('GET', path);
    expect(text).toBe((await reader.call('GET', '/freshtag/history?tag=about-nothing')).text);
  });

  test('what was refreshed for a domain and a type that are no more keeps its state', async ({
    expect,
    skip,
  }) => {
    const { admin, first } = world ?? skip();
    const subject = 'api::former.former:a1';
    await first.append([{ domain: 'old.example.com', tag: 'country', force: true, subject }]);
    const stateOf = async (): Promise<Change> =>
      (await admin.call('GET', '/freshtag/history')).body.changes[0];
    expect(await stateOf()).toMatchObject({ state: 'waiting', targets: ['old.example.com'] });
    await carry(first);
    expect(await stateOf()).toMatchObject({ state: 'complete' });
  });

  test('no page that was seen to be new speaks for one that could not be looked at', async ({
    expect,
    skip,
  }) => {
    const { admin, small, second } = world ?? skip();
    await countries().publish({ documentId: small.germany });
    const rows = await carry(second);
    const at = (name: string): number[] =>
      rows.flatMap(({ domain, id }) => (domain === name ? id : []));
    await second.noteProbe(at('www.example.com'));
    await second.noteProbe(at('m.example.com'), 'It is not known: it does not answer.');
    const { body } = await admin.call('GET', `/freshtag/entries/${COUNTRY}/${small.germany}`);
    expect(body.targets[1]).toMatchObject({
      target: 'www',
      state: 'complete',
      problem: { code: 'NOT_VERIFIED' },
    });
  });

  test('the newest change is the one that was appended last, whatever the clock said', async ({
    expect,
    skip,
  }) => {
    const { admin, small, first, second } = world ?? skip();
    const about = { subject: `${COUNTRY}:${small.germany}`, tag: 'country', force: true };
    for (const [store, domain] of [
      [first, 'api.example.com'],
      [second, 'www.example.com'],
    ] as const) {
      await store.append([{ ...about, domain, reason: 'later', change: '9'.repeat(18) }]);
      await carry(store);
    }
    await countries().publish({ documentId: small.germany });
    const path = `/freshtag/entries/${COUNTRY}/${small.germany}`;
    const status: EntryStatus = (await admin.call('GET', path)).body;
    expect(status.changes.map(({ reason }) => reason)).toEqual(['publish', 'later']);
    expect(status).toMatchObject({ kind: 'known', state: 'waiting' });
  });

  test('a URL that can be asked of nobody is said to be so', async ({ expect, skip }) => {
    const { admin, small } = world ?? skip();
    for (const [url, code] of [
      ['http://api.example.com//evil.example/x', 'NOT_VERIFIED'],
      ['http://api.example.com/\\evil.example/x', 'NOT_VERIFIED'],
      [`http://api.example.com/${'ä'.repeat(1900)}`, 'INVALID_OPTION'],
      ['http://127.0.0.1:9/', 'NOT_VERIFIED'],
      ['http://[::1]:9/', 'NOT_VERIFIED'],
    ]) {
      const path = `/freshtag/tags?search=${encodeURIComponent(url ?? '')}`;
      const { status, body, text } = await admin.call('GET', path);
      expect([url, status, body.page?.problem.code]).toEqual([url, 200, code]);
      expect(text).not.toContain('https://evil');
    }
    const entry = `/freshtag/entries/${COUNTRY}/${small.germany}?locale=`;
    expect((await admin.call('GET', entry)).status).toBe(400);
  });

  test('a file that cannot be read to its end is broken off', async ({ expect, skip }) => {
    const { atlas, first } = world ?? skip();
    const about = { domain: 'api.example.com', tag: 'a', force: true };
    await first.append([{ ...about, change: '0'.repeat(18) }]);
    await carry(first);
    // What is on the last page cannot be read.
    await atlas.strapi.db.connection('freshtag_batch').update({ calls: 'broken' });
    await first.append(
      Array.from({ length: 1000 }, (_, index) => ({
        ...about,
        change: `1${String(index).padStart(17, '0')}`,
      })),
    );
    const { token } = await loginWith(atlas, [{ action: RIGHTS.read }]);
    const answer = await fetch(`${atlas.url}/freshtag/history.csv`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  test('a function of the project that fails is said to be so, and no more', async ({
    expect,
    skip,
  }) => {
    const { admin } = world ?? skip();
    const { documentId } = await countries().create({ data: { name: 'Broken', code: 'broken' } });
    const path = `/freshtag/settings/preview?uid=${COUNTRY}&documentId=${documentId}`;
    const { status, body, text } = await admin.call('GET', path);
    expect([status, body.error.message]).toEqual([
      400,
      `types.${COUNTRY}: A function of it failed; the log says why.`,
    ]);
    expect(text).not.toContain('internal');
  });
});
