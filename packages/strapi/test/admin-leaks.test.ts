import { afterAll, beforeAll, describe, test } from 'vitest';

import { RIGHTS, type Change } from '../contract/admin-api.ts';
import type { Admin } from './support/admin.ts';
import { carry, fail, REFUSED, startPanel, type PanelWorld } from './support/panel-world.ts';
import { loginWith, mayRead } from './support/roles.ts';
import type { Answer } from './support/start-strapi.ts';

const COUNTRY = 'api::country.country';
const LANGUAGE = 'api::language.language';

describe.for(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let world: PanelWorld | undefined;
  /** May do everything with the plugin, and see of all content their own countries alone. */
  let reader: Admin & { readonly id: number };
  let own = '';
  /** What must be in no answer to them. */
  let secrets: readonly string[] = [];

  beforeAll(async () => {
    world = await startPanel(database);
    if (world === undefined) return;
    const { atlas, small, first, second } = world;
    const { read, refreshTags, settings, refresh } = RIGHTS;
    reader = await loginWith(atlas, [
      ...[read, refreshTags, settings].map((action) => ({ action })),
      { action: refresh, subject: COUNTRY },
      { action: refresh, subject: LANGUAGE },
      mayRead(COUNTRY, 'admin::is-creator'),
    ]);
    const countries = atlas.strapi.documents(COUNTRY);
    const data = { name: 'Mine', code: 'mine', createdBy: reader.id, neighbours: [small.germany] };
    own = (await countries.create({ data, status: 'published' } as never)).documentId;
    await countries.delete({ documentId: small.austria });
    await carry(first);
    await countries.update({
      documentId: small.france,
      data: { name: 'France' },
      status: 'published',
    } as never);
    await fail(first, { ...REFUSED, message: `Not this one: country:${small.france}` });
    await fail(second, { code: 'CLOUD_BUSY', message: `Later: country:${small.france}` });
    const { flag, ...ids } = small;
    secrets = [...Object.values(ids), flag.documentId, flag.url, 'Germany', 'France', 'Sorbian'];
  });
  afterAll(async () => {
    await world?.atlas.stop();
  });

  const leaksIn = ({ text }: Answer): readonly string[] =>
    secrets.filter((secret) => text.includes(secret));

  test('no page tells of entries that the reader may not see', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { admin, small } = world;
    const all = await admin.call('GET', '/freshtag/history?limit=100');
    const mine = await reader.call('GET', `/freshtag/history?uid=${COUNTRY}&documentId=${own}`);
    expect(mine.body.changes).toMatchObject([{ entry: { title: 'Mine' }, tagTotal: 3 }]);
    expect(mine.body.changes[0].tags).toContain(`country:${own}`);
    // The administrator sees them, so that there is something to be kept.
    expect(leaksIn(all).length).toBeGreaterThan(4);
    const hidden = [small.germany, small.france, small.austria];
    const pages = [
      '/summary',
      '/actors',
      '/entries?search=',
      '/entries?search=an',
      `/entries?search=&uid=${LANGUAGE}`,
      ...hidden.map((id) => `/entries?search=${id}`),
      `/entries/${COUNTRY}/${own}`,
      `/entries/${COUNTRY}/${own}?locale=en`,
      '/history?limit=100',
      '/history.csv',
      '/history?state=failed',
      '/history?tag=country',
      `/history?uid=${COUNTRY}`,
      `/history/${mine.body.changes[0].id}`,
      '/tags?search=country',
      '/tags?search=country:all',
      '/tags?search=language',
      `/tags?search=country:${own}`,
      '/settings',
      `/settings/preview?uid=${COUNTRY}&documentId=${own}`,
    ];
    for (const page of pages) {
      const answer = await reader.call('GET', `/freshtag${page}`);
      expect([page, answer.status, leaksIn(answer)]).toEqual([page, 200, []]);
    }
  });

  test('there is no change of an entry that the reader may not see', async ({ expect, skip }) => {
    const { admin, atlas, first } = world ?? skip();
    await atlas.strapi
      .plugin('freshtag')
      .service('refresh')
      .refresh(['shop:1'], { reason: 'shop' });
    const idsOf = ({ body }: Answer): string[] => body.changes.map(({ id }: Change) => id);
    const all = await admin.call('GET', '/freshtag/history?limit=100');
    const seen = await reader.call('GET', '/freshtag/history?limit=100');
    expect(seen.body.changes).toMatchObject([{ reason: 'shop' }, { entry: { title: 'Mine' } }]);
    const file = await reader.call('GET', '/freshtag/history.csv');
    const before = await first.history({ limit: 1000 });
    for (const id of idsOf(all)) {
      const isSeen = idsOf(seen).includes(id);
      expect(file.text.includes(id)).toBe(isSeen);
      const detail = await reader.call('GET', `/freshtag/history/${id}`);
      expect([id, detail.status]).toEqual([id, isSeen ? 200 : 404]);
      if (isSeen) continue;
      for (const what of ['retry', 'discard']) {
        const { status } = await reader.call('POST', `/freshtag/history/${id}/${what}`);
        expect([what, status]).toEqual([what, 404]);
      }
    }
    expect(await first.history({ limit: 1000 })).toEqual(before);
  });

  test('what is not there and what is not for the reader are answered alike', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { small } = world;
    const none = 'z'.repeat(24);
    const plain = (answer: Answer, id: string): unknown => [
      answer.status,
      answer.text.replaceAll(id, 'ID'),
    ];
    const pages = (uid: string, id: string): string[] => [
      `/entries/${uid}/${id}`,
      `/entries/${uid}/${id}?locale=en`,
      `/history?uid=${uid}&documentId=${id}`,
      `/history?tag=${uid === COUNTRY ? 'country' : 'language'}:${id}`,
      `/history?tag=country:${id}:en`,
      `/tags?search=country:${id}`,
      `/tags?search=country:${id}:en`,
      `/settings/preview?uid=${uid}&documentId=${id}`,
    ];
    for (const [uid, id] of [
      [COUNTRY, small.france],
      [COUNTRY, small.austria],
      [COUNTRY, small.utopia],
      [LANGUAGE, small.french],
    ] as const) {
      const others = pages(uid, none);
      for (const [index, page] of pages(uid, id).entries()) {
        const hidden = await reader.call('GET', `/freshtag${page}`);
        const absent = await reader.call('GET', `/freshtag${others[index]}`);
        expect([page, plain(hidden, id)]).toEqual([page, plain(absent, none)]);
      }
      const preview = async (documentId: string): Promise<unknown> => {
        const body = { uid, documentIds: [documentId] };
        const before = await reader.call('POST', '/freshtag/preview', body);
        const begun = await reader.call('POST', '/freshtag/refresh', body);
        return [plain(before, documentId), plain(begun, documentId)];
      };
      expect(await preview(id)).toEqual(await preview(none));
    }
    const others = await reader.call('GET', '/freshtag/entries/api::none.none/a');
    const typeless = await reader.call('GET', `/freshtag/entries/${LANGUAGE}/a`);
    expect([typeless.status, typeless.text]).toEqual([others.status, others.text]);
  });

  test('what a problem says is kept with what it is of', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { admin, small } = world;
    const failed = await admin.call('GET', '/freshtag/history?state=failed');
    expect(failed.text).toContain(`Not this one: country:${small.france}`);
    const { body } = await reader.call('GET', `/freshtag/entries/${COUNTRY}/${own}`);
    expect(body.changes[0].problem).toEqual({ code: 'CLOUD_BUSY', message: 'Later: …' });
    const plain = await loginWith(world.atlas, [{ action: RIGHTS.read }]);
    const summary = await plain.call('GET', '/freshtag/summary');
    expect(summary.body.problem.message).toMatch(/^(Later|Not this one): …$/);
    expect(leaksIn(summary)).toEqual([]);
  });

  test('a right that is taken away is gone with the next question', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { strapi } = world.atlas;
    const given = [{ action: RIGHTS.read }, mayRead(LANGUAGE)];
    const other = await loginWith(world.atlas, given);
    const path = `/freshtag/entries/${LANGUAGE}/${world.small.german}`;
    expect((await other.call('GET', path)).status).toBe(200);
    const user = await strapi.service('admin::user').findOne(other.id);
    await strapi
      .service('admin::role')
      .assignPermissions(user.roles[0].id, [{ action: RIGHTS.read, subject: null }]);
    expect((await other.call('GET', path)).status).toBe(404);
    await strapi.service('admin::role').assignPermissions(user.roles[0].id, []);
    expect((await other.call('GET', path)).status).toBe(403);
  });
});
