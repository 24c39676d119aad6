import type { Instance } from '../instance.ts';
import { findLinks, type Link } from './links.ts';
import { readPublicState } from './public-state.ts';
import { isLocalized, schemaOf } from './schema.ts';
import { findSharedFields, NO_SHARED_FIELDS, type SharedFields } from './shared-fields.ts';

/** What is known of a type for all its writes. */
export interface WatchedType {
  /** Whether our statements run on this database: one that fails would end a transaction of PostgreSQL. */
  isReadable: boolean;
  readonly links: readonly Link[];
  /** Of these, those that can be changed from the side of the type. */
  readonly mutualLinks: readonly Link[];
  /** Of these, those that others may lose by the write of a draft. */
  readonly linksTakenByDrafts: readonly Link[];
  readonly noLinks: readonly [];
  readonly hasLocales: boolean;
  readonly shared: SharedFields;
}

const watchedTypes = new WeakMap<Instance, Map<string, WatchedType>>();

/** Whether a type has tags, or entries of types that have can show its entries. */
export function isWatched(instance: Instance, uid: string): boolean {
  return instance.names.types.has(uid) || watchedType(instance, uid).links.length > 0;
}

/**
 * Sends each statement once that will be sent in transactions of others, before there are any. A type for
 * which it fails is refreshed as a whole from then on.
 */
export async function probeStatements(instance: Instance): Promise<void> {
  const { strapi } = instance;
  for (const uid of Object.keys(strapi.contentTypes)) {
    if (!isWatched(instance, uid)) continue;
    const type = watchedType(instance, uid);
    try {
      const { links, shared } = type;
      const probe = { uid, documentId: '', links, shared, ofDrafts: false };
      await readPublicState(strapi, strapi.db.connection, probe);
    } catch (error) {
      type.isReadable = false;
      strapi.log.error(
        `freshtag cannot tell what a change of ${uid} changes, so all of its type is refreshed each time: ${reasonOf(error)}`,
      );
    }
  }
}

/** The same for every call with one instance. */
export function watchedType(instance: Instance, uid: string): WatchedType {
  const types = watchedTypes.get(instance) ?? new Map<string, WatchedType>();
  watchedTypes.set(instance, types);
  const known = types.get(uid);
  if (known !== undefined) return known;
  const { strapi, names } = instance;
  const hasLocales = isLocalized(schemaOf(strapi, uid));
  const links = findLinks(strapi, names, uid);
  const type: WatchedType = {
    isReadable: true,
    links,
    mutualLinks: links.filter(({ mutual }) => mutual !== undefined),
    linksTakenByDrafts: links.filter(({ isTakenByDrafts }) => isTakenByDrafts),
    noLinks: [],
    hasLocales,
    shared: hasLocales ? findSharedFields(strapi, uid) : NO_SHARED_FIELDS,
  };
  types.set(uid, type);
  return type;
}

/** Whoever can show an entry of the type may be changed. */
export function coarseTags(
  { names }: Instance,
  uid: string,
  { links }: WatchedType,
): readonly string[] {
  const uids = new Set([uid, ...links.map((link) => link.uid)]);
  return [...uids].flatMap((each) => names.tagsOfWholeType(each));
}

/** Without the statement that failed, which knex puts before and which may have content. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(' - ').at(-1) ?? error.name) : String(error);
}
