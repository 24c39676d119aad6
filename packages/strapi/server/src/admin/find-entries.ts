import type { EntryReference, NamedEntry } from '../../../contract/admin-api.ts';
import { isLocalized, schemaOf } from '../changes/schema.ts';
import type { Instance } from '../instance.ts';
import { isObject } from '../is-object.ts';
import { FILE_UID, LOCALE_UID, optionOf, type ContentTypeSchema } from '../tags/types.ts';

/** What an administrator may do, as Strapi knows it. */
export interface Ability {
  can(action: string, subject?: unknown): boolean;
  rulesFor(
    action: string,
    subject: string,
    field?: string,
  ): readonly { readonly conditions?: unknown }[];
}

/** An entry that the reader may see, and in which locales; in lower case, as tags have them. */
interface FoundEntry {
  readonly entry: NamedEntry;
  readonly locales: readonly string[];
}

/** Finds entries of types that the reader may see at all. */
export interface Finder {
  readonly byIds: (uid: string, documentIds: readonly string[]) => Promise<readonly FoundEntry[]>;
  readonly byText: (uid: string, text: string, limit: number) => Promise<readonly NamedEntry[]>;
}

/** How many entries one statement asks for. */
const CHUNK = 1000;
/** Others cannot be searched in every database. */
const TEXTS: ReadonlySet<unknown> = new Set(['string', 'text', 'email', 'uid', 'enumeration']);

/** The right by which administrators see content of a type elsewhere in the panel. */
export function readActionOf(uid: string): string {
  if (uid === FILE_UID) return 'plugin::upload.read';
  return uid === LOCALE_UID ? 'plugin::i18n.locale.read' : 'plugin::content-manager.explorer.read';
}

/** Asks with the conditions under which the reader has the right to see entries. */
export function createFinder(instance: Instance, ability: Ability): Finder {
  const { strapi } = instance;
  const titles = new Map<string, string | undefined>();
  const titleOf = async (uid: string): Promise<string | undefined> => {
    if (!titles.has(uid)) titles.set(uid, await titleFieldOf(instance, ability, uid));
    return titles.get(uid);
  };
  const ask = async (uid: string, filter: object, limit?: number): Promise<FoundEntry[]> => {
    // Each document has a row for each of its locales.
    const rowLimit =
      limit === undefined ? {} : { limit: limit * (await countLocales(strapi, uid)) };
    const title = await titleOf(uid);
    const conditions: unknown = strapi
      .service('admin::permission')
      .createPermissionsManager({ ability, action: readActionOf(uid), model: uid })
      .getQuery();
    const documents: Documents = Reflect.apply(strapi.documents, undefined, [uid]);
    const rows = await documents.findMany({
      filters: { $and: [filter, ...(isObject(conditions) ? [conditions] : [])] },
      fields: ['documentId', 'locale', ...(title === undefined ? [] : [title])],
      sort: 'id:desc',
      locale: '*',
      status: 'draft',
      ...rowLimit,
    });
    return foundIn(instance, uid, rows, title).slice(0, limit);
  };
  return {
    byIds: async (uid, documentIds) => {
      const found: FoundEntry[] = [];
      for (let from = 0; from < documentIds.length; from += CHUNK) {
        const $in = documentIds.slice(from, from + CHUNK);
        found.push(...(await ask(uid, { documentId: { $in } })));
      }
      return found;
    },
    byText: async (uid, text, limit) => {
      const title = await titleOf(uid);
      const byTitle = title === undefined ? [] : [{ [title]: { $containsi: text } }];
      const filter = text === '' ? {} : { $or: [{ documentId: text }, ...byTitle] };
      return (await ask(uid, filter, limit)).map(({ entry }) => entry);
    },
  };
}

async function countLocales(strapi: Instance['strapi'], uid: string): Promise<number> {
  if (!isLocalized(schemaOf(strapi, uid))) return 1;
  return Math.max(1, await strapi.db.query(LOCALE_UID).count());
}

/** The field by which the content manager names entries, unless the reader may not see it of them all. */
async function titleFieldOf(
  { strapi }: Instance,
  ability: Ability,
  uid: string,
): Promise<string | undefined> {
  const { settings } = await strapi
    .plugin('content-manager')
    .service('content-types')
    .findConfiguration({ uid });
  const field: unknown = uid === FILE_UID || uid === LOCALE_UID ? 'name' : settings?.mainField;
  if (typeof field !== 'string') return undefined;
  const attribute: { readonly type?: unknown } = { ...schemaOf(strapi, uid).attributes[field] };
  return TEXTS.has(attribute.type) && mayReadField(ability, uid, field) ? field : undefined;
}

/** Whether of every entry that the reader may see: rights to fewer fields can be for more entries. */
function mayReadField(ability: Ability, uid: string, field: string): boolean {
  const action = readActionOf(uid);
  const ofField = new Set(ability.rulesFor(action, uid, field));
  return ability.rulesFor(action, uid).every((rule) => ofField.has(rule));
}

type Row = Readonly<Record<string, unknown>> & { readonly documentId: string };

/** As much of the document service as is used, for types that only the project knows. */
interface Documents {
  findMany(parameters: object): Promise<readonly Row[]>;
}

/** One for each document, the newest first, named in its first locale. */
function foundIn(
  instance: Instance,
  uid: string,
  rows: readonly Row[],
  title: string | undefined,
): FoundEntry[] {
  const documents = Map.groupBy(rows, ({ documentId }) => documentId);
  return [...documents].map(([documentId, versions]) => {
    const entry = nameless(instance, { uid, documentId });
    const named = versions.map((version) => version[title ?? '']).findLast(isName);
    const locales = versions.flatMap(({ locale }) =>
      typeof locale === 'string' ? locale.toLowerCase() : [],
    );
    return { entry: named === undefined ? entry : { ...entry, title: named }, locales };
  });
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** An entry of which nothing but its id is known. */
export function nameless(instance: Instance, { uid, documentId }: EntryReference): NamedEntry {
  const typeName = typeNameOf(instance, uid);
  const editView = editViewOf(contentTypeOf(instance, uid));
  return { uid, documentId, title: documentId, typeName, editView };
}

/** The content manager shows no type that is hidden from it, such as files: they have pages of their own. */
function editViewOf(type: ContentType): NamedEntry['editView'] {
  if (optionOf(type, 'content-manager')['visible'] === false) return 'none';
  return type.kind === 'singleType' ? 'single' : 'collection';
}

/** What editors call the type. */
export function typeNameOf(instance: Instance, uid: string): string {
  return contentTypeOf(instance, uid).info?.displayName ?? uid;
}

interface ContentType extends Pick<ContentTypeSchema, 'pluginOptions'> {
  readonly kind?: string | undefined;
  readonly info?: { readonly displayName?: string | undefined } | undefined;
}

function contentTypeOf({ strapi }: Instance, uid: string): ContentType {
  const type: ContentType | undefined = Reflect.get(strapi.contentTypes, uid);
  return type ?? {};
}
