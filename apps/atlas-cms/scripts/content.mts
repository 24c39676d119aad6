import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse } from 'yaml';

/** The same files that the site is built from. */
const CONTENT = fileURLToPath(new URL('../../atlas-site/content', import.meta.url));

export interface Country {
  readonly name: string;
  readonly officialName: string;
  readonly flag?: string;
  readonly capitals?: readonly string[];
  readonly region: string;
  readonly neighbours?: readonly string[];
  readonly languages?: readonly string[];
  readonly currencies?: readonly string[];
  readonly areaKm2?: number;
  readonly demonym?: string;
  readonly internetDomains?: readonly string[];
  readonly callingCodes?: readonly string[];
  readonly unMember: boolean;
  readonly coordinates: { readonly latitude: number; readonly longitude: number };
}

export interface Named {
  readonly name: string;
  readonly symbol?: string;
}

/** The entries of a collection by code, which is their file’s name. */
export function readCollection<Entry>(name: string): ReadonlyMap<string, Entry> {
  const folder = join(CONTENT, name);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  return new Map(
    files.map((file) => [
      basename(file, '.yaml'),
      parse(readFileSync(join(folder, file), 'utf8')) as Entry,
    ]),
  );
}

const REGIONS_IN_GERMAN: Readonly<Record<string, string>> = {
  africa: 'Afrika',
  americas: 'Amerika',
  antarctic: 'Antarktis',
  asia: 'Asien',
  europe: 'Europa',
  oceania: 'Ozeanien',
};

export function regionInGerman(code: string, name: string): string {
  return REGIONS_IN_GERMAN[code] ?? name;
}

const GERMAN = new Intl.DisplayNames(['de'], { type: 'region', fallback: 'none' });

/** The flag of a country is its code in letters of their own. */
export function countryInGerman({ flag, name }: Country): string {
  const letters = [...(flag ?? '')].map((sign) => (sign.codePointAt(0) ?? 0) - 0x1f1e6);
  if (letters.length !== 2 || letters.some((letter) => letter < 0 || letter > 25)) return name;
  return GERMAN.of(String.fromCodePoint(...letters.map((letter) => letter + 65))) ?? name;
}

/** A small picture, since the data has flags as signs only. */
export function flagPicture({ flag = '🏳️' }: Country): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" viewBox="0 0 60 40"><text x="30" y="30" font-size="30" text-anchor="middle">${flag}</text></svg>`;
}
