import { afterAll, beforeAll, describe, test } from 'vitest';

import { fillSmallAtlas, type SmallAtlas } from './support/content.ts';
import { tagsOf, tagsOfBody } from './support/expected-tags.ts';
import { startStrapi, type TestStrapi } from './support/start-strapi.ts';

const DEEP = `{
  countries { documentId locale
    region { documentId locale countries(pagination: { limit: 100 }) { documentId locale flag { documentId } } }
    languages { documentId countries_connection { nodes { documentId locale } } }
    currencies { documentId }
    neighbours { documentId locale localizations { documentId locale } }
    localizations { documentId locale }
    flag { documentId }
    facts { regionalLanguage { documentId } }
    sections {
      ... on ComponentAtlasPicture { caption image { documentId } }
      ... on ComponentAtlasSeeAlso { heading countries { ...shown } }
    }
  }
}
fragment shown on Country { documentId locale name }`;

let strapi: TestStrapi;
let atlas: SmallAtlas;
beforeAll(async () => {
  const started = await startStrapi({ freshtag: { headers: { cacheControl: 'max-age=60' } } });
  if (started === undefined) throw new Error('SQLite needs no server');
  strapi = started;
  atlas = await fillSmallAtlas(strapi.strapi);
});
afterAll(() => strapi?.stop());

describe('an answer of GraphQL carries', () => {
  test('the tags of every entry in its body, in relations, dynamic zones and fragments, and no others', async ({
    expect,
  }) => {
    const answer = await strapi.graphql(DEEP);
    expect(answer.body.errors).toBeUndefined();
    const expected = tagsOfBody(answer.body, 'country');
    expect(expected).toContain(`upload-file:${atlas.flag.documentId}`);
    expect(expected).toContain(`language:${atlas.german}`);
    expect(tagsOf(answer)).toEqual([...expected, 'country'].sort());
  });

  test('the list tag of a type of which it has found no entry, which may appear there', async ({
    expect,
  }) => {
    const tagged = async (query: string): Promise<readonly string[]> => {
      const answer = await strapi.graphql(`{ languages { documentId } ${query} }`);
      expect(answer.body.errors).toBeUndefined();
      return tagsOf(answer).filter((tag) => !tag.startsWith('language'));
    };
    expect(await tagged(`country(documentId: "${atlas.utopia}") { name }`)).toEqual(['country']);
    expect(await tagged('frontPage(locale: "de") { title }')).toEqual(['front-page']);
  });

  test('the same by GET as by POST, and for a token', async ({ expect }) => {
    const byPost = tagsOf(await strapi.graphql(DEEP));
    const byGet = await strapi.get(`/graphql?query=${encodeURIComponent(DEEP)}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(byGet.status).toBe(200);
    expect(tagsOf(byGet)).toEqual(byPost);
    expect(byGet.headers.get('cache-control')).toBe('max-age=60');
    const headers = { authorization: `Bearer ${strapi.token}` };
    expect(tagsOf(await strapi.graphql(DEEP, { headers }))).toEqual(byPost);
  });

  test('the tags of entries of which only other fields are asked for, under any name', async ({
    expect,
  }) => {
    const answer = await strapi.graphql(
      `{ here: country(documentId: "${atlas.germany}") { title: name home: region { __typename } } }`,
    );
    expect(answer.body.data.here.title).toBe('Germany');
    expect(tagsOf(answer)).toEqual(
      [
        'country:all',
        `country:${atlas.germany}:en`,
        'region:all',
        `region:${atlas.europe}:en`,
      ].sort(),
    );
  });

  test('the tags of all that several queries in one show', async ({ expect }) => {
    const answer = await strapi.graphql(
      '{ a: languages { documentId } b: currencies { documentId } frontPage { documentId locale hero { documentId } } }',
    );
    expect(tagsOf(answer)).toEqual(
      [
        'language',
        'language:all',
        `language:${atlas.german}`,
        `language:${atlas.french}`,
        `language:${atlas.sorbian}`,
        'currency',
        'currency:all',
        `currency:${atlas.euro}`,
        'front-page:all',
        `front-page:${atlas.frontPage}:en`,
        'upload-file:all',
        `upload-file:${atlas.flag.documentId}`,
      ].sort(),
    );
  });

  test('the list tag of an empty list, and of a connection', async ({ expect }) => {
    const empty = await strapi.graphql(
      '{ countries(filters: { name: { eq: "x" } }) { documentId } }',
    );
    expect([empty.body, tagsOf(empty)]).toEqual([{ data: { countries: [] } }, ['country']]);
    const counted = await strapi.graphql('{ regions_connection { pageInfo { total } } }');
    expect(counted.body.data.regions_connection.pageInfo.total).toBe(1);
    expect(tagsOf(counted)).toContain('region');
  });

  test('the list tags of types that it was filtered or sorted by, or shows a part of', async ({
    expect,
  }) => {
    for (const [query, ...lists] of [
      ['countries(filters: { region: { name: { eq: "x" } } })', 'country', 'region'],
      ['countries(filters: { or: [{ languages: { name: { eq: "x" } } }] })', 'country', 'language'],
      ['countries(filters: { name: { eq: "x" } }, sort: ["region.name:asc"])', 'country', 'region'],
    ]) {
      const answer = await strapi.graphql(`{ ${query} { documentId } }`);
      expect([query, answer.body, tagsOf(answer)]).toEqual([
        query,
        { data: { countries: [] } },
        lists,
      ]);
    }
    const nested = `{ country(documentId: "${atlas.germany}") { languages(filters: { name: { eq: "x" } }) { name } } }`;
    const answer = await strapi.graphql(nested);
    expect(answer.body.data.country.languages).toEqual([]);
    expect(tagsOf(answer)).toEqual(
      ['country:all', `country:${atlas.germany}:en`, 'language'].sort(),
    );
  });
});

describe('no tags are on', () => {
  test('answers of GraphQL with drafts, or with what drafts decide', async ({ expect }) => {
    for (const query of [
      '{ countries(status: DRAFT) { documentId } }',
      '{ regions { name } drafts: countries(status: DRAFT) { name } }',
      '{ countries_connection(publicationFilter: MODIFIED) { nodes { name } } }',
    ]) {
      const answer = await strapi.graphql(query);
      expect(answer.body.errors).toBeUndefined();
      expect([answer.status, tagsOf(answer)]).toEqual([200, []]);
      expect(answer.headers.get('cache-control')).toBe('private, no-store');
    }
  });

  test('answers of GraphQL with errors, even where some of it is there', async ({ expect }) => {
    const country = `country(documentId: "${atlas.germany}") { name }`;
    const answer = await strapi.graphql(
      `{ ${country} usersPermissionsUser(documentId: "x") { username } }`,
    );
    expect(answer.status).toBe(200);
    expect(answer.body.data.country.name).toBe('Germany');
    expect(answer.body.errors).toHaveLength(1);
    expect(tagsOf(answer)).toEqual([]);
    expect(tagsOf(await strapi.graphql('{ countries { nothing } }'))).toEqual([]);
  });

  test('answers to mutations, nor may they be cached', async ({ expect }) => {
    const answer = await strapi.graphql(
      'mutation { createLanguage(data: { code: "ita", name: "Italian" }) { documentId } }',
      { headers: { authorization: `Bearer ${strapi.token}` } },
    );
    expect(answer.body.data.createLanguage.documentId).toBeTypeOf('string');
    expect(tagsOf(answer)).toEqual([]);
    expect(answer.headers.get('cache-control')).not.toBe('max-age=60');
  });
});
