import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Core, UID } from '@strapi/strapi';

import {
  countryInGerman,
  flagPicture,
  readCollection,
  regionInGerman,
  type Country,
  type Named,
} from './content.mts';

type Data = Readonly<Record<string, unknown>>;
type Ids = ReadonlyMap<string, string>;

/** The locale that the front page and all countries and regions have besides English. */
const GERMAN = 'de';

/**
 * Brings what is missing: languages, currencies, regions, countries in English and German with their
 * flags, the front page, and leave for everybody to read.
 * @param only codes of countries; with what they do not need left out. Default: all
 * @returns how many entries were missing
 */
export async function fillAtlas(strapi: Core.Strapi, only?: ReadonlySet<string>): Promise<number> {
  await addGerman(strapi);
  await allowReading(strapi);
  const atlas = createFiller(strapi);
  const countries = select(readCollection<Country>('countries'), only);
  const needed = (of: 'languages' | 'currencies'): ReadonlyMap<string, Named> =>
    select(
      readCollection<Named>(of),
      only && new Set([...countries.values()].flatMap((country) => country[of] ?? [])),
    );
  const languages = await atlas.fill('api::language.language', needed('languages'));
  const currencies = await atlas.fill('api::currency.currency', needed('currencies'));
  const regions = await atlas.fill(
    'api::region.region',
    readCollection<Named>('regions'),
    (code, { name }) => ({
      name: regionInGerman(code, name),
    }),
  );
  await fillCountries(atlas, countries, { languages, currencies, regions });
  await fillFrontPage(atlas);
  return atlas.made();
}

interface Filler {
  readonly strapi: Core.Strapi;
  /** Document ids by code of what there is. */
  readonly idsOf: (uid: UID.ContentType) => Promise<Map<string, string>>;
  readonly create: (uid: UID.ContentType, data: Data, german?: Data) => Promise<string>;
  readonly fill: (
    uid: UID.ContentType,
    entries: ReadonlyMap<string, Named>,
    german?: (code: string, entry: Named) => Data,
  ) => Promise<Ids>;
  readonly made: () => number;
}

function createFiller(strapi: Core.Strapi): Filler {
  let made = 0;
  const idsOf: Filler['idsOf'] = async (uid) => {
    const rows = await strapi.db.query(uid).findMany({ select: ['documentId', 'code'] });
    return new Map(rows.map(({ code, documentId }) => [code, documentId]));
  };
  const create: Filler['create'] = async (uid, data, german) => {
    const { documentId } = await strapi
      .documents(uid)
      .create({ data, status: 'published' } as never);
    if (german !== undefined)
      await strapi.documents(uid).update({
        documentId,
        locale: GERMAN,
        data: { ...data, ...german },
        status: 'published',
      } as never);
    made += 1;
    return documentId;
  };
  return {
    strapi,
    idsOf,
    create,
    fill: async (uid, entries, german) => {
      const ids = await idsOf(uid);
      for (const [code, { name, symbol }] of entries) {
        if (ids.has(code)) continue;
        const data = { code, name, ...(symbol === undefined ? {} : { symbol }) };
        ids.set(code, await create(uid, data, german?.(code, { name })));
      }
      return ids;
    },
    made: () => made,
  };
}

function select<Entry>(
  entries: ReadonlyMap<string, Entry>,
  only: ReadonlySet<string> | undefined,
): ReadonlyMap<string, Entry> {
  return only === undefined ? entries : new Map([...entries].filter(([code]) => only.has(code)));
}

async function fillCountries(
  atlas: Filler,
  countries: ReadonlyMap<string, Country>,
  others: { readonly languages: Ids; readonly currencies: Ids; readonly regions: Ids },
): Promise<void> {
  const uid = 'api::country.country';
  const ids = await atlas.idsOf(uid);
  const added: string[] = [];
  for (const [code, country] of countries) {
    if (ids.has(code)) continue;
    const data = {
      ...fieldsOf(code, country),
      flag: await uploadFlag(atlas.strapi, code, country),
      region: others.regions.get(country.region),
      languages: pick(others.languages, country.languages),
      currencies: pick(others.currencies, country.currencies),
    };
    ids.set(code, await atlas.create(uid, data, { name: countryInGerman(country) }));
    added.push(code);
  }
  for (const code of added) {
    const neighbours = pick(ids, countries.get(code)?.neighbours);
    if (neighbours.length === 0) continue;
    const documentId = ids.get(code);
    for (const locale of ['en', GERMAN])
      await atlas.strapi
        .documents(uid)
        .update({ documentId, locale, data: { neighbours }, status: 'published' } as never);
  }
}

function fieldsOf(code: string, country: Country): Data {
  const { name, officialName, demonym, areaKm2, unMember, coordinates } = country;
  const facts = {
    capitals: country.capitals ?? [],
    callingCodes: country.callingCodes ?? [],
    internetDomains: country.internetDomains ?? [],
    coordinates,
  };
  const capital = country.capitals?.[0];
  const sections =
    capital === undefined
      ? []
      : [{ __component: 'atlas.text', heading: capital, body: `${capital} is the capital.` }];
  return { code, name, officialName, demonym, areaKm2, unMember, facts, sections };
}

function pick(ids: Ids, codes: readonly string[] = []): string[] {
  return codes.flatMap((code) => ids.get(code) ?? []);
}

async function fillFrontPage(atlas: Filler): Promise<void> {
  const uid = 'api::front-page.front-page';
  if ((await atlas.strapi.documents(uid).findFirst()) !== null) return;
  const ids = await atlas.idsOf('api::country.country');
  const countries = pick(ids, ['germany', 'france', 'switzerland']);
  const sections = [
    { __component: 'atlas.text', heading: 'Atlas', body: 'All countries of the world.' },
    { __component: 'atlas.see-also', heading: 'Neighbours', countries },
  ];
  await atlas.create(uid, { title: 'Atlas', countries, sections }, { title: 'Atlas der Länder' });
}

async function uploadFlag(strapi: Core.Strapi, code: string, country: Country): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-flag-'));
  const filepath = join(folder, `${code}.svg`);
  writeFileSync(filepath, flagPicture(country));
  const file = {
    filepath,
    originalFilename: `${code}.svg`,
    mimetype: 'image/svg+xml',
    size: statSync(filepath).size,
  };
  const data = { fileInfo: { alternativeText: `Flag of ${country.name}` } };
  const [uploaded] = await strapi.plugin('upload').service('upload').upload({ data, files: file });
  rmSync(folder, { recursive: true });
  return uploaded.id;
}

async function addGerman(strapi: Core.Strapi): Promise<void> {
  const locales = strapi.plugin('i18n').service('locales');
  if ((await locales.findByCode(GERMAN)) === null)
    await locales.create({ code: GERMAN, name: 'German (de)' });
}

async function allowReading(strapi: Core.Strapi): Promise<void> {
  const [role, permission] = ['role', 'permission'].map((name) =>
    strapi.db.query(`plugin::users-permissions.${name}` as UID.ContentType),
  );
  const { id } = await role.findOne({ where: { type: 'public' } });
  const uids = Object.keys(strapi.contentTypes).filter((uid) => uid.startsWith('api::'));
  for (const action of uids.flatMap((uid) => [`${uid}.find`, `${uid}.findOne`]))
    if ((await permission.count({ where: { action, role: id } })) === 0)
      await permission.create({ data: { action, role: id } });
}
