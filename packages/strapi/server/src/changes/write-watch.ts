import type { Instance } from '../instance.ts';
import type { Link } from './links.ts';
import { NOT_PUBLIC, readPublicState, type PublicState, type Transaction } from './public-state.ts';
import { isDrafted } from './schema.ts';
import { tagsOfWrite } from './tags-of-write.ts';
import { coarseTags, reasonOf, watchedType } from './watched-type.ts';

/** What Strapi tells a middleware of a call to the document service. */
export interface DocumentCall {
  readonly uid: string;
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Looks at what visitors see of a document before and after it is written. */
export interface WriteWatch {
  /** @returns the document's id, and the tags that the write makes necessary, perhaps none */
  readonly end: (result: unknown) => Promise<{
    readonly documentId: string | undefined;
    readonly tags: readonly string[];
  }>;
}

/** Whether what visitors see can change by such a call. */
export function isPublicWrite(
  { strapi }: Instance,
  { uid, action, params }: DocumentCall,
): boolean {
  if (action === 'publish' || action === 'unpublish' || action === 'delete') return true;
  const isWrite = action === 'create' || action === 'update';
  if (isDrafted(strapi, uid)) return isWrite && params['status'] === 'published';
  return isWrite || action === 'clone';
}

/**
 * Begins to watch: call it before the write, in its transaction. An error of ours at any time makes the
 * answer coarse, and never the write fail.
 */
export async function watchWrite(
  instance: Instance,
  trx: Transaction,
  call: DocumentCall,
): Promise<WriteWatch> {
  const { strapi } = instance;
  const { uid, params } = call;
  const type = watchedType(instance, uid);
  const mutual = canChangeLinks(instance, call, type.links)
    ? type.links.filter((link) => link.mutual !== undefined)
    : [];
  const given = call.action === 'clone' ? undefined : params['documentId'];
  const before = await attempt(async () => {
    if (!type.isReadable) throw new Error('what it shows cannot be read');
    if (typeof given !== 'string') return { state: NOT_PUBLIC, entries: [] };
    return look(instance, trx, { uid, documentId: given, links: mutual });
  });
  return {
    end: async (result) => {
      const documentId = typeof given === 'string' ? given : documentIdOf(result);
      const tags = await attempt(async () => {
        if ('failure' in before) throw before.failure;
        // Nothing was written: there is no such document.
        if (documentId === undefined) return [];
        const locales = type.hasLocales ? localesOf(result) : [null];
        const links = isNew(locales, before.state) ? type.links : mutual;
        const after = await look(instance, trx, { uid, documentId, links });
        return tagsOfWrite(instance.names, {
          uid,
          documentId,
          before: before.state,
          after: after.state,
          locales,
          sharesFields: type.sharesFields,
          entries: [...before.entries, ...after.entries],
        });
      });
      if (!('failure' in tags)) return { documentId, tags };
      // Else that was said when Strapi started.
      if (type.isReadable)
        strapi.log.error(
          `freshtag could not tell what ${call.action} of ${uid} ${documentId ?? ''} changes, so all of its type is refreshed: ${reasonOf(tags.failure)}`,
        );
      return { documentId, tags: coarseTags(instance, uid, type) };
    },
  };
}

interface Failure {
  readonly failure: unknown;
}

async function attempt<T>(work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    return { failure: error };
  }
}

interface Seen {
  readonly state: PublicState;
  readonly entries: readonly Readonly<Record<string, unknown>>[];
}

async function look(
  { strapi, names }: Instance,
  trx: Transaction,
  document: Readonly<{ uid: string; documentId: string; links: readonly Link[] }>,
): Promise<Seen> {
  const state = await readPublicState(strapi, trx, document);
  const { uid, documentId } = document;
  if (names.types.get(uid)?.mapping.tags === undefined) return { state, entries: [] };
  const drafted = isDrafted(strapi, uid) ? { publishedAt: { $notNull: true } } : {};
  const entries = await strapi.db.query(uid).findMany({ where: { documentId, ...drafted } });
  return { state, entries };
}

/** An update without drafts changes those links alone that it names. */
function canChangeLinks(
  { strapi }: Instance,
  { uid, action, params }: DocumentCall,
  links: readonly Link[],
): boolean {
  if (action !== 'update' || isDrafted(strapi, uid)) return true;
  const data = Object.keys(params['data'] ?? {});
  return links.some(({ mutual }) => mutual !== undefined && data.includes(mutual));
}

/** Whether an entry may have become visible, and with it links that its neighbours had all along. */
function isNew(locales: readonly (string | null)[] | undefined, before: PublicState): boolean {
  return locales === undefined || locales.some((locale) => !before.locales.includes(locale));
}

function documentIdOf(result: unknown): string | undefined {
  const { documentId }: { readonly documentId?: unknown } = Object(result);
  return typeof documentId === 'string' ? documentId : undefined;
}

/** `undefined` where the caller asked for fields without it. */
function localesOf(result: unknown): readonly (string | null)[] | undefined {
  const { entries = [result] }: { readonly entries?: readonly unknown[] } = Object(result);
  const locales = entries.map((entry) => {
    const { locale }: { readonly locale?: string | null } = Object(entry);
    return locale;
  });
  return locales.every((locale) => locale !== undefined) ? locales : undefined;
}
