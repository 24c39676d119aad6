import { expectFresh, expectHit, expectMiss } from '@freshtag/edge';
import { describe, test } from 'vitest';

import type { UrlsOption } from '../server/src/config.ts';
import { loginAsAdmin } from './support/admin.ts';
import { CMS, documentsOf, SITE, until } from './support/edge-world.ts';
import { delayRefreshes, startProbed, type Probed } from './support/probed-world.ts';

const COUNTRY = 'api::country.country';
const CURRENCY = 'api::currency.currency';
const status = 'published';

const BY_LOCALE = {
  [COUNTRY]: { urls: `https://${CMS}/api/countries/{documentId}?locale={locale}` },
};
const BY_ID = { [CURRENCY]: { urls: `https://${CMS}/api/currencies/{documentId}` } };

function pathOf(documentId: string, locale: string): string {
  return `/api/countries/${documentId}?locale=${locale}`;
}

/** A country in two locales. */
async function createGermany(world: Probed): Promise<string> {
  await world.atlas.strapi.plugin('i18n').service('locales').create({ name: 'German', code: 'de' });
  const countries = documentsOf(world);
  const data = { name: 'Germany', code: 'DE' };
  const { documentId } = await countries.create({ data, status });
  await world.probed(COUNTRY, documentId);
  await countries.update({ documentId, locale: 'de', data: { name: 'Deutschland' }, status });
  return documentId;
}

