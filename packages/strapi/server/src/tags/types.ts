import { ALL_PAGES_TAG, invalidOption, NOT_FOUND_TAG } from '@freshtag/core';

import type { TypeMapping, TypeOption } from '../config.ts';
import { isObject } from '../is-object.ts';

/** What is read of a content type's schema. */
export interface ContentTypeSchema {
  readonly uid: string;
  readonly info: { readonly singularName: string };
  readonly plugin?: string | undefined;
  readonly pluginOptions?: object | undefined;
}

/** A content type whose entries have tags. */
export interface TaggedType {
  readonly uid: string;
  /** First part of all its tags. */
  readonly name: string;
  readonly hasLocales: boolean;
  readonly mapping: TypeMapping;
}

/** The media library's files. */
export const FILE_UID = 'plugin::upload.file';

/** The locales that there are, which the content API lists. */
export const LOCALE_UID = 'plugin::i18n.locale';

const RESERVED: ReadonlySet<string> = new Set([ALL_PAGES_TAG, NOT_FOUND_TAG]);

/**
 * The types that have tags, by uid.
 * @throws FreshtagError `INVALID_OPTION` naming the path, for a type that there is not, or one name for two
 */
export function findTaggedTypes(
  schemas: readonly ContentTypeSchema[],
  options: Readonly<Record<string, TypeOption>>,
): ReadonlyMap<string, TaggedType> {
  const uids = new Set(schemas.map(({ uid }) => uid));
  for (const [uid, option] of Object.entries(options)) checkUids(uid, option, uids);
  const types = new Map<string, TaggedType>();
  const owners = new Map<string, string>();
  for (const schema of schemas) {
    const type = taggedType(schema, options[schema.uid]);
    if (type === undefined) continue;
    const owner = owners.get(type.name);
    const isTaken = owner !== undefined || RESERVED.has(type.name);
    if (isTaken)
      throw invalidOption(
        `types.${type.uid}.name`,
        type.name,
        `another name: this one is that of ${owner ?? 'freshtag itself'}`,
      );
    owners.set(type.name, type.uid);
    types.set(type.uid, type);
  }
  return types;
}

function taggedType(
  schema: ContentTypeSchema,
  option: TypeOption | undefined,
): TaggedType | undefined {
  if (option === false || (option === undefined && !isPublic(schema))) return undefined;
  return {
    uid: schema.uid,
    name: option?.name ?? defaultName(schema),
    hasLocales: optionOf(schema, 'i18n')['localized'] === true,
    mapping: option ?? {},
  };
}

function checkUids(uid: string, option: TypeOption, uids: ReadonlySet<string>): void {
  if (!uids.has(uid)) throw invalidOption('types', uid, nearest(uid, uids));
  for (const related of (option !== false && option.related) || [])
    if (!uids.has(related))
      throw invalidOption(`types.${uid}.related`, related, nearest(related, uids));
}

function nearest(uid: string, uids: ReadonlySet<string>): string {
  const own = [...uids].filter((other) => other.startsWith('api::') || other === FILE_UID);
  const last = uid.split('.').at(-1) ?? uid;
  const like = own.filter((other) => last !== '' && other.endsWith(`.${last}`));
  return `the uid of a content type, such as ${(like.length > 0 ? like : own).slice(0, 5).join(', ')}`;
}

/** Strapi itself sees to it that no two types of the project have one singular name. */
function defaultName({ uid, plugin, info }: ContentTypeSchema): string {
  const name = info.singularName.toLowerCase();
  return uid.startsWith('plugin::') && plugin !== undefined ? `${plugin}-${name}` : name;
}

function isPublic(schema: ContentTypeSchema): boolean {
  if (schema.uid.startsWith('api::')) return true;
  if (schema.uid === FILE_UID || schema.uid === LOCALE_UID) return true;
  if (!schema.uid.startsWith('plugin::') || schema.plugin === 'users-permissions') return false;
  return optionOf(schema, 'content-manager')['visible'] !== false;
}

/** What a type says for a plugin. */
export function optionOf(
  schema: Pick<ContentTypeSchema, 'pluginOptions'>,
  plugin: string,
): Readonly<Record<string, unknown>> {
  const options: unknown = Reflect.get(schema.pluginOptions ?? {}, plugin);
  return isObject(options) ? options : {};
}
