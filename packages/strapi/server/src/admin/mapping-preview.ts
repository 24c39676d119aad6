import { isFreshtagError } from '@freshtag/core';
import { errors } from '@strapi/utils';

import type { EntryReference, MappingPreview } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { urlsOfEntry } from '../probe/urls.ts';
import type { Reader } from './reader.ts';

/** How many locales of an entry are shown. */
const MOST_LOCALES = 50;

/** One entry as the mapping sees it. @throws NotFoundError; ApplicationError if a function of the project fails */
export async function mappingPreview(
  { strapi, names, config }: Instance,
  reader: Reader,
  { uid, documentId }: EntryReference,
): Promise<MappingPreview> {
  const named = await reader.name([{ uid, documentId }]);
  const entry = named({ uid, documentId });
  if (entry === undefined) throw new errors.NotFoundError();
  const rows: readonly Readonly<Record<string, unknown>>[] = await strapi.db
    .query(uid)
    .findMany({ where: { documentId }, orderBy: { id: 'desc' } });
  if (rows.length === 0) throw new errors.NotFoundError();
  const byLocale = new Map(rows.map((row) => [localeOf(row), row]));
  const seen = [...byLocale].filter(([locale]) => named({ uid, documentId, locale }) !== undefined);
  try {
    const locales = seen.slice(0, MOST_LOCALES).map(([locale, row]) => ({
      locale,
      carries: names.tagsOfEntry(uid, { documentId, locale }),
      refreshes: names.tagsOfChange(uid, { documentId, locales: [locale], entries: [row] }),
      urls: urlsOfEntry(config, uid, row),
    }));
    return { entry, locales };
  } catch (error) {
    strapi.log.error(`freshtag could not map ${uid} ${documentId}: ${String(error)}`);
    const why = isFreshtagError(error)
      ? error.message
      : 'A function of it failed; the log says why.';
    throw new errors.ApplicationError(`types.${uid}: ${why}`);
  }
}

function localeOf({ locale }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof locale === 'string' ? locale : undefined;
}
