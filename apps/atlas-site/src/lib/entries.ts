/** What the files in `content/` say, after the defaults are filled in. Relations are ids. */

export interface Named {
  name: string;
}

export type Region = Named;
export type Language = Named;

export interface Subregion extends Named {
  region: string;
}

export interface Currency extends Named {
  symbol?: string | undefined;
}

export interface Coordinates {
  latitude: number;
  longitude: number;
}

export interface Country extends Named {
  officialName: string;
  /** Common names by ISO 639-3 language code. */
  localNames: Record<string, string>;
  flag?: string | undefined;
  capitals: string[];
  region: string;
  subregion?: string | undefined;
  neighbours: string[];
  languages: string[];
  currencies: string[];
  areaKm2?: number | undefined;
  demonym?: string | undefined;
  internetDomains: string[];
  callingCodes: string[];
  independent?: boolean | undefined;
  unMember: boolean;
  coordinates: Coordinates;
}

/** The part of an Astro content entry that the pages need. */
export interface Entry<Data extends Named> {
  readonly id: string;
  readonly data: Data;
}

const collator = new Intl.Collator('en');

/** Sorted by name, without the gaps that relations to a removed entry leave. */
export function byName<T extends Entry<Named>>(entries: readonly (T | undefined)[]): T[] {
  return entries
    .filter((entry) => entry !== undefined)
    .toSorted((a, b) => collator.compare(a.data.name, b.data.name) || collator.compare(a.id, b.id));
}
