import { afterAll, beforeAll, describe, test } from 'vitest';

import type { ChangesWorld } from './support/changes-world.ts';
import { changed, inTwoLocales, newFile, SHIP, startFleet } from './support/fleet.ts';

/** Writes that are refused in part, or that code of the project takes part in. */
type Cell = readonly [
  title: string,
  run: (world: ChangesWorld) => Promise<{ tags: readonly string[]; expected: readonly string[] }>,
];

const COUNTRY = 'api::country.country';
const LANGUAGE = 'api::language.language';

/** The project's own, with a fault. */
function tagsOfProject({ name }: { readonly name?: unknown }): readonly string[] {
  if (name === 'Bad') throw new Error('a fault in the project');
  return [];
}

const CELLS: readonly Cell[] = [
  [
    'a publish that is refused in a transaction which is committed refreshes what it has removed',
    async (world) => {
      const { strapi } = world.atlas;
      const documentId = await inTwoLocales(world, COUNTRY, { name: 'A', code: 'A' });
      const where = { documentId, publishedAt: null };
      await strapi.db.query(COUNTRY).updateMany({ where, data: { name: null } });
      const tags = await world.tagsOf(() =>
        strapi.db.transaction(async () => {
          await refused(world.documents(COUNTRY).publish({ documentId }));
        }),
      );
      return { tags, expected: changed('country', documentId, 'de', 'en') };
    },
  ],
  [
    'an entry that remains of a refused write refreshes the type',
    async (world) => {
      const { strapi } = world.atlas;
      const remove = strapi.db.lifecycles.subscribe({
        models: [SHIP],
        afterCreate: () => {
          throw new Error('refused by a hook');
        },
      });
      const tags = await world.tagsOf(() =>
        strapi.db.transaction(async () => {
          await refused(world.documents(SHIP).create({ data: { name: 'Ship' } }));
          remove();
        }),
      );
      const expected = ['captain', 'captain:all', 'log', 'log:all', 'ship', 'ship:all'];
      return { tags, expected };
    },
  ],
  [
    'a hook that writes another type with strapi.db.query refreshes that too',
    async (world) => {
      const { db } = world.atlas.strapi;
      const made = await world.documents(LANGUAGE).create({
        data: { name: 'German', code: 'hook' },
      });
      const remove = db.lifecycles.subscribe({
        models: [SHIP],
        afterCreate: async () => {
          const data = { name: 'Counted' };
          await db.query(LANGUAGE).update({ where: { id: made.id }, data });
        },
      });
      let documentId = '';
      const tags = await world.tagsOf(async () => {
        ({ documentId } = await world.documents(SHIP).create({ data: { name: 'Ship' } }));
      });
      remove();
      const expected = [...changed('ship', documentId), ...changed('language', made.documentId)];
      return { tags, expected };
    },
  ],
  [
    'an error in what the project says of an entry refreshes the type, and leaves the write alone',
    async (world) => {
      const { db } = world.atlas.strapi;
      const made = await world.documents(LANGUAGE).create({ data: { name: 'Good', code: 'bad' } });
      const tags = await world.tagsOf(() =>
        db.query(LANGUAGE).update({ where: { id: made.id }, data: { name: 'Bad' } }),
      );
      const entry = await db.query(LANGUAGE).findOne({ where: { id: made.id } });
      return { tags: [...tags, entry.name].sort(), expected: ['Bad', 'language', 'language:all'] };
    },
  ],
  [
    'an error in what the project says of a file refreshes all files, and leaves the file alone',
    async (world) => {
      const tags = await world.tagsOf(() => newFile(world, 'Bad'));
      return { tags, expected: ['upload-file', 'upload-file:all'] };
    },
  ],
];

async function refused(write: Promise<unknown>): Promise<void> {
  const isRefused = await write.then(
    () => false,
    () => true,
  );
  if (!isRefused) throw new Error('it was not refused');
}

const TYPES = {
  [LANGUAGE]: { queryWrites: true, tags: tagsOfProject },
  'plugin::upload.file': { tags: tagsOfProject },
};

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  describe(`writes on ${database}`, () => {
    let world: ChangesWorld | undefined;
    beforeAll(async () => {
      world = await startFleet(database, TYPES);
    });
    afterAll(async () => {
      await world?.atlas.stop();
    });
    for (const [title, run] of CELLS)
      test(`${title}, on ${database}`, async (context) => {
        const { expect } = context;
        if (world === undefined) {
          context.skip();
          return;
        }
        const { tags, expected } = await run(world);
        expect(tags).toEqual(expected.toSorted());
      });
  });
