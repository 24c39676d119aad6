import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';
import type { Country, Currency, Language, Region, Subregion } from './lib/entries.ts';

type Collection<Data> = ReturnType<typeof defineCollection<z.ZodType<Data>>>;

interface Collections {
  countries: Collection<Country>;
  regions: Collection<Region>;
  subregions: Collection<Subregion>;
  languages: Collection<Language>;
  currencies: Collection<Currency>;
}

const contentDir = resolve(process.env['ATLAS_CONTENT'] ?? 'content');

const country = z.strictObject({
  name: z.string(),
  officialName: z.string(),
  localNames: z.record(z.string().regex(/^[a-z]{3}$/), z.string()).default({}),
  flag: z.string().optional(),
  capitals: z.array(z.string()).default([]),
  region: z.string(),
  subregion: z.string().optional(),
  neighbours: z.array(z.string()).default([]),
  languages: z.array(z.string()).default([]),
  currencies: z.array(z.string()).default([]),
  areaKm2: z.number().positive().optional(),
  demonym: z.string().optional(),
  internetDomains: z.array(z.string()).default([]),
  callingCodes: z.array(z.string()).default([]),
  independent: z.boolean().optional(),
  unMember: z.boolean(),
  coordinates: z.strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  }),
});

const named = z.strictObject({ name: z.string() });
const subregion = named.extend({ region: z.string() });
const currency = named.extend({ symbol: z.string().optional() });

export const collections: Collections = {
  countries: defineCollection({ loader: yamlFiles('countries'), schema: country }),
  regions: defineCollection({ loader: yamlFiles('regions'), schema: named }),
  subregions: defineCollection({ loader: yamlFiles('subregions'), schema: subregion }),
  languages: defineCollection({ loader: yamlFiles('languages'), schema: named }),
  currencies: defineCollection({ loader: yamlFiles('currencies'), schema: currency }),
};

function yamlFiles(folder: string): ReturnType<typeof glob> {
  return glob({ pattern: '*.yaml', base: pathToFileURL(resolve(contentDir, folder)) });
}
