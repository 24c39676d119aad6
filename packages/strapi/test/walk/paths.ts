import type { TestStrapi } from '../support/start-strapi.ts';

const SECTIONS =
  'populate[sections][on][atlas.see-also][populate]=countries&populate[sections][on][atlas.picture][populate]=image&populate[sections][on][atlas.text]=true';
const DEEP = `populate[region][populate]=countries&populate[languages][populate]=countries&populate[currencies]=true&populate[neighbours][populate]=region&populate[flag]=true&populate[facts]=true&populate[localizations]=true&${SECTIONS}`;

const LISTS = [
  'countries',
  'countries?locale=de',
  `countries?${DEEP}`,
  `countries?locale=de&${DEEP}`,
  'countries?sort=region.name',
  'countries?filters[region][name][$contains]=1',
  'countries?filters[languages][code][$notNull]=true&fields=name',
  'countries?populate[languages][count]=true',
  'countries?pagination[pageSize]=2&sort=name',
  'regions?populate=countries',
  'regions?locale=de&populate[countries][populate]=currencies',
  'regions?populate[countries][count]=true',
  'languages?populate[countries][populate]=region',
  'currencies?populate=countries',
  'currencies?filters[countries][name][$notNull]=true',
  `front-page?populate[countries][populate]=region&populate[hero]=true&${SECTIONS}`,
  'front-page?locale=de',
  'upload/files',
  'i18n/locales',
];

const QUERIES = [
  '{ countries { documentId name region { name countries { name } } languages { name } } }',
  '{ countries(locale: "de") { documentId name neighbours { name } flag { url alternativeText } } }',
  '{ regions { documentId name countries { name currencies { code } } } }',
  '{ languages_connection { nodes { name } pageInfo { total } } }',
  '{ frontPage { title countries { name } sections { ... on ComponentAtlasSeeAlso { countries { name } } } } }',
];

const DETAILS: readonly (readonly [uid: string, path: string, query: string])[] = [
  ['api::country.country', 'countries', DEEP],
  ['api::country.country', 'countries', 'locale=de&populate=region'],
  ['api::country.country', 'countries', 'fields=name'],
  ['api::region.region', 'regions', 'populate=countries'],
  ['api::language.language', 'languages', 'populate=countries'],
  ['api::currency.currency', 'currencies', 'populate[countries][populate]=languages'],
];

/** Every URL that visitors may have asked for by now: lists, and documents that there are or were. */
export async function pathsOf(
  { strapi }: TestStrapi,
  known: Map<string, Set<string>>,
): Promise<readonly string[]> {
  const paths = LISTS.map((path) => `/api/${path}`);
  for (const query of QUERIES) paths.push(`/graphql?query=${encodeURIComponent(query)}`);
  for (const [uid, path, query] of DETAILS) {
    const ids = known.get(uid) ?? new Set<string>();
    known.set(uid, ids);
    for (const { documentId } of await strapi.db.query(uid).findMany({ select: ['documentId'] }))
      ids.add(documentId);
    for (const id of [...ids].slice(-8)) paths.push(`/api/${path}/${id}?${query}`);
  }
  return paths;
}
