import {
  entryTag,
  invalidOption,
  isTag,
  listTag,
  pageTag,
  parseTags,
  typeOf,
} from '@freshtag/core';

import type { TypeOption } from '../config.ts';
import { isObject } from '../is-object.ts';
import { findTaggedTypes, type ContentTypeSchema, type TaggedType } from './types.ts';

/** An entry, as far as it is known wherever it is shown. */
export interface EntryIdentity {
  readonly documentId: string;
  readonly locale?: string | null | undefined;
}

/** A document that has changed. */
export interface ChangedDocument {
  readonly documentId: string;
  /** The locales that have changed, before or after. Of no meaning for a type without locales. */
  readonly locales?: Iterable<string | null | undefined>;
  /** Its entries as they were and as they are, for the option `tags`. */
  readonly entries?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The one place where tags of Strapi's content get their names: what an answer carries, and what a change
 * refreshes. A type that has no tags gives an empty list everywhere.
 */
export interface TagNames {
  readonly types: ReadonlyMap<string, TaggedType>;
  /** Carried by an answer that shows the entry. */
  readonly tagsOfEntry: (uid: string, entry: EntryIdentity) => readonly string[];
  /** Carried by an answer that depends on which entries of the type there are, even if it shows none. */
  readonly tagsOfList: (uid: string) => readonly string[];
  /** Hits every answer that shows one of these locales of the document, and every list of the type. */
  readonly tagsOfChange: (uid: string, document: ChangedDocument) => readonly string[];
  /** Hits every answer that shows an entry of the type, and every list of it. */
  readonly tagsOfWholeType: (uid: string) => readonly string[];
}

/** In the place of a document’s id: the tag that all answers with entries of a type carry. */
const EVERY = 'all';

/**
 * @throws FreshtagError `INVALID_OPTION` naming the path, for a type that there is not, a name that two
 *   types have, or a tag that cannot be sent
 */
export function createTagNames(
  schemas: readonly ContentTypeSchema[],
  options: Readonly<Record<string, TypeOption>>,
): TagNames {
  const types = findTaggedTypes(schemas, options);
  for (const type of types.values()) checkTagOption(type);
  const everyOf = (uid: string): string[] => {
    const type = types.get(uid);
    return type === undefined ? [] : [entryTag(type.name, EVERY), listTag(type.name)];
  };
  return {
    types,
    tagsOfEntry: (uid, entry) => {
      const type = types.get(uid);
      return type === undefined ? [] : [tagOf(type, entry), entryTag(type.name, EVERY)];
    },
    tagsOfList: (uid) => {
      const type = types.get(uid);
      return type === undefined ? [] : [listTag(type.name)];
    },
    tagsOfChange: (uid, document) => {
      const type = types.get(uid);
      if (type === undefined) return [];
      const related = (type.mapping.related ?? []).flatMap(everyOf);
      return [...new Set([...tagsOfDocument(type, document), listTag(type.name), ...related])];
    },
    tagsOfWholeType: (uid) => {
      const related = types.get(uid)?.mapping.related ?? [];
      return [...new Set([uid, ...related].flatMap(everyOf))];
    },
  };
}

/** Tags of the file’s own addresses: the same addresses serve other bytes when it is replaced. */
export function tagsOfFileUrls(file: object): readonly string[] {
  const formats: unknown = Reflect.get(file, 'formats');
  const all = [file, ...(isObject(formats) ? Object.values(formats) : [])];
  const urls = all.map((of) => (isObject(of) ? of['url'] : undefined));
  return urls.flatMap((url) =>
    typeof url === 'string' && url !== ''
      ? [pageTag(new URL(url, 'http://localhost').pathname)]
      : [],
  );
}

/** Without a locale too: so are entries tagged whose locale an answer does not tell. */
function tagsOfDocument(type: TaggedType, document: ChangedDocument): string[] {
  const { documentId, locales = [], entries = [] } = document;
  const own = [undefined, ...locales].map((locale) => tagOf(type, { documentId, locale }));
  return [...own, ...parseTags(entries.flatMap((entry) => type.mapping.tags?.(entry) ?? []))];
}

function tagOf(type: TaggedType, { documentId, locale: given }: EntryIdentity): string {
  const locale = type.hasLocales ? (given ?? undefined) : undefined;
  const { tag } = type.mapping;
  if (tag === undefined) return entryTag(type.name, documentId, locale);
  const made =
    typeof tag === 'string'
      ? fillTemplate(tag, { type: type.name, documentId, locale: locale ?? EVERY })
      : tag({ type: type.name, uid: type.uid, documentId, locale });
  return checkTag(type, made);
}

function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '').toLowerCase();
}

/** Overflow works by type: a tag of another first part could not be replaced by this type’s. */
function checkTag(type: TaggedType, tag: unknown): string {
  if (typeof tag === 'string' && isTag(tag) && tag !== type.name && typeOf(tag) === type.name)
    return tag;
  throw invalidOption(
    `types.${type.uid}.tag`,
    tag,
    `a tag of visible ASCII without comma and space that begins with “${type.name}:”`,
  );
}

function checkTagOption(type: TaggedType): void {
  tagOf(type, { documentId: 'a1b2c3', locale: 'en' });
  tagOf(type, { documentId: 'a1b2c3', locale: undefined });
}
