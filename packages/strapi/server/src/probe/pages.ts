import { isFreshtagError } from '@freshtag/core';

import { isDrafted } from '../changes/schema.ts';
import type { Instance } from '../instance.ts';
import { localeTagsOf } from '../tags/locale-tags.ts';
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
  readonly pages: readonly Page[];
  /** One for each locale; none for a type whose locales have no tags of their own. */
  readonly localeTags: ReadonlySet<string>;
  /** Of the document in whatever locale, and of all of its type. */
  readonly ownTags: ReadonlySet<string>;
  /** Whether it has locales that no tag tells apart: which of them a change has taken away is not known then. */
  readonly isBlurred: boolean;
  /** Why that cannot be told. */
  readonly problem?: string | undefined;
}

export interface Page {
  readonly url: string;
  /** Of the locale that it shows. */
  readonly tag: string;
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
  const { strapi, config, names } = instance;
  const { uid, documentId } = document;
  const tagOf = (locale: string | null): string =>
    names.tagsOfEntry(uid, { documentId, locale })[0] ?? '';
  const drafted = isDrafted(strapi, uid);
  const [published, drafts] = [
    entries.filter((entry) => !drafted || isThere(entry['publishedAt'])),
    entries.filter((entry) => drafted && !isThere(entry['publishedAt'])),
  ];
  try {
    const localeTags = localeTagsOf(names, codes, document);
    const ownTags = new Set(names.tagsOfEntry(uid, { documentId }));
    const hasLocales = names.types.get(uid)?.hasLocales === true;
    const told = { localeTags, ownTags, isBlurred: hasLocales && localeTags.size === 0 };
    const pages: Page[] = [];
    const add = (locale: string | null, urls: readonly string[]): void => {
      pages.push(...urls.map((url) => ({ url, tag: tagOf(locale) })));
    };
    for (const entry of published) add(localeOf(entry), urlsOfEntry(config, uid, entry));
    const changed = codes.filter((code) => {
      const tag = tagOf(code);
      return localeTags.has(tag) && document.tags.has(tag);
    });
    for (const locale of goneLocales(changed, { published, drafts })) {
      const draft = drafts.find((entry) => localeOf(entry) === locale);
      const own =
        draft === undefined
          ? urlsOfGone(config, uid, { documentId, locale })
          : urlsOfEntry(config, uid, draft);
      if (own === undefined) return { ...told, pages: [], problem: GONE };
      add(locale, own);
    }
    return { ...told, pages };
  } catch (error) {
    strapi.log.error(`freshtag could not make the URLs of ${uid} ${documentId}: ${String(error)}`);
    const why = isFreshtagError(error) ? error.message : 'It failed; the log says why.';
    return {
      pages: [],
      localeTags: new Set(),
      ownTags: new Set(),
      isBlurred: false,
      problem: `The entry has no URLs by types.${uid}.urls: ${why}`,
    };
  }
}

const GONE =
  'The entry is gone, and with it what its URL was made of, so nobody could look whether the edge still serves it.';

/**
 * Locales that visitors saw and see no more. Of a locale that they never saw nothing is asked: an edge
 * might store that it is not there.
 */
function goneLocales(
  changed: readonly string[],
  { published, drafts }: Readonly<{ published: readonly Entry[]; drafts: readonly Entry[] }>,
): readonly (string | null)[] {
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
