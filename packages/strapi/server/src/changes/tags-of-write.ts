import type { TagNames } from '../tags/names.ts';
import type { PublicState, ShowingEntry } from './public-state.ts';

/** A write of a document, as far as its tags need it. */
export interface DocumentWrite {
  readonly uid: string;
  readonly documentId: string;
  readonly before: PublicState;
  readonly after: PublicState;
  /** Locales that were written; `undefined` if that is not known, which counts as all. */
  readonly locales: readonly (string | null)[] | undefined;
  /** Whether fields that all locales share may be others now: Strapi copies them from one to the rest. */
  readonly hasSharedChange: boolean;
  /** The document’s public entries as they were and as they are, for tags of the project’s own. */
  readonly entries: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Which tags hit every answer that the write has changed: those that show the document, lists of its
 * type, and entries that show it from now on or no more, whose answers may not have its tag. Empty if
 * nobody can see a change.
 */
export function tagsOfWrite(names: TagNames, write: DocumentWrite): readonly string[] {
  const { uid, documentId, before, after, entries } = write;
  const locales = changedLocales(write);
  const own = locales.size === 0 ? [] : names.tagsOfChange(uid, { documentId, locales, entries });
  const others = difference(before.shownBy, after.shownBy).flatMap((entry) => {
    const lists = new Set(names.tagsOfList(entry.uid));
    const tags = names.tagsOfChange(entry.uid, {
      documentId: entry.documentId,
      locales: [entry.locale],
    });
    // It is in the same lists as before, and those that show it have its own tag.
    return tags.filter((tag) => !lists.has(tag));
  });
  return [...new Set([...own, ...others])];
}

function changedLocales({
  before,
  after,
  locales,
  hasSharedChange,
}: DocumentWrite): Set<string | null> {
  const all = new Set([...before.locales, ...after.locales]);
  // Pages that found no entry in a locale may show another one in its place.
  const hasAppeared = after.locales.some((locale) => !before.locales.includes(locale));
  if (locales === undefined || hasSharedChange || hasAppeared) return all;
  const gone = before.locales.filter((locale) => !after.locales.includes(locale));
  return new Set([...locales.filter((locale) => all.has(locale)), ...gone]);
}

function difference(
  before: readonly ShowingEntry[],
  after: readonly ShowingEntry[],
): readonly ShowingEntry[] {
  const [was, is] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return [
    ...before.filter((entry) => entry.isMutual && !is.has(keyOf(entry))),
    ...after.filter((entry) => !was.has(keyOf(entry))),
  ];
}

function keyOf({ uid, documentId, locale, shownLocale }: ShowingEntry): string {
  return `${uid} ${documentId} ${locale ?? ''} ${shownLocale ?? ''}`;
}
