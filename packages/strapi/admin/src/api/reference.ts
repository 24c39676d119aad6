import type { EntryReference } from '../../../contract/admin-api.ts';
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
