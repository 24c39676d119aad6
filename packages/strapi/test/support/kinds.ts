import type { ChangesWorld } from './changes-world.ts';

/** A kind of content type, by the type of the atlas that is one. */
export interface Kind {
  /** As in titles of tests. */
  readonly title: string;
  readonly uid: string;
  /** First part of its tags. */
  readonly type: string;
  /** Path of its REST endpoint. */
  readonly path: string;
  /** In GraphQL. */
  readonly name: string;
  readonly hasDrafts: boolean;
  readonly hasLocales: boolean;
  readonly isSingle: boolean;
  /** What an entry needs, different for each number. */
  readonly data: (number: number) => Readonly<Record<string, string>>;
}

const named = (number: number): Readonly<Record<string, string>> => ({
  name: `Name ${number}`,
  code: `C${number}`,
});

export const KINDS: readonly Kind[] = [
  {
    title: 'a collection type with drafts and locales',
    uid: 'api::country.country',
    type: 'country',
    path: 'countries',
    name: 'Country',
    hasDrafts: true,
    hasLocales: true,
    isSingle: false,
    data: named,
  },
  {
    title: 'a collection type with drafts',
    uid: 'api::currency.currency',
    type: 'currency',
    path: 'currencies',
    name: 'Currency',
    hasDrafts: true,
    hasLocales: false,
    isSingle: false,
    data: named,
  },
  {
    title: 'a collection type with locales',
    uid: 'api::region.region',
    type: 'region',
    path: 'regions',
    name: 'Region',
    hasDrafts: false,
    hasLocales: true,
    isSingle: false,
    data: named,
  },
  {
    title: 'a plain collection type',
    uid: 'api::language.language',
    type: 'language',
    path: 'languages',
    name: 'Language',
    hasDrafts: false,
    hasLocales: false,
    isSingle: false,
    data: named,
  },
  {
    title: 'a single type with drafts and locales',
    uid: 'api::front-page.front-page',
    type: 'front-page',
    path: 'front-page',
    name: 'FrontPage',
    hasDrafts: true,
    hasLocales: true,
    isSingle: true,
    data: (number) => ({ title: `Title ${number}` }),
  },
];

let lastNumber = 0;

/** Fields that no other entry has. */
export function newData(kind: Kind): Readonly<Record<string, string>> {
  lastNumber += 1;
  return kind.data(lastNumber);
}

/** What a change of a document in these locales refreshes. */
export function tagsOfDocument(
  { type, hasLocales }: Kind,
  documentId: string,
  locales: readonly string[] = ['en'],
): readonly string[] {
  const localized = hasLocales ? locales.map((locale) => `${type}:${documentId}:${locale}`) : [];
  return [type, `${type}:${documentId}`, ...localized].sort();
}

/** A new document that visitors see, in the default locale. A single type's old one is removed. */
export async function newPublic({ documents }: ChangesWorld, kind: Kind): Promise<string> {
  await clearSingle(documents(kind.uid), kind);
  const { documentId } = await documents(kind.uid).create({
    data: newData(kind),
    ...(kind.hasDrafts && { status: 'published' }),
  });
  return documentId;
}

/** A new document that only editors see. */
export async function newDraft({ documents }: ChangesWorld, kind: Kind): Promise<string> {
  await clearSingle(documents(kind.uid), kind);
  const { documentId } = await documents(kind.uid).create({ data: newData(kind) });
  return documentId;
}

/** A single type has one document at most. */
export async function clearSingle(
  documents: ReturnType<ChangesWorld['documents']>,
  { isSingle }: Kind,
): Promise<void> {
  const old = isSingle ? await documents.findFirst({}) : null;
  if (old !== null && old !== undefined)
    await documents.delete({ documentId: old.documentId, locale: '*' });
}
