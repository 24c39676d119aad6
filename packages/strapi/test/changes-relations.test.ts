import { afterAll, beforeAll, describe, test } from 'vitest';

import type { ChangesWorld } from './support/changes-world.ts';
import { CAPTAIN, changed, inTwoLocales, LOG, SHIP, startFleet } from './support/fleet.ts';

/** Relations of other kinds than the atlas has. */
type Cell = readonly [
  title: string,
  run: (world: ChangesWorld) => Promise<{ tags: readonly string[]; expected: readonly string[] }>,
];

const status = 'published';

interface Made {
  readonly id: number;
  readonly documentId: string;
}

const ship = ({ documents }: ChangesWorld, data: object = {}): Promise<Made> =>
  documents(SHIP).create({ data: { name: 'Ship', ...data } });

const captain = ({ documents }: ChangesWorld, data: object = {}): Promise<Made> =>
  documents(CAPTAIN).create({ data: { name: 'Captain', ...data }, status });

const DRAFTS: readonly Cell[] = [
  [
    'a draft that is saved with the only link of another entry refreshes what showed that',
    async (world) => {
      const { documentId } = await ship(world);
      await captain(world, { ship: documentId });
      const other = await captain(world);
      const tags = await world.tagsOf(() =>
        world.documents(CAPTAIN).update({
          documentId: other.documentId,
          data: { ship: documentId },
        }),
      );
      return { tags, expected: [`ship:${documentId}`] };
    },
  ],
  [
    'a draft that is made with one of the links of another entry refreshes what showed that',
    async (world) => {
      const { documentId } = await ship(world);
      await captain(world, { boats: [documentId] });
      const tags = await world.tagsOf(() =>
        world.documents(CAPTAIN).create({ data: { name: 'New', boats: [documentId] } }),
      );
      return { tags, expected: [`ship:${documentId}`] };
    },
  ],
  [
    'a clone that takes the links of its original refreshes what showed those',
    async (world) => {
      const { documentId } = await ship(world);
      const original = await captain(world, { boats: [documentId] });
      const tags = await world.tagsOf(() =>
        world.documents(CAPTAIN).clone({ documentId: original.documentId }),
      );
      return { tags, expected: [`ship:${documentId}`] };
    },
  ],
  [
    'a draft that is saved with the links that it had refreshes nothing',
    async (world) => {
      const [one, other] = [await ship(world), await ship(world)];
      const links = { ship: one.documentId, boats: [other.documentId] };
      const { documentId } = await captain(world, links);
      const tags = await world.tagsOf(() =>
        world.documents(CAPTAIN).update({ documentId, data: { name: 'Renamed', ...links } }),
      );
      return { tags, expected: [] };
    },
  ],
];

const LINKS: readonly Cell[] = [
  [
    'a link in a column of its own refreshes the entries that show it from now on and no more',
    async (world) => {
      const [old, next] = [await ship(world), await ship(world)];
      const { documentId } = await ship(world, { tender: old.id });
      const tags = await world.tagsOf(() =>
        world.documents(SHIP).update({ documentId, data: { tender: next.id } }),
      );
      const expected = [
        ...changed('ship', documentId),
        `ship:${old.documentId}`,
        `ship:${next.documentId}`,
      ];
      return { tags, expected };
    },
  ],
  [
    'a link that a draft has is public when what it links to is published again',
    async (world) => {
      const countries = world.documents('api::country.country');
      const make = (name: string): Promise<Made> =>
        countries.create({ data: { name, code: name }, status });
      const [{ documentId }, far] = [await make('N'), await make('F')];
      const data = { neighbours: [documentId] };
      await countries.update({ documentId: far.documentId, data });
      const tags = await world.tagsOf(() => countries.publish({ documentId }));
      const entry = `country:${far.documentId}`;
      return { tags, expected: [...changed('country', documentId, 'en'), entry, `${entry}:en`] };
    },
  ],
  [
    'a link of another locale refreshes what shows it besides the one that it has shown',
    async (world) => {
      const { documentId: ships } = await ship(world);
      const documentId = await inTwoLocales(world, LOG, { title: 'Log' });
      const link = (locale: string): Promise<unknown> =>
        world.documents(LOG).update({ documentId, locale, data: { ships: [ships] }, status });
      await link('en');
      const tags = await world.tagsOf(() => link('de'));
      return { tags, expected: [...changed('log', documentId, 'de'), `ship:${ships}`] };
    },
  ],
];

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  describe(`relations on ${database}`, () => {
    let world: ChangesWorld | undefined;
    beforeAll(async () => {
      world = await startFleet(database);
    });
    afterAll(async () => {
      await world?.atlas.stop();
    });
    for (const [title, run] of [...DRAFTS, ...LINKS])
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