for (const database of ['sqlite', 'postgres'] as const)
  describe(`on ${database}`, () => {
    test('what was published is verified when every point of presence serves it, in each of its locales', async (context) => {
      const { expect } = context;
      const world = await startProbed(context, { database, types: BY_LOCALE });
      const { edge, probed, asked } = world;
      const documentId = await createGermany(world);
      await probed(COUNTRY, documentId);
      const paths = ['en', 'de'].map((locale) => pathOf(documentId, locale));
      for (const path of paths)
        for (const point of edge.points) expect(asked(path, point)).toBeGreaterThan(0);
      await documentsOf(world).update({
        documentId,
        locale: 'de',
        data: { name: 'Bundesrepublik' },
        status,
      });
      const records = await probed(COUNTRY, documentId);
      for (const path of paths) await expectFresh(edge, path);
      expect((await expectHit(edge, pathOf(documentId, 'de'))).body).toContain('Bundesrepublik');
      for (const { verifiedAtMs, completeAtMs, probeProblem } of records) {
        expect(probeProblem).toBeUndefined();
        expect(verifiedAtMs).toBeGreaterThanOrEqual(completeAtMs ?? Infinity);
      }
    }, 120_000);

    test('an edge that is late is looked at again, and verified once it is fresh', async (context) => {
      const { expect } = context;
      const world = await startProbed(context, { database, types: BY_LOCALE });
      const { edge, clock, drained, recordsOf, probed, asked } = world;
      const documentId = await createGermany(world);
      await probed(COUNTRY, documentId);
      const path = pathOf(documentId, 'en');
      delayRefreshes(edge);
      const before = asked(path, 'pop-2');
      await documentsOf(world).update({ documentId, data: { name: 'Allemagne' }, status });
      await drained();
      await until(() => asked(path, 'pop-2') > before);
      const [late] = await recordsOf(COUNTRY, documentId);
      expect(late).toMatchObject({ verifiedAtMs: undefined, probeProblem: undefined });
      const effects = (): number =>
        edge.events.filter((event) => event.type === 'effect' && event.layer === 'pop-2').length;
      const known = effects();
      edge.clearFaults();
      await edge.refresh({ domain: CMS, tags: [`country:${documentId}:en`], force: true });
      await until(() => effects() > known);
      clock.leap(2000);
      const records = await probed(COUNTRY, documentId);
      expect(records.map(({ probeProblem }) => probeProblem)).toEqual(records.map(() => undefined));
      await expectFresh(edge, path);
    }, 120_000);

    test('an edge that stays old for two minutes is a problem, in words', async (context) => {
      const { expect } = context;
      const world = await startProbed(context, { database, types: BY_ID });
      const { edge, clock, drained, probed, asked } = world;
      const currencies = documentsOf(world, CURRENCY);
      const { documentId } = await currencies.create({
        data: { name: 'Euro', code: 'EUR' },
        status,
      });
      await probed(CURRENCY, documentId);
      const path = `/api/currencies/${documentId}`;
      delayRefreshes(edge);
      const before = asked(path, 'pop-2');
      await currencies.update({ documentId, data: { name: 'Teuro' }, status });
      await drained();
      for (const [looks, delayMs] of [2, 4, 8, 16, 32, 64].entries()) {
        await until(() => asked(path, 'pop-2') === before + looks + 1);
        clock.leap(delayMs * 1000);
      }
      const [newest] = await probed(CURRENCY, documentId);
      expect(asked(path, 'pop-2')).toBe(before + 7);
      expect(newest?.verifiedAtMs).toBeUndefined();
      expect(newest?.probeProblem).toMatch(
        new RegExp(
          `^The edge still serves an old copy of https://${CMS}${path}: pop-2: another content: .*\\.$`,
        ),
      );
    }, 120_000);

    test('what visitors see no more is verified when the edge says so too', async (context) => {
      const { expect } = context;
      const world = await startProbed(context, { database, types: BY_LOCALE });
      const { edge, probed, asked } = world;
      const countries = documentsOf(world);
      const documentId = await createGermany(world);
      await probed(COUNTRY, documentId);
      const german = pathOf(documentId, 'de');
      const before = asked(german, 'pop-2');
      await countries.unpublish({ documentId, locale: 'de' });
      await probed(COUNTRY, documentId);
      expect(asked(german, 'pop-2')).toBeGreaterThan(before);
      expect((await expectMiss(edge, german)).status).toBe(404);
      await countries.delete({ documentId, locale: '*' });
      const records = await probed(COUNTRY, documentId);
      const english = pathOf(documentId, 'en');
      expect((await expectMiss(edge, english)).status).toBe(404);
      expect(records.map(({ probeProblem }) => probeProblem)).toEqual(records.map(() => undefined));
    }, 120_000);

    test('a change that was followed by another before anybody looked is not verified by what came of that one', async (context) => {
      const { expect } = context;
      const world = await startProbed(context, { database, types: BY_ID });
      const currencies = documentsOf(world, CURRENCY);
      const data = { name: 'Euro', code: 'EUR' };
      const { documentId } = await currencies.create({ data });
      await world.atlas.strapi.db.transaction(async () => {
        await currencies.publish({ documentId });
        await currencies.unpublish({ documentId });
      });
      const records = await world.probed(CURRENCY, documentId);
      for (const { reason, verifiedAtMs, probeProblem } of records)
        if (reason === 'publish') {
          expect(verifiedAtMs).toBeUndefined();
          expect(probeProblem).toMatch(/^The entry was changed again before /);
        } else {
          expect(verifiedAtMs).toBeGreaterThan(0);
        }
      expect(new Set(records.map(({ reason }) => reason)).size).toBe(2);
    }, 120_000);

    test('of a change of two locales the one that was not changed again is verified by its own page', async (context) => {
      const { expect } = context;
      const world = await startProbed(context, { database, types: BY_LOCALE });
      const countries = documentsOf(world);
      const documentId = await createGermany(world);
      await world.probed(COUNTRY, documentId);
      await world.atlas.strapi.db.transaction(async () => {
        await countries.publish({ documentId, locale: '*' });
        await countries.update({ documentId, locale: 'de', data: { name: 'Neuland' }, status });
      });
      const records = await world.probed(COUNTRY, documentId);
      const update = records.find(({ reason }) => reason === 'update');
      const both = records.filter(({ reason }) => reason === 'publish');
      const recordOf = (...locale: readonly string[]): (typeof both)[number] | undefined =>
        both.find(({ tag }) => tag === ['country', documentId, ...locale].join(':'));
      expect(recordOf('de')?.probeProblem).toMatch(/^The entry was changed again before /);
      for (const record of [recordOf(), recordOf('en')])
        expect(record).toMatchObject({ verifiedAtMs: expect.any(Number), probeProblem: undefined });
      expect(update?.verifiedAtMs).toBeGreaterThan(0);
    }, 120_000);

    test('a locale without pages is not verified by the pages of another one', async (context) => {
      const { expect } = context;
      const urls: UrlsOption = ({ documentId }, locale) =>
        locale === 'en' ? `https://${CMS}${pathOf(String(documentId), locale)}` : [];
      const world = await startProbed(context, { database, types: { [COUNTRY]: { urls } } });
      const countries = documentsOf(world);
      const documentId = await createGermany(world);
      const english = `country:${documentId}:en`;
      const englishSeen = (): Promise<void> =>
        until(async () => {
          const records = await world.recordsOf(COUNTRY, documentId);
          return records.every(({ tag, verifiedAtMs }) => tag !== english || verifiedAtMs);
        });
      await englishSeen();
      await world.drained();
      await countries.unpublish({ documentId, locale: 'de' });
      await world.drained();
      await countries.update({ documentId, data: { name: 'Allemagne' }, status });
      await englishSeen();
      const records = await world.recordsOf(COUNTRY, documentId);
      const ofGerman = records.filter(
        ({ tag, reason }) => reason === 'unpublish' || tag === `country:${documentId}:de`,
      );
      expect(ofGerman.map(({ reason }) => reason)).toContain('update');
      for (const { verifiedAtMs, probeProblem } of ofGerman)
        expect(verifiedAtMs ?? probeProblem).toBeUndefined();
    }, 120_000);

    test('the page of an entry that is gone is known by its draft, and without one it is said that nobody could look', async (context) => {
      const { expect } = context;
      const urls = `https://${CMS}/api/currencies?filters[code][$eq]={code}`;
      const world = await startProbed(context, { database, types: { [CURRENCY]: { urls } } });
      const { probed, asked } = world;
      const currencies = documentsOf(world, CURRENCY);
      const data = { name: 'Taler', code: 'T/L' };
      const { documentId } = await currencies.create({ data, status });
      await probed(CURRENCY, documentId);
      const path = '/api/currencies?filters[code][$eq]=T%2FL';
      const before = asked(path);
      expect(before).toBeGreaterThan(0);
      await currencies.unpublish({ documentId });
      const [unpublished] = await probed(CURRENCY, documentId);
      expect(unpublished?.probeProblem).toBeUndefined();
      expect(asked(path)).toBeGreaterThan(before);
      await currencies.publish({ documentId });
      await probed(CURRENCY, documentId);
      await currencies.delete({ documentId });
      const [deleted] = await probed(CURRENCY, documentId);
      expect(deleted?.probeProblem).toBe(
        'The entry is gone, and with it what its URL was made of, so nobody could look whether the edge still serves it.',
      );
    }, 120_000);

    test('many entries published at once are verified with few questions at a time, each asked for once', async (context) => {
      const { expect } = context;
      const world = await startProbed(context, { database, types: BY_ID });
      const { atlas, origin, drained, probed } = world;
      const currencies = documentsOf(world, CURRENCY);
      const documentIds: string[] = [];
      await atlas.strapi.db.transaction(async () => {
        for (let number = 0; number < 300; number += 1) {
          const data = { name: `Currency ${number}`, code: `C${number}` };
          documentIds.push((await currencies.create({ data })).documentId);
        }
      });
      const admin = await loginAsAdmin(atlas);
      const actions = `/content-manager/collection-types/${CURRENCY}/actions`;
      await admin.call('POST', `${actions}/bulkPublish`, { documentIds });
      await drained();
      for (const documentId of documentIds)
        for (const record of await probed(CURRENCY, documentId))
          expect(record).toMatchObject({ probeProblem: undefined, state: 'complete' });
      expect(new Set(origin.paths).size).toBe(300);
      expect(origin.most).toBeLessThanOrEqual(4);
      // The list's tag and the entry's own may have been in calls that did not end together.
      expect(origin.paths.length).toBeLessThanOrEqual(600);
    }, 240_000);

    test('rows that nobody can look at stay complete, and what cannot be made a URL is a problem', async (context) => {
      const { expect } = context;
      const logged: string[] = [];
      const world = await startProbed(context, {
        database,
        logged,
        targets: { www: { kind: 'dynamic', domain: SITE } },
        types: {
          ...BY_ID,
          'api::language.language': {
            urls: () => {
              throw new Error('what shall I do');
            },
          },
          'api::region.region': { urls: () => 'ftp://files.example.com/' },
        },
      });
      const { recordsOf, probed } = world;
      const create = async (uid: string): Promise<string> => {
        const data = { name: 'Any', code: 'ANY' };
        return (await documentsOf(world, uid).create({ data, status })).documentId;
      };
      const country = await create(COUNTRY);
      await world.drained();
      const [language, region, currency] = [
        await create('api::language.language'),
        await create('api::region.region'),
        await create(CURRENCY),
      ];
      const [ofLanguage] = await probed('api::language.language', language);
      const [ofRegion] = await probed('api::region.region', region);
      await probed(CURRENCY, currency);
      for (const record of await recordsOf(COUNTRY, country)) {
        expect(record.state).toBe('complete');
        expect(record.verifiedAtMs ?? record.probeProblem).toBeUndefined();
      }
      const atSite = (await recordsOf(CURRENCY, currency)).filter(({ domain }) => domain === SITE);
      expect(atSite.map(({ verifiedAtMs }) => verifiedAtMs)).toEqual(atSite.map(() => undefined));
      expect(ofLanguage?.probeProblem).toBe(
        'The entry has no URLs by types.api::language.language.urls: It failed; the log says why.',
      );
      expect(logged.join('\n')).toContain('what shall I do');
      expect(ofRegion?.probeProblem).toMatch(/types\.api::region\.region\.urls: .*Give a URL/);
    }, 120_000);

    test('a database that goes away is waited for', async (context) => {
      const { expect } = context;
      const logged: string[] = [];
      const world = await startProbed(context, {
        database,
        logged,
        types: BY_ID,
        relay: { leaseMs: 1000 },
      });
      const { connection } = world.atlas.strapi.db;
      await connection.schema.renameTable('freshtag_batch', 'away');
      const data = { name: 'Euro', code: 'EUR' };
      const { documentId } = await documentsOf(world, CURRENCY).create({ data, status });
      await until(() => logged.some((line) => line.includes('cannot look whether the edge is')));
      await connection.schema.renameTable('away', 'freshtag_batch');
      const [record] = await world.probed(CURRENCY, documentId);
      expect(record?.verifiedAtMs).toBeGreaterThan(0);
    }, 120_000);
  });
