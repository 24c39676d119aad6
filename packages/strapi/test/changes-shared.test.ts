import { afterAll, beforeAll, describe, test } from 'vitest';

import type { ChangesWorld } from './support/changes-world.ts';
import { changed, HARBOUR, inTwoLocales, LOG, newFile, startFleet } from './support/fleet.ts';

/** Fields that locales share, and those that they do not. */
type Cell = readonly [
  title: string,
  run: (world: ChangesWorld) => Promise<{ tags: readonly string[]; expected: readonly string[] }>,
];

const COUNTRY = 'api::country.country';
const status = 'published';

const CELLS: readonly Cell[] = [
  [
    'a locale that shares nothing is refreshed alone',
    async (world) => {
      const documentId = await inTwoLocales(world, LOG, { title: 'Log' });
      const tags = await world.tagsOf(() =>
        world.documents(LOG).update({ documentId, data: { title: 'New' }, status }),
      );
      return { tags, expected: changed('log', documentId, 'en') };
    },
  ],
  [
    'a locale is refreshed alone while the shared fields are as they were',
    async (world) => {
      const flag = await newFile(world);
      const documentId = await inTwoLocales(world, COUNTRY, { name: 'A', code: 'A', flag });
      const tags = await world.tagsOf(() =>
        world.documents(COUNTRY).update({ documentId, locale: 'de', data: { name: 'B' }, status }),
      );
      return { tags, expected: changed('country', documentId, 'de') };
    },
  ],
  [
    'a shared field that is changed refreshes all locales',
    async (world) => {
      const documentId = await inTwoLocales(world, COUNTRY, { name: 'A', code: 'A' });
      const tags = await inTransaction(world, () =>
        world.documents(COUNTRY).update({ documentId, data: { areaKm2: 7 }, status }),
      );
      return { tags, expected: changed('country', documentId, 'de', 'en') };
    },
  ],
  [
    'a shared file that is changed refreshes all locales',
    async (world) => {
      const [flag, other] = [await newFile(world), await newFile(world)];
      const documentId = await inTwoLocales(world, COUNTRY, { name: 'A', code: 'A', flag });
      const tags = await inTransaction(world, () =>
        world.documents(COUNTRY).update({ documentId, data: { flag: other }, status }),
      );
      return { tags, expected: changed('country', documentId, 'de', 'en') };
    },
  ],
  [
    'a locale that is unpublished is refreshed alone',
    async (world) => {
      const documentId = await inTwoLocales(world, HARBOUR, { name: 'A' });
      const tags = await inTransaction(world, () =>
        world.documents(HARBOUR).unpublish({ documentId, locale: 'de' }),
      );
      return { tags, expected: changed('harbour', documentId, 'de') };
    },
  ],
  [
    'a shared component refreshes all locales',
    async (world) => {
      const place = { label: 'North' };
      const documentId = await inTwoLocales(world, HARBOUR, { name: 'A', place });
      const tags = await inTransaction(world, () =>
        world.documents(HARBOUR).update({
          documentId,
          data: { place: { label: 'South' } },
          status,
        }),
      );
      return { tags, expected: changed('harbour', documentId, 'de', 'en') };
    },
  ],
];

/** Then all of it is appended at once, also what Strapi copies after the write. */
function inTransaction(
  { atlas, tagsOf }: ChangesWorld,
  write: () => Promise<unknown>,
): Promise<readonly string[]> {
  return tagsOf(() => atlas.strapi.db.transaction(write));
}

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  describe(`locales on ${database}`, () => {
    let world: ChangesWorld | undefined;
    beforeAll(async () => {
      world = await startFleet(database);
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
