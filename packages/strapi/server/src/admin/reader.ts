import { RIGHTS, type EntryReference, type NamedEntry } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { localeTagsOf } from '../tags/locale-tags.ts';
import { LOCALE_UID } from '../tags/types.ts';
import { isAlwaysTrue } from './conditions.ts';
import { createFinder, nameless, readActionOf, type Ability } from './find-entries.ts';
import { findRefreshable } from './find-refreshable.ts';

/** Who asks, and which content they may see. */
export interface Reader {
  readonly may: (right: string, uid?: string) => boolean;
  /** Whether they may see entries of the type; perhaps not all. */
  readonly mayRead: (uid: string) => boolean;
  /** Whether they may see every entry of the type, those too that there are no more. */
  readonly mayReadAll: (uid: string) => boolean;
  /** Whether there is nothing with tags that they may not see. */
  readonly mayReadEverything: () => boolean;
  /**
   * Looks which of some entries they may see.
   * @returns what tells of one of them its name; nothing of one that there is not, or not for them
   */
  readonly name: (
    entries: readonly EntryReference[],
  ) => Promise<(entry: EntryReference | undefined) => NamedEntry | undefined>;
  /** Those of some entries that they may refresh: the right to it can have conditions too. */
  readonly refreshable: (entries: readonly EntryReference[]) => Promise<readonly EntryReference[]>;
  /** Of each locale of an entry its tag, as `localeTagsOf`; none for what is no entry. */
  readonly localeTags: (entry: EntryReference | undefined) => ReadonlySet<string>;
  /** Some that they may see, of one type, by a part of their title. */
  readonly search: (uid: string, text: string, limit: number) => Promise<readonly NamedEntry[]>;
}

/** As the subject of a change has it. */
export function keyOf({ uid, documentId }: EntryReference): string {
  return `${uid}:${documentId}`;
}

/** @returns `undefined` for a subject that is no entry: a whole type, or nothing at all */
export function entryOfKey(key: string | undefined): EntryReference | undefined {
  const [, uid, documentId] = /^((?:api|plugin)::[^:]+):(.+)$/s.exec(key ?? '') ?? [];
  return uid === undefined || documentId === undefined ? undefined : { uid, documentId };
}

export async function createReader(instance: Instance, ability: Ability): Promise<Reader> {
  const { strapi, names } = instance;
  const codes = await localeCodes(instance);
  // Tags have them in lower case.
  const spellings = new Map(codes.map((code) => [code.toLowerCase(), code]));
  const mayRead = (uid: string): boolean =>
    Object.hasOwn(strapi.contentTypes, uid) && ability.can(readActionOf(uid), uid);
  const mayReadAll = (uid: string): boolean =>
    mayRead(uid) &&
    ability
      .rulesFor(readActionOf(uid), uid)
      .some(({ conditions }) => isAlwaysTrue(conditions, codes));
  const finder = createFinder(instance, ability);
  return {
    may: (right, uid) => ability.can(right, uid),
    mayRead,
    mayReadAll,
    mayReadEverything: () => [...names.types.keys()].every(mayReadAll),
    name: async (entries) => {
      const found = new Map<string, ReadonlyMap<string, NamedEntry>>();
      for (const uid of new Set(entries.map((entry) => entry.uid))) {
        if (!names.types.has(uid) || !mayRead(uid)) continue;
        const ids = entries.flatMap((entry) => (entry.uid === uid ? entry.documentId : []));
        const rows = await finder.byIds(uid, [...new Set(ids)]);
        for (const { entry, locales } of rows) {
          const byLocale = [undefined, ...locales].map((each) => [each ?? '', entry] as const);
          found.set(keyOf(entry), new Map(byLocale));
        }
      }
      return (entry) => {
        if (entry === undefined || !names.types.has(entry.uid) || !mayRead(entry.uid))
          return undefined;
        const known = found.get(keyOf(entry));
        const lower = entry.locale?.toLowerCase() ?? '';
        const named = mayReadAll(entry.uid)
          ? (known?.get('') ?? nameless(instance, entry))
          : known?.get(lower);
        const locale = spellings.get(lower);
        return named && locale !== undefined ? { ...named, locale } : named;
      };
    },
    refreshable: async (entries) => {
      const found = new Set<string>();
      for (const [uid, ofType] of Map.groupBy(entries, (entry) => entry.uid)) {
        if (!names.types.has(uid) || !ability.can(RIGHTS.refresh, uid)) continue;
        const ids = [...new Set(ofType.map(({ documentId }) => documentId))];
        for (const documentId of await findRefreshable(instance, ability, { uid, ids }))
          found.add(keyOf({ uid, documentId }));
      }
      return entries.filter((entry) => found.has(keyOf(entry)));
    },
    localeTags: (entry) => {
      try {
        return entry === undefined ? new Set() : localeTagsOf(names, codes, entry);
      } catch {
        // The project's own function may fail for one locale; where it is looked, the log says so.
        return new Set();
      }
    },
    search: async (uid, text, limit) => (mayRead(uid) ? finder.byText(uid, text, limit) : []),
  };
}

async function localeCodes({ strapi }: Instance): Promise<readonly string[]> {
  if (!(LOCALE_UID in strapi.contentTypes)) return [];
  const locales: readonly { readonly code: string }[] = await strapi.db
    .query(LOCALE_UID)
    .findMany({ select: ['code'] });
  return locales.map(({ code }) => code);
}
