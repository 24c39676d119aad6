import { afterAll, beforeAll, describe, test } from 'vitest';

import { findLinks } from '../server/src/changes/links.ts';
import { readPublicState } from '../server/src/changes/public-state.ts';
import { NO_SHARED_FIELDS } from '../server/src/changes/shared-fields.ts';
import { instanceOf } from '../server/src/instance.ts';
import { ONE_TARGET, startChanges, type ChangesWorld } from './support/changes-world.ts';

const COUNTRY = 'api::country.country';
const LANGUAGE = 'api::language.language';
const FRONT_PAGE = 'api::front-page.front-page';

/** Makes the option `tags` of currencies fail. */
let isBroken = false;

const WITH_OPTIONS = {
  ...ONE_TARGET,
  types: {
    'api::currency.currency': {
      tags: ({ code }: Readonly<Record<string, unknown>>) => {
        if (isBroken) throw new Error('the mapping is broken');
        return [`money-page:${String(code)}`];
      },
    },
    [LANGUAGE]: { queryWrites: true },
  },
};

const country = { name: 'Germany', code: 'DE' };

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  describe(`with the plugin on ${database}`, () => {
    let world: ChangesWorld | undefined;
    beforeAll(async () => {
      world = await startChanges(database, { freshtag: WITH_OPTIONS });
    }, 60_000);
    afterAll(async () => {
      await world?.atlas.stop();
    });

    test(`an error in working out the tags refreshes the whole type, and the publish succeeds, on ${database}`, async (context) => {
      const { expect } = context;
      if (world === undefined) {
        context.skip();
        return;
      }
      const { documents, tagsOf } = world;
      const data = { name: 'Euro', code: 'EUR' };
      const { documentId } = await documents('api::currency.currency').create({ data });
      isBroken = true;
      try {
        const tags = await tagsOf(() =>
          documents('api::currency.currency').publish({ documentId }),
        );
        expect(tags).toEqual(['country', 'country:all', 'currency', 'currency:all']);
      } finally {
        isBroken = false;
      }
      const published = await documents('api::currency.currency').findOne({
        documentId,
        status: 'published',
      });
      expect(published.name).toBe('Euro');
    });

    test(`tags of the project's own are refreshed as the entry was and as it is, on ${database}`, async (context) => {
      const { expect } = context;
      if (world === undefined) {
        context.skip();
        return;
      }
      const currencies = world.documents('api::currency.currency');
      const status = 'published';
      const { documentId } = await currencies.create({
        data: { name: 'Mark', code: 'DEM' },
        status,
      });
      const tags = await world.tagsOf(() =>
        currencies.update({ documentId, data: { code: 'EUR' }, status }),
      );
      expect(tags).toEqual([
        'currency',
        `currency:${documentId}`,
        'money-page:DEM',
        'money-page:EUR',
      ]);
    });

    test(`a publish that Strapi refuses stays refused, and refreshes nothing, on ${database}`, async (context) => {
      const { expect } = context;
      if (world === undefined) {
        context.skip();
        return;
      }
      const { documents, tagsOf } = world;
      const { documentId } = await documents(COUNTRY).create({ data: { name: 'No code' } });
      const tags = await tagsOf(async () => {
        await expect(documents(COUNTRY).publish({ documentId })).rejects.toThrow(/code/);
      });
      expect(tags).toEqual([]);
    });

    test(`what is written names the entry, the action and who did it, on ${database}`, async (context) => {
      const { expect } = context;
      if (world === undefined) {
        context.skip();
        return;
      }
      const { rowsOf, documents, admin, rest } = world;
      const who = async (work: () => Promise<unknown>): Promise<string> => {
        const [row] = await rowsOf(work);
        return `${row?.environment} ${row?.domain} ${row?.subject} ${row?.actor} ${row?.reason}`;
      };
      const { documentId } = await documents(COUNTRY).create({ data: country });
      const about = `production cms.example.com ${COUNTRY}:${documentId}`;
      const path = `/content-manager/collection-types/${COUNTRY}/${documentId}`;
      expect(await who(() => documents(COUNTRY).publish({ documentId }))).toBe(
        `${about} system publish`,
      );
      expect(await who(() => admin.call('POST', `${path}/actions/publish`, country))).toBe(
        `${about} editor:1 publish`,
      );
      expect(await who(() => rest('DELETE', `countries/${documentId}`))).toMatch(
        new RegExp(`^${about} token:\\d+ delete$`),
      );
    });

    test(`code that catches a refused write in its transaction goes on, on ${database}`, async (context) => {
      const { expect } = context;
      if (world === undefined) {
        context.skip();
        return;
      }
      const { atlas, documents, tagsOf } = world;
      const good = await documents(COUNTRY).create({ data: country });
      const bad = await documents(COUNTRY).create({ data: { name: 'No code' } });
      const tags = await tagsOf(() =>
        atlas.strapi.db.transaction(async () => {
          await documents(COUNTRY)
            .publish(bad)
            .catch(() => {});
          await documents(COUNTRY).publish({ documentId: good.documentId });
        }),
      );
      expect(tags).toEqual([
        'country',
        `country:${good.documentId}`,
        `country:${good.documentId}:en`,
      ]);
    });

    test(`writes past the document service are refreshed for a type that asks for it, on ${database}`, async (context) => {
      const { expect } = context;
      if (world === undefined) {
        context.skip();
        return;
      }
      const { db } = world.atlas.strapi;
      const languages = world.documents(LANGUAGE);
      const { documentId } = await languages.create({
        data: { name: 'German', code: 'deu' },
      });
      const own = ['language', `language:${documentId}`];
      const query = db.query(LANGUAGE);
      const where = { documentId };
      const one = await world.tagsOf(() => query.update({ where, data: { name: 'Deutsch' } }));
      expect(one).toEqual(own);
      const many = await world.tagsOf(() => query.updateMany({ where, data: { name: 'Tysk' } }));
      expect(many).toEqual(['language', 'language:all']);
      const seen = await world.rowsOf(() =>
        languages.update({ documentId, data: { name: 'German' } }),
      );
      expect(seen.map(({ reason }) => reason)).toEqual(['update', 'update']);
      const other = await world.tagsOf(() =>
        db.query('api::region.region').create({ data: { name: 'Past', code: 'P', locale: 'en' } }),
      );
      expect(other).toEqual([]);
    });

    test(`fields that Strapi copies to other locales after its commit are refreshed after that, on ${database}`, async (context) => {
      const { expect } = context;
      if (world === undefined) {
        context.skip();
        return;
      }
      const { rowsOf, atlas } = world;
      const countries = world.documents(COUNTRY);
      const status = 'published';
      const { documentId } = await countries.create({ data: country, status });
      await countries.update({ documentId, locale: 'de', data: country, status });
      const german = `country:${documentId}:de`;
      const shared = await rowsOf(() =>
        countries.update({ documentId, data: { code: 'NEW' }, status }),
      );
      expect(shared.filter(({ tag }) => tag === german)).toHaveLength(2);
      const inTransaction = await rowsOf(() =>
        atlas.strapi.db.transaction(() =>
          countries.update({ documentId, data: { code: 'NEWER' }, status }),
        ),
      );
      expect(inTransaction.filter(({ tag }) => tag === german)).toHaveLength(1);
    });

    test(`an import, which nobody sees, is answered by advice in the log, on ${database}`, async (context) => {
      const { expect } = context;
      if (world === undefined) {
        context.skip();
        return;
      }
      const { log, db } = world.atlas.strapi;
      const said: unknown[] = [];
      const { warn } = log;
      log.warn = ((message: unknown) => said.push(message)) as never;
      db.lifecycles.disable();
      db.lifecycles.enable();
      log.warn = warn;
      expect(said.join()).toContain('refreshAll()');
    });

    test(`entries that show another are found through relations, components and zones, on ${database}`, async (context) => {
      const { expect } = context;
      if (world === undefined) {
        context.skip();
        return;
      }
      const { strapi } = world.atlas;
      const countries = world.documents(COUNTRY);
      const status = 'published';
      const shown = await countries.create({ data: country, status });
      const seeAlso = { __component: 'atlas.see-also', countries: [shown.documentId] };
      const near = await countries.create({
        data: { ...country, sections: [seeAlso] },
        status,
      });
      const page = await world.documents(FRONT_PAGE).create({
        data: { title: 'Hi', countries: [shown.documentId], sections: [seeAlso] },
        status,
      });
      const { shownBy } = await readPublicState(strapi, strapi.db.connection, {
        uid: COUNTRY,
        documentId: shown.documentId,
        links: findLinks(strapi, instanceOf(strapi).names, COUNTRY),
        shared: NO_SHARED_FIELDS,
        ofDrafts: false,
      });
      expect(new Set(shownBy.map(({ documentId }) => documentId))).toEqual(
        new Set([near.documentId, page.documentId]),
      );
    });
  });
