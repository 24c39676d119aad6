import { newChange } from '@freshtag/core/relay';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';

import type { EntryStatus } from '../contract/admin-api.ts';
import { loginAsAdmin } from './support/admin.ts';
import { callersOf, type Documents } from './support/changes-world.ts';
import {
  carry,
  fail,
  forget,
  QUOTA,
  REFUSED,
  startPanel,
  TWO_STAGES,
  type PanelWorld,
} from './support/panel-world.ts';
import { startStrapi } from './support/start-strapi.ts';

const COUNTRY = 'api::country.country';
const published = { status: 'published' } as const;

describe.for(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let world: PanelWorld | undefined;

  beforeAll(async () => {
    world = await startPanel(database, {
      ...TWO_STAGES,
      types: { [COUNTRY]: { urls: 'https://www.example.com/{locale}/{code}' } },
    });
  });
  beforeEach(async () => {
    if (world !== undefined) await forget(world);
  });
  afterAll(async () => {
    await world?.atlas.stop();
  });

  const statusOf = async (documentId: string, locale?: string): Promise<EntryStatus> => {
    const query = locale === undefined ? '' : `?locale=${locale}`;
    const path = `/freshtag/entries/${COUNTRY}/${documentId}${query}`;
    const answer = await world?.admin.call('GET', path);
    if (answer?.status !== 200) throw new Error(answer?.text);
    return answer.body;
  };
  const countries = (): Documents => {
    if (world === undefined) throw new Error('there is no world');
    return callersOf(world.atlas).documents(COUNTRY);
  };

  test('follows an entry from its draft to visitors, and away from them', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { first, second } = world;
    const data = { name: 'Atlantis', code: 'atlantis' };
    const { documentId } = await countries().create({ data });
    const draft = await statusOf(documentId, 'en');
    expect(draft).toMatchObject({ kind: 'draft', isGone: false, changes: [], mayRefresh: true });
    await countries().publish({ documentId });
    const waiting = await statusOf(documentId, 'en');
    expect(waiting).toMatchObject({
      kind: 'known',
      state: 'waiting',
      isGone: false,
      tags: [`country:${documentId}:en`, 'country:all'],
      urls: ['https://www.example.com/en/atlantis'],
      probing: 'no-verify',
      targets: [
        { target: 'api', state: 'waiting' },
        { target: 'www', state: 'waiting' },
      ],
      changes: [{ reason: 'publish', entry: { title: 'Atlantis' }, actor: { kind: 'system' } }],
    });
    await carry(first, 'passing');
    expect((await statusOf(documentId)).targets.map(({ state }) => state)).toEqual([
      'accepted',
      'waiting',
    ]);
    await fail(second, QUOTA);
    const quota = await statusOf(documentId);
    expect(quota).toMatchObject({ state: 'quota', problem: QUOTA });
    const untilMs = (quota.resumesAtMs ?? 0) - Date.now();
    expect(untilMs).toBeGreaterThan(0);
    expect(untilMs).toBeLessThan(25 * 3_600_000);
    await second.redrive();
    await fail(second, REFUSED);
    expect(await statusOf(documentId)).toMatchObject({ state: 'failed', problem: REFUSED });
    await countries().update({ documentId, data: { name: 'Atlantis!' } });
    // A draft changes nothing.
    expect((await statusOf(documentId)).changes).toHaveLength(1);
    await countries().publish({ documentId });
    await carry(first);
    await carry(second);
    const complete = await statusOf(documentId);
    expect(complete).toMatchObject({ state: 'complete', changes: [{}, { state: 'failed' }] });
    expect(complete.problem).toBeUndefined();
    await countries().unpublish({ documentId });
    expect(await statusOf(documentId)).toMatchObject({
      kind: 'known',
      isGone: true,
      state: 'waiting',
      urls: [],
    });
    await carry(first);
    await carry(second);
    expect(await statusOf(documentId)).toMatchObject({ isGone: true, state: 'complete' });
    await countries().delete({ documentId });
    expect(await statusOf(documentId)).toMatchObject({ isGone: true, kind: 'known' });
  });

  test('tells the locales of an entry apart', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { small, first, second, admin } = world;
    const { germany: documentId } = small;
    expect(await statusOf(documentId, 'de')).toMatchObject({ kind: 'unchanged', changes: [] });
    await countries().publish({ documentId, locale: 'de' });
    await carry(first);
    await carry(second);
    await countries().publish({ documentId, locale: 'en' });
    expect(await statusOf(documentId, 'de')).toMatchObject({ state: 'complete', changes: [{}] });
    expect(await statusOf(documentId, 'en')).toMatchObject({ state: 'waiting', changes: [{}] });
    expect(await statusOf(documentId)).toMatchObject({ state: 'waiting', changes: [{}, {}] });
    const body = { uid: COUNTRY, documentIds: [documentId], locale: 'de' };
    await admin.call('POST', '/freshtag/refresh', body);
    expect(await statusOf(documentId, 'de')).toMatchObject({ state: 'waiting' });
    const { changes } = await statusOf(documentId, 'en');
    expect(changes).toHaveLength(1);
  });

  test('finds the last change of a locale, however often others were changed since', async ({
    expect,
    skip,
  }) => {
    const { small, first, second } = world ?? skip();
    const { germany: documentId } = small;
    await countries().publish({ documentId, locale: 'de' });
    await carry(first);
    await carry(second);
    const row = { domain: 'api.example.com', tag: `country:${documentId}:en`, force: true };
    const subject = `${COUNTRY}:${documentId}`;
    await first.append(
      Array.from({ length: 50 }, () => ({ ...row, subject, reason: 'later', change: newChange() })),
    );
    const ofGerman = await statusOf(documentId, 'de');
    expect(ofGerman).toMatchObject({ kind: 'known', state: 'complete' });
    expect(ofGerman.changes.map(({ reason }) => reason)).toEqual(['publish']);
    const { changes } = await statusOf(documentId, 'en');
    expect(changes.map(({ reason }) => reason)).toEqual(Array(5).fill('later'));
  });

  test('says of each target where it is, and of pages that were looked at what was seen', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { small, first, second } = world;
    const { france: documentId } = small;
    await countries().publish({ documentId });
    await carry(first, 'settled');
    const [row] = await carry(second);
    const note = async (problem?: string): Promise<EntryStatus> => {
      const rows = await second.history({ changes: [row?.change ?? ''] });
      const ids = rows.filter(({ domain }) => domain === 'www.example.com').map(({ id }) => id);
      await second.noteProbe(ids, problem);
      return statusOf(documentId);
    };
    const live = await note();
    expect(live.targets.map(({ state }) => state)).toEqual(['settled', 'live']);
    // The worst of the targets is that of which the least is known.
    expect(live.state).toBe('settled');
    const stale = await note('The edge still serves an old copy of https://www.example.com/fr.');
    expect(stale).toMatchObject({ state: 'stale', problem: { code: 'EDGE_STALE' } });
    const unknown = await note('It is not known whether the edge serves the newest page.');
    expect(unknown.targets).toMatchObject([
      { state: 'settled' },
      { state: 'complete', problem: { code: 'NOT_VERIFIED' } },
    ]);
  });

  test('is live in a locale whose own page was seen, and not yet in another one of the same change', async ({
    expect,
    skip,
  }) => {
    const { small, first, second } = world ?? skip();
    const { germany: documentId } = small;
    await countries().publish({ documentId, locale: '*' });
    await carry(first);
    const [row] = await carry(second);
    const change = row?.change ?? '';
    const see = async (...tags: readonly string[]): Promise<void> => {
      for (const store of [first, second]) {
        const rows = await store.history({ changes: [change] });
        await store.noteProbe(rows.flatMap(({ id, tag }) => (tags.includes(tag) ? id : [])));
      }
    };
    const stateIn = async (locale?: string): Promise<unknown> =>
      (await statusOf(documentId, locale)).state;
    await see(`country:${documentId}`, `country:${documentId}:en`);
    expect([await stateIn('en'), await stateIn('de')]).toEqual(['live', 'complete']);
    const [whole] = (await statusOf(documentId, 'en')).changes;
    expect(whole).toMatchObject({ id: change, state: 'complete' });
    await see(`country:${documentId}:de`);
    expect([await stateIn('en'), await stateIn('de')]).toEqual(['live', 'live']);
    expect(await stateIn()).toBe('live');
  });

  test('an editor who publishes is named, and a guess finds nothing', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { admin, small } = world;
    const path = `/content-manager/collection-types/${COUNTRY}/${small.germany}`;
    const { status } = await admin.call('POST', `${path}/actions/publish`, { name: 'Germany' });
    expect(status).toBe(200);
    const { changes } = await statusOf(small.germany);
    expect(changes[0]?.actor).toMatchObject({ kind: 'editor', name: 'Ed Itor' });
    for (const guess of [
      `${COUNTRY}/${'z'.repeat(24)}`,
      `${COUNTRY}/%00`,
      `${COUNTRY}/%F0%9F%98%80`,
      'api::none.none/a',
      '__proto__/constructor',
    ]) {
      const answer = await admin.call('GET', `/freshtag/entries/${guess}`);
      const { error } = answer.body;
      expect([guess, error]).toMatchObject([guess, { status: 404, message: 'Entity not found' }]);
    }
  });
});

