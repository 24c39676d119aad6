import { test } from 'vitest';

import { loginAsAdmin } from './support/admin.ts';
import { fillSmallAtlas } from './support/content.ts';
import { tagsOf, tagsOfBody } from './support/expected-tags.ts';
import { startStrapi } from './support/start-strapi.ts';

// SQLite is what the other tests run on.
for (const database of ['postgres', 'mysql'] as const) {
  test(`on ${database} too, answers carry the tags of all that they show, and editors can work`, async (context) => {
    const { expect } = context;
    const strapi = await startStrapi({ database });
    if (strapi === undefined) {
      context.skip();
      return;
    }
    try {
      const atlas = await fillSmallAtlas(strapi.strapi);
      const rest = await strapi.get(
        'countries?populate[region][populate]=countries&populate[flag]=true&populate[languages]=true',
      );
      expect(tagsOf(rest)).toEqual([...tagsOfBody(rest.body, 'country'), 'country'].sort());
      expect(tagsOf(rest)).toContain(`upload-file:${atlas.flag.documentId}`);
      const graphql = await strapi.graphql(
        '{ languages { documentId countries { documentId locale region { documentId locale } } } }',
      );
      expect(tagsOf(graphql)).toEqual([...tagsOfBody(graphql.body, 'x'), 'language'].sort());
      const admin = await loginAsAdmin(strapi);
      const list = await admin.call(
        'GET',
        '/content-manager/collection-types/api::country.country',
      );
      expect(list.body.results).toHaveLength(4);
    } finally {
      await strapi.stop();
    }
  });
}
