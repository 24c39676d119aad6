import type { EntryReference, NamedEntry } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import type { Reader } from './reader.ts';
import { meaningOfTag, type TagMeaning } from './tag-meaning.ts';

/** What a reader may see of some tags. */
export interface TagSight {
  /** @param isOwn whether the tag is on a change of something that the reader may see */
  readonly sees: (tag: string, isOwn: boolean) => boolean;
  /** The entry that a tag names, if the reader may see it. */
  readonly entryOf: (tag: string) => NamedEntry | undefined;
}

/**
 * Tags name entries by their ids, so a tag is shown to nobody who may not see its entry. What a tag of
 * another kind tells, of a page or of the project's own making, is judged by what it was refreshed for.
 */
export async function lookAtTags(
  { names }: Instance,
  reader: Reader,
  tags: Iterable<string>,
): Promise<TagSight> {
  const meanings = new Map(
    [...new Set(tags)].map((tag) => [tag, meaningOfTag(names.types, tag)] as const),
  );
  const named = await reader.name([...meanings.values()].flatMap(referenceOf));
  const entryOf = (tag: string): NamedEntry | undefined => {
    const [reference] = referenceOf(meanings.get(tag) ?? { kind: 'other' });
    return named(reference);
  };
  return {
    entryOf,
    sees: (tag, isOwn) => {
      const { kind, uid, documentId } = meanings.get(tag) ?? { kind: 'other' };
      if (uid === undefined) return isOwn;
      if (kind === 'list' || kind === 'overflow') return reader.mayRead(uid);
      return documentId === undefined ? reader.mayReadAll(uid) : entryOf(tag) !== undefined;
    },
  };
}

function referenceOf({ uid, documentId, locale }: TagMeaning): EntryReference[] {
  return uid === undefined || documentId === undefined ? [] : [{ uid, documentId, locale }];
}
