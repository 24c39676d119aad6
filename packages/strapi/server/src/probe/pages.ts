import { isFreshtagError } from '@freshtag/core';

import { isDrafted } from '../changes/schema.ts';
import type { Instance } from '../instance.ts';
import { LOCALE_UID } from '../tags/types.ts';
import { urlsOfEntry, urlsOfGone } from './urls.ts';

/** A document that was refreshed. */
export interface RefreshedDocument {
  readonly uid: string;
  readonly documentId: string;
  /** Those that were refreshed for it: they tell which of its locales have changed. */
  readonly tags: ReadonlySet<string>;
}

/** Where visitors see a document, or saw it. */
export interface DocumentPages {
  readonly urls: readonly string[];
  /** Why that cannot be told. */
  readonly problem?: string | undefined;
}

type Entry = Readonly<Record<string, unknown>>;

/** Reads the documents with one statement for each type. @returns in their order */
export async function pagesOf(
  instance: Instance,
  documents: readonly RefreshedDocument[],
): Promise<readonly DocumentPages[]> {
  const { strapi, names } = instance;
  const entries = new Map<string, readonly Entry[]>();
  for (const uid of new Set(documents.map((document) => document.uid))) {
    const own = documents.filter((document) => document.uid === uid);
    const documentId = { $in: own.map((document) => document.documentId) };
    entries.set(uid, await strapi.db.query(uid).findMany({ where: { documentId } }));
  }
  const hasLocales = documents.some(({ uid }) => names.types.get(uid)?.hasLocales === true);
  const locales = hasLocales ? await strapi.db.query(LOCALE_UID).findMany({}) : [];
  const codes = locales.map(({ code }: { readonly code: string }) => code);
  return documents.map((document) => {
    const own = (entries.get(document.uid) ?? []).filter(
      (entry) => entry['documentId'] === document.documentId,
    );
    return pagesOfDocument(instance, document, { entries: own, codes });
  });
}

function pagesOfDocument(
  instance: Instance,
  document: RefreshedDocument,
  { entries, codes }: { readonly entries: readonly Entry[]; readonly codes: readonly string[] },
): DocumentPages {
  const { strapi, config } = instance;
  const { uid, documentId } = document;
  const drafted = isDrafted(strapi, uid);
  const [published, drafts] = [
    entries.filter((entry) => !drafted || isThere(entry['publishedAt'])),
    entries.filter((entry) => drafted && !isThere(entry['publishedAt'])),
  ];
  try {
    const urls = published.flatMap((entry) => urlsOfEntry(config, uid, entry));
    const gone = goneLocales(instance, document, { codes, published, drafts });
    for (const locale of gone) {
      const draft = drafts.find((entry) => localeOf(entry) === locale);
      const own =
        draft === undefined
          ? urlsOfGone(config, uid, { documentId, locale })
          : urlsOfEntry(config, uid, draft);
      if (own === undefined) return { urls: [], problem: GONE };
      urls.push(...own);
    }
    return { urls: [...new Set(urls)] };
  } catch (error) {
    strapi.log.error(`freshtag could not make the URLs of ${uid} ${documentId}: ${String(error)}`);
    const why = isFreshtagError(error) ? error.message : 'It failed; the log says why.';
    return { urls: [], problem: `The entry has no URLs by types.${uid}.urls: ${why}` };
  }
}

const GONE =
  'The entry is gone, and with it what its URL was made of, so nobody could look whether the edge still serves it.';

/**
 * Locales that visitors saw and see no more. Of a locale that they never saw nothing is asked: an edge
 * might store that it is not there.
 */
function goneLocales(
  { names }: Instance,
  { uid, documentId, tags }: RefreshedDocument,
  {
    codes,
    published,
    drafts,
  }: Readonly<{ codes: readonly string[]; published: readonly Entry[]; drafts: readonly Entry[] }>,
): readonly (string | null)[] {
  const tagOf = (locale?: string): string | undefined =>
    names.tagsOfEntry(uid, { documentId, locale })[0];
  const changed = codes.filter((code) => tagOf(code) !== tagOf() && tags.has(tagOf(code) ?? ''));
  const gone = changed.filter((code) => published.every((entry) => localeOf(entry) !== code));
  if (published.length > 0 || gone.length > 0) return gone;
  return drafts.length > 0 ? drafts.map(localeOf) : [null];
}

function localeOf({ locale }: Entry): string | null {
  return typeof locale === 'string' ? locale : null;
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined;
}
