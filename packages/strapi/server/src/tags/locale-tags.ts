import type { TagNames } from './names.ts';

/**
 * One tag for each locale of a document, by which its changes are told apart.
 * @param codes of all locales that there are
 * @returns none for a type of which not all locales have a tag of their own
 */
export function localeTagsOf(
  names: Pick<TagNames, 'tagsOfEntry'>,
  codes: readonly string[],
  { uid, documentId }: { readonly uid: string; readonly documentId: string },
): ReadonlySet<string> {
  const tagOf = (locale: string | null): string =>
    names.tagsOfEntry(uid, { documentId, locale })[0] ?? '';
  const tags = new Set(codes.map(tagOf));
  // The one of a locale may be that of all: then no tag tells this locale from the others.
  return tags.has(tagOf(null)) ? new Set() : tags;
}
