import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Core, UID } from '@strapi/strapi';

/** Document ids by name. */
export interface SmallAtlas {
  readonly europe: string;
  readonly german: string;
  readonly french: string;
  /** In Germany’s facts alone. */
  readonly sorbian: string;
  readonly euro: string;
  readonly germany: string;
  readonly france: string;
  /** Published in English alone. */
  readonly austria: string;
  /** Never published. */
  readonly utopia: string;
  readonly frontPage: string;
  /** The file of Germany’s flag. */
  readonly flag: { readonly id: number; readonly documentId: string; readonly url: string };
}

/** A few countries in English and German, with everything that an entry can have inside. */
export async function fillSmallAtlas(strapi: Core.Strapi): Promise<SmallAtlas> {
  await strapi.plugin('i18n').service('locales').create({ code: 'de', name: 'German (de)' });
  const create = creator(strapi);
  const flag = await uploadFlag(strapi);
  const europe = await create('api::region.region', { code: 'europe', name: 'Europe' });
  await create('api::region.region', { name: 'Europa', code: 'europe' }, europe);
  const german = await create('api::language.language', { code: 'deu', name: 'German' });
  const french = await create('api::language.language', { code: 'fra', name: 'French' });
  const sorbian = await create('api::language.language', { code: 'hsb', name: 'Sorbian' });
  const euro = await create('api::currency.currency', { code: 'eur', name: 'Euro' });
  const shared = { region: europe, currencies: [euro] };
  const france = await create('api::country.country', {
    ...shared,
    code: 'france',
    name: 'France',
    languages: [french],
  });
  await create('api::country.country', { ...shared, code: 'france', name: 'Frankreich' }, france);
  const germany = await create('api::country.country', {
    ...shared,
    code: 'germany',
    name: 'Germany',
    languages: [german],
    neighbours: [france],
    flag: flag.id,
    facts: {
      capitals: ['Berlin'],
      coordinates: { latitude: 51, longitude: 9 },
      regionalLanguage: sorbian,
    },
    sections: [
      { __component: 'atlas.text', heading: 'Berlin', body: 'The capital.' },
      { __component: 'atlas.picture', caption: 'Flag', image: flag.id },
      { __component: 'atlas.see-also', heading: 'West', countries: [france] },
    ],
  });
  await create('api::country.country', { code: 'germany', name: 'Deutschland' }, germany);
  const austria = await create('api::country.country', { code: 'austria', name: 'Austria' });
  const { documentId: utopia } = await strapi
    .documents('api::country.country')
    .create({ data: { code: 'utopia', name: 'Utopia', ...shared } });
  const frontPage = await create('api::front-page.front-page', {
    title: 'Atlas',
    hero: flag.id,
    countries: [germany, france],
    sections: [{ __component: 'atlas.see-also', heading: 'All', countries: [austria] }],
  });
  return {
    europe,
    german,
    french,
    sorbian,
    euro,
    germany,
    france,
    austria,
    utopia,
    frontPage,
    flag,
  };
}

type Create = (
  uid: UID.ContentType,
  data: Readonly<Record<string, unknown>>,
  ofWhichGerman?: string,
) => Promise<string>;

function creator(strapi: Core.Strapi): Create {
  return async (uid, data, ofWhichGerman) => {
    const documents = strapi.documents(uid);
    const input = { data, status: 'published' } as never;
    if (ofWhichGerman === undefined) return (await documents.create(input)).documentId;
    await documents.update({ documentId: ofWhichGerman, locale: 'de', ...(input as object) });
    return ofWhichGerman;
  };
}

async function uploadFlag(strapi: Core.Strapi): Promise<SmallAtlas['flag']> {
  const filepath = join(strapi.dirs.static.public, 'germany.svg');
  writeFileSync(
    filepath,
    '<svg xmlns="http://www.w3.org/2000/svg" width="5" height="3"><rect width="5" height="3"/></svg>',
  );
  const files = {
    filepath,
    originalFilename: 'germany.svg',
    mimetype: 'image/svg+xml',
    size: statSync(filepath).size,
  };
  const [file] = await strapi.plugin('upload').service('upload').upload({ data: {}, files });
  return file;
}
