import type { Country, Entry, Named } from './entries.ts';

export type Section = 'countries' | 'regions' | 'subregions' | 'languages' | 'currencies';

export interface Link {
  readonly href: string;
  readonly name: string;
  readonly flag?: string | undefined;
  readonly note?: string | undefined;
}

export interface LetterGroup {
  readonly letter: string;
  readonly links: readonly Link[];
}

export function entryLink(section: Section, { id, data }: Entry<Named>, note?: string): Link {
  return { href: `/${section}/${id}/`, name: data.name, note };
}

export function countryLink(country: Entry<Country>): Link {
  return { ...entryLink('countries', country), flag: country.data.flag };
}

export function countryLinkWithCapital(country: Entry<Country>): Link {
  return { ...countryLink(country), note: country.data.capitals.join(', ') || undefined };
}

/** Groups links that are sorted by name; a letter with an accent counts as the plain letter. */
export function groupByLetter(links: readonly Link[]): LetterGroup[] {
  const groups = Map.groupBy(links, ({ name }) => name.normalize('NFD').charAt(0).toUpperCase());
  return [...groups].map(([letter, group]) => ({ letter, links: group }));
}
