import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import countries, { type Country } from 'world-countries';
import { toYaml, type YamlValue } from './yaml.ts';

type Fields = Record<string, YamlValue | undefined>;
type Entries = Map<string, Fields>;

const contentDir = join(import.meta.dirname, '..', 'content');

/** The source spells some names differently from country to country. These are the names to use. */
const languageNames: Readonly<Record<string, string>> = { ron: 'Romanian', sot: 'Southern Sotho' };
const currencyHomes: Readonly<Record<string, string>> = {
  CHF: 'CHE',
  DKK: 'DNK',
  DZD: 'DZA',
  EGP: 'EGY',
  GBP: 'GBR',
  JOD: 'JOR',
  MAD: 'MAR',
  NOK: 'NOR',
  ZAR: 'ZAF',
};

/** With more area codes (United States, Canada, Russia) only the root is useful to a reader. */
const maxCallingCodes = 3;

const slugByCode = new Map(
  countries.map((country) => [country.cca3, slugify(country.name.common)]),
);

writeCollection(
  'countries',
  new Map(countries.map((country) => [slugify(country.name.common), countryFields(country)])),
);
writeCollection('regions', regionEntries());
writeCollection('subregions', subregionEntries());
writeCollection('languages', languageEntries());
writeCollection('currencies', currencyEntries());

function writeCollection(name: string, entries: Entries): void {
  const dir = join(contentDir, name);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  for (const [id, fields] of entries) writeFileSync(join(dir, `${id}.yaml`), toYaml(fields));
  console.log(`${name}: ${entries.size} files`);
}

function countryFields(country: Country): Fields {
  const [latitude, longitude] = country.latlng;
  return {
    name: country.name.common,
    officialName: country.name.official,
    localNames: localNames(country),
    flag: country.flag,
    capitals: country.capital,
    region: slugify(country.region),
    subregion: slugify(country.subregion),
    neighbours: country.borders.flatMap((code) => slugByCode.get(code) ?? []).sort(),
    languages: Object.keys(country.languages),
    currencies: Object.keys(country.currencies).map((code) => code.toLowerCase()),
    areaKm2: country.area > 0 ? country.area : undefined,
    demonym: country.demonyms.eng?.m,
    internetDomains: country.tld,
    callingCodes: callingCodes(country),
    independent: country.independent ?? undefined,
    unMember: country.unMember,
    coordinates: { latitude, longitude },
  };
}

/** Each native name once: many countries have the same name in several of their languages. */
function localNames(country: Country): Record<string, string> {
  const names: Record<string, string> = {};
  for (const [language, { common }] of Object.entries(country.name.native)) {
    if (common !== country.name.common && !Object.values(names).includes(common))
      names[language] = common;
  }
  return names;
}

function callingCodes({ idd }: Country): readonly string[] {
  if (idd.suffixes.length > maxCallingCodes) return [idd.root];
  return idd.suffixes.map((suffix) => idd.root + suffix);
}

function regionEntries(): Entries {
  return new Map(countries.map(({ region }) => [slugify(region), { name: region }]));
}

function subregionEntries(): Entries {
  const placed = countries.filter(({ subregion }) => subregion !== '');
  return new Map(
    placed.map(({ region, subregion }) => [
      slugify(subregion),
      { name: subregion, region: slugify(region) },
    ]),
  );
}

function languageEntries(): Entries {
  const pairs = countries.flatMap(({ languages }) => Object.entries(languages));
  return new Map(pairs.map(([code, name]) => [code, { name: languageNames[code] ?? name }]));
}

function currencyEntries(): Entries {
  const entries: Entries = new Map();
  for (const { cca3, currencies } of countries) {
    for (const [code, { name, symbol }] of Object.entries(currencies)) {
      const home = currencyHomes[code];
      if (home === undefined || home === cca3) {
        entries.set(code.toLowerCase(), { name: capitalize(name), symbol });
      }
    }
  }
  return entries;
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function slugify(name: string): string {
  const ascii = name.normalize('NFD').replaceAll(/\p{M}/gu, '');
  return ascii
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
