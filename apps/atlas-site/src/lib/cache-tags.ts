import { entryTag, listTag } from '@freshtag/core';
import type { Entry, Named } from './entries.ts';

export type EntryType = 'country' | 'region' | 'subregion' | 'language' | 'currency';

/** A page that shows more entries of one type than this carries the type's list tag instead. */
const maxEntryTags = 40;

export function shownTags(type: EntryType, entries: readonly Entry<Named>[]): string[] {
  if (entries.length > maxEntryTags) return [listTag(type)];
  return entries.map(({ id }) => entryTag(type, id));
}

/** For a page or section that shows every entry of a type: it also changes when one is added. */
export function listTags(type: EntryType, entries: readonly Entry<Named>[]): string[] {
  return [...new Set([listTag(type), ...shownTags(type, entries)])];
}