test('says if nothing can be refreshed, or the type is left out', async ({ expect }) => {
  const atlas = await startStrapi({ freshtag: { types: { 'api::language.language': false } } });
  if (atlas === undefined) return;
  try {
    const admin = await loginAsAdmin(atlas);
    const { documents } = callersOf(atlas);
    const country = await documents(COUNTRY).create({
      data: { name: 'A', code: 'a' },
      ...published,
    });
    const language = await documents('api::language.language').create({
      data: { name: 'B', code: 'b' },
      ...published,
    });
    const kindOf = async (uid: string, id: string): Promise<unknown> =>
      (await admin.call('GET', `/freshtag/entries/${uid}/${id}`)).body.kind;
    expect(await kindOf(COUNTRY, country.documentId)).toBe('no-targets');
    expect(await kindOf('api::language.language', language.documentId)).toBe('untagged');
    const summary = await admin.call('GET', '/freshtag/summary');
    expect(summary.body).toMatchObject({ state: 'idle', waiting: 0, callsToday: 0 });
    const settings = await admin.call('GET', '/freshtag/settings');
    expect(settings.status).toBe(200);
    const left = settings.body.types.find(({ uid }: { uid: string }) => uid.includes('language'));
    expect(left.tagName).toBeUndefined();
    const preview = await admin.call('POST', '/freshtag/refresh', { tags: ['a'] });
    expect(preview.body).toMatchObject({ calls: 0, targets: [] });
  } finally {
    await atlas.stop();
  }
});
