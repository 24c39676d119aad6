import { errors } from '@strapi/utils';

import type { Instance } from '../instance.ts';
import type { Link } from './links.ts';
import {
  NOT_PUBLIC,
  readPublicState,
  type PublicState,
  type StateQuery,
  type Transaction,
} from './public-state.ts';
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
  readonly end: (result: unknown) => Promise<Written>;
  /** The same for a write that was refused, of which something may be there all the same. */
  readonly fail: (error: unknown) => Promise<Written>;
}

/** What is known of a write once it is over. */
export interface Written {
  readonly documentId: string | undefined;
  readonly tags: readonly string[];
}

/** Whether what visitors see can change by such a call. */
export function isPublicWrite(instance: Instance, call: DocumentCall): boolean {
  return changesDocument(instance, call) || linksTakenByDraft(instance, call).length > 0;
}

/** Whether what they see of the document itself can. */
function changesDocument({ strapi }: Instance, { uid, action, params }: DocumentCall): boolean {
  if (action === 'publish' || action === 'unpublish' || action === 'delete') return true;
  const isWrite = action === 'create' || action === 'update';
  if (isDrafted(strapi, uid)) return isWrite && params['status'] === 'published';
  return isWrite || action === 'clone';
}

/** Links that others may lose by the write of a draft. */
function linksTakenByDraft(instance: Instance, call: DocumentCall): readonly Link[] {
  const { uid, action } = call;
  const { linksTakenByDrafts, noLinks } = watchedType(instance, uid);
  const isOfDraft = action === 'create' || action === 'update' || action === 'clone';
  if (!isOfDraft || !isDrafted(instance.strapi, uid)) return noLinks;
  return action === 'clone' || namesOne(call, linksTakenByDrafts) ? linksTakenByDrafts : noLinks;
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
  const { uid, action, params } = call;
  const type = watchedType(instance, uid);
  const ofDrafts = !changesDocument(instance, call);
  const links = linksToLookAt(instance, call);
  const lookAt = (documentId: string): Promise<Seen> =>
    look(instance, trx, { uid, documentId, links, shared: type.shared, ofDrafts });
  const given = action === 'clone' ? undefined : params['documentId'];
  const before = await attempt(async () => {
    if (!type.isReadable) throw new Error('what it shows cannot be read');
    return typeof given === 'string' ? lookAt(given) : NOTHING_SEEN;
  });
  const tagsAfter = (documentId: string, result: unknown): Promise<readonly string[] | Failure> =>
    attempt(async () => {
      if ('failure' in before) throw before.failure;
      const after = await lookAt(documentId);
      return tagsOfWrite(instance.names, {
        uid,
        documentId,
        before: before.state,
        after: after.state,
        locales: type.hasLocales ? localesOf(result) : [null],
        hasSharedChange:
          action !== 'delete' &&
          action !== 'unpublish' &&
          (type.shared.hasComponents || isDifferent(before.state, after.state)),
        entries: [...before.entries, ...after.entries],
      });
    });
  const coarse = (): readonly string[] => coarseTags(instance, uid, type);
  return {
    end: async (result) => {
      const documentId = typeof given === 'string' ? given : documentIdOf(result);
      // Nothing was written: there is no such document.
      if (documentId === undefined) return { documentId, tags: [] };
      const tags = await tagsAfter(documentId, result);
      if (!('failure' in tags)) return { documentId, tags };
      // Else that was said when Strapi started.
      if (type.isReadable)
        instance.strapi.log.error(
          `freshtag could not tell what ${action} of ${uid} ${documentId} changes, so all of its type is refreshed: ${reasonOf(tags.failure)}`,
        );
      return { documentId, tags: coarse() };
    },
    fail: async (error) => {
      if (typeof given !== 'string') {
        // What is new is checked before anything of it is written.
        const isRefused = error instanceof errors.ValidationError;
        return { documentId: undefined, tags: isRefused ? [] : coarse() };
      }
      const tags = await tagsAfter(given, undefined);
      return { documentId: given, tags: 'failure' in tags ? coarse() : tags };
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

const NOTHING_SEEN: Seen = { state: NOT_PUBLIC, entries: [] };

async function look(
  { strapi, names }: Instance,
  trx: Transaction,
  query: StateQuery,
): Promise<Seen> {
  const state = await readPublicState(strapi, trx, query);
  const { uid, documentId, ofDrafts } = query;
  // Of the document itself visitors see what they saw.
  if (ofDrafts) return { state: { ...NOT_PUBLIC, shownBy: state.shownBy }, entries: [] };
  if (names.types.get(uid)?.mapping.tags === undefined) return { state, entries: [] };
  const drafted = isDrafted(strapi, uid) ? { publishedAt: { $notNull: true } } : {};
  const entries = await strapi.db.query(uid).findMany({ where: { documentId, ...drafted } });
  return { state, entries };
}

/**
 * Through which others can begin or cease to show the document by the call. A publish can do that with
 * each: Strapi takes over links that there are between drafts.
 */
function linksToLookAt(instance: Instance, call: DocumentCall): readonly Link[] {
  if (!changesDocument(instance, call)) return linksTakenByDraft(instance, call);
  const { links, mutualLinks, noLinks } = watchedType(instance, call.uid);
  // An update without drafts changes those links alone that it names.
  const isInPlace = call.action === 'update' && !isDrafted(instance.strapi, call.uid);
  if (!isInPlace) return links;
  return namesOne(call, mutualLinks) ? mutualLinks : noLinks;
}

function namesOne({ params }: DocumentCall, links: readonly Link[]): boolean {
  const data = Object.keys(params['data'] ?? {});
  return links.some(({ mutual }) => mutual !== undefined && data.includes(mutual));
}

/** Whether any two entries, as they were or are, differ in what locales share: then Strapi makes them equal. */
function isDifferent(before: PublicState, after: PublicState): boolean {
  return new Set([...before.shared, ...after.shared]).size > 1;
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
