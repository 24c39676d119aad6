import type { EntriesRequest, EntryReference } from '../../../contract/admin-api.ts';
import type { LoadedDocument } from '../content-manager.ts';

/** @param shown locale that the content manager shows: of a document that does not tell its own */
export function referenceOf(
  uid: string,
  { documentId, locale }: LoadedDocument,
  shown: string | undefined,
): EntryReference {
  // Of a type without locales it is `null`.
  const told = locale === undefined ? shown : (locale ?? undefined);
  return told === undefined ? { uid, documentId } : { uid, documentId, locale: told };
}

/** Some documents of a type, in the locale of all of them; if that is not one, in every locale. */
export function entriesRequest(
  uid: string,
  documents: readonly LoadedDocument[],
  shown: string | undefined,
): EntriesRequest {
  const documentIds = documents.map(({ documentId }) => documentId);
  const locales = new Set(documents.map((each) => referenceOf(uid, each, shown).locale));
  const [locale] = locales;
  return locales.size > 1 || locale === undefined
    ? { uid, documentIds }
    : { uid, documentIds, locale };
}
