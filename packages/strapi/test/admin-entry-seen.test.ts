import { afterAll, beforeAll, describe, test, vi } from 'vitest';

import type { EntryStatus } from '../contract/admin-api.ts';
import type { TaggedEntry, UrlsOption } from '../server/src/config.ts';
import { callersOf } from './support/changes-world.ts';
import { carry, startPanel, TWO_STAGES, type PanelWorld } from './support/panel-world.ts';

const COUNTRY = 'api::country.country';
const published = { status: 'published' } as const;

describe('where one of two targets can be looked at', () => {
  let world: PanelWorld | undefined;

  beforeAll(async () => {
    const urls: UrlsOption = ({ code }) =>
      code === 'none'
        ? []
        : `https://${code === 'api' ? 'api' : 'www'}.example.com/${String(code)}`;
    world = await startPanel('sqlite', {
      targets: {
        api: { kind: 'dynamic', domain: 'api.example.com' },
        www: {
          kind: 'dynamic',
          domain: 'www.example.com',
          after: 'api',
          verify: { origin: 'http://127.0.0.1:9' },
        },
      },
      relay: false,
      types: { [COUNTRY]: { urls, queryWrites: true } },
    });
  });
  afterAll(async () => {
    await world?.atlas.stop();
  });

  const publish = async (
    { atlas, admin, first, second }: PanelWorld,
    code: string,
  ): Promise<{ documentId: string; statusOf: () => Promise<EntryStatus> }> => {
    const { documentId } = await callersOf(atlas)
      .documents(COUNTRY)
      .create({ data: { name: code, code }, ...published });
    await carry(first);
    await carry(second);
    const path = `/freshtag/entries/${COUNTRY}/${documentId}`;
    return { documentId, statusOf: async () => (await admin.call('GET', path)).body };
  };
  const look = async ({ second }: PanelWorld): Promise<void> => {
    const [newest, ...rows] = await second.history({ domain: 'www.example.com' });
    const own = rows.filter(({ change }) => change === newest?.change);
    await second.noteProbe([newest?.id ?? 0, ...own.map(({ id }) => id)]);
  };

  test('it is looked there until it was seen, and at the other one something is missing', async ({
    expect,
    skip,
  }) => {
    const here = world ?? skip();
    const { statusOf } = await publish(here, 'both');
    expect(await statusOf()).toMatchObject({
      state: 'complete',
      probing: 'on',
      targets: [
        { target: 'api', probing: 'no-verify', isLookedAt: false },
        { target: 'www', probing: 'on', isLookedAt: true },
      ],
    });
    await look(here);
    expect(await statusOf()).toMatchObject({
      state: 'complete',
      targets: [
        { state: 'complete', isLookedAt: false },
        { state: 'live', isLookedAt: false },
      ],
    });
  });

  test('nobody looks at an entry whose pages are elsewhere, or that has none', async ({
    expect,
    skip,
  }) => {
    const here = world ?? skip();
    for (const [code, probing] of [
      ['api', 'no-verify'],
      ['none', 'no-urls'],
    ] as const) {
      const status = await (await publish(here, code)).statusOf();
      expect(status).toMatchObject({ state: 'complete', probing });
      expect(status.targets.map(({ isLookedAt }) => isLookedAt)).toEqual([false, false]);
    }
  });

  test('nobody looks at an entry that is gone where it never was', async ({ expect, skip }) => {
    const here = world ?? skip();
    for (const [code, probing] of [
      ['both', 'on'],
      ['api', 'no-verify'],
      ['none', 'no-urls'],
    ] as const) {
      const { documentId, statusOf } = await publish(here, code);
      await callersOf(here.atlas).documents(COUNTRY).unpublish({ documentId });
      await carry(here.first);
      await carry(here.second);
      expect(await statusOf()).toMatchObject({ isGone: true, probing });
    }
  });

  test('nobody looks at what ended an hour ago', async ({ expect, skip, onTestFinished }) => {
    const here = world ?? skip();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_700_000 });
    const { statusOf } = await publish(here, 'old');
    vi.useRealTimers();
    await here.atlas.strapi.db.connection('freshtag_outbox').update({ appended_at_ms: 0 });
    const { probing, targets } = await statusOf();
    expect([probing, ...targets.map(({ isLookedAt }) => isLookedAt)]).toEqual(['on', false, false]);
  });

  test('a change is verified only when it was seen at both', async ({ expect, skip }) => {
    const here = world ?? skip();
    const { statusOf } = await publish(here, 'half');
    await look(here);
    const half = await statusOf();
    expect(half.targets.map(({ state }) => state)).toEqual(['complete', 'live']);
    expect(half.changes[0]?.verifiedAtMs).toBeUndefined();
    const rows = await here.first.history({ changes: [half.changes[0]?.id ?? ''] });
    await here.first.noteProbe(rows.map(({ id }) => id));
    const live = await statusOf();
    expect(live.state).toBe('live');
    expect(live.changes[0]?.verifiedAtMs).toBeGreaterThan(0);
  });

  test('an entry that was deleted past the document service is gone, however often it is refreshed', async ({
    expect,
    skip,
  }) => {
    const here = world ?? skip();
    const { documentId, statusOf } = await publish(here, 'gone');
    const where = { documentId, publishedAt: { $notNull: true } };
    const { strapi } = here.atlas;
    const [row] = await strapi.db.query(COUNTRY).findMany({ where });
    await strapi.db.query(COUNTRY).delete({ where: { id: row?.id } });
    expect(await statusOf()).toMatchObject({
      kind: 'known',
      isGone: true,
      changes: [{ reason: 'query.delete' }, {}],
    });
    const body = { uid: COUNTRY, documentIds: [documentId] };
    await here.admin.call('POST', '/freshtag/refresh', body);
    expect(await statusOf()).toMatchObject({
      isGone: true,
      changes: [{ reason: 'refresh' }, {}, {}],
    });
  });
});

test('the history is told where the project’s own function has no tag for a locale', async ({
  expect,
  skip,
}) => {
  const tag = ({ documentId, locale }: TaggedEntry): string => {
    if (locale === 'de') throw new Error('what is that');
    return `country:${documentId}:${locale ?? 'all'}`;
  };
  const types = { [COUNTRY]: { tag } };
  const world = (await startPanel('sqlite', { ...TWO_STAGES, types })) ?? skip();
  try {
    const data = { name: 'France', code: 'fr' };
    await callersOf(world.atlas)
      .documents(COUNTRY)
      .create({ data, ...published });
    const { status, body } = await world.admin.call('GET', '/freshtag/history');
    expect(status).toBe(200);
    const [{ id }] = body.changes;
    expect((await world.admin.call('GET', `/freshtag/history/${id}`)).status).toBe(200);
  } finally {
    await world.atlas.stop();
  }
}, 120_000);
