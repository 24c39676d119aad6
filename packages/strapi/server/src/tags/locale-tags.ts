import type { TagNames } from './names.ts';

/**
 * One tag for each locale of a document, by which its changes are told apart.
 * @param codes of all locales that there are
 * @returns none for a type whose locales have no tags of their own
 */
export function localeTagsOf(
  names: Pick<TagNames, 'tagsOfEntry'>,
  codes: readonly string[],
  { uid, documentId }: { readonly uid: string; readonly documentId: string },
): ReadonlySet<string> {
  const tagOf = (locale: string | null): string =>
    names.tagsOfEntry(uid, { documentId, locale })[0] ?? '';
  const tags = new Set(codes.map(tagOf));
  tags.delete(tagOf(null));
  return tags;
}
