import type { HistoryEntry } from '@freshtag/core/relay';
import { errors } from '@strapi/utils';

import {
  REMOVALS,
  type EntryReference,
  type EntryStatus,
  type RefreshState,
} from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';
import { rowsOfChange, tagsOfRows, targetStates, type ChangeRows } from './changes.ts';
import { pagesOf, publicWhere } from './entry-pages.ts';
import { findChanges, readChanges, showChanges } from './read-changes.ts';
import { quotaDay } from './quota-day.ts';
import { keyOf, type Reader } from './reader.ts';
import { worstOf } from './row-state.ts';
import { showProblem } from './show-problem.ts';

/** How many of the newest changes of a document are looked at, in whatever locale. */
const NEWEST = 20;
const SHOWN = 5;
/** Nothing more is to be done. */
const ENDED: ReadonlySet<RefreshState> = new Set(['complete', 'settled', 'live', 'discarded']);

type Entry = Required<Pick<EntryReference, 'uid' | 'documentId'>> & Pick<EntryReference, 'locale'>;

interface EntryLocales {
  readonly entry: Entry;
  /** One for each locale that there is. */
  readonly localeTags: ReadonlySet<string>;
}

/** @throws NotFoundError for an entry that there is not, or that the reader may not see */
export async function entryStatus(
  instance: Instance,
  reader: Reader,
  entry: Entry,
): Promise<EntryStatus> {
  const { strapi, names } = instance;
  const { uid } = entry;
  const isKnown = Object.hasOwn(strapi.contentTypes, uid) && reader.mayRead(uid);
  if (!isKnown) throw new errors.NotFoundError();
  if (!names.types.has(uid)) return { ...nothingOf(instance, entry), kind: 'untagged' };
  const named = await reader.name([entry]);
  if (named(entry) === undefined) throw new errors.NotFoundError();
  const mayRefresh = (await reader.refreshable([entry])).length > 0;
  const nothing = { ...nothingOf(instance, entry), mayRefresh };
  const { withProbing, ...pages } = await pagesOf(instance, entry, named);
  if (stagesOf(instance).length === 0)
    return { ...nothing, ...pages, kind: 'no-targets', mayRefresh: false };
  const localeTags = reader.localeTags(entry);
  const all = await readChanges(instance, await findNewest(instance, entry));
  const changes = all
    .filter((change) => concerns(instance, change, { entry, localeTags }))
    .toSorted(byAppending);
  const [newest] = changes;
  const isPublic = await isPublished(instance, entry);
  if (newest === undefined && !isPublic && !(await isThere(instance, entry)))
    throw new errors.NotFoundError();
  const shown = await showChanges(instance, reader, changes.slice(0, SHOWN));
  const isGone = !isPublic && shown.some(({ reason }) => REMOVALS.has(reason));
  const common = { ...nothing, ...pages, isGone, changes: shown };
  if (newest === undefined) return { ...common, kind: isPublic ? 'unchanged' : 'draft' };
  const sight = { isAll: reader.mayReadEverything(), isOwn: true };
  const part = partOf(instance, newest, { entry, localeTags });
  const targets = targetStates(part, localeTags).map((target) => ({
    ...withProbing(target),
    problem: showProblem(target.problem, sight),
  }));
  const { state = 'discarded', sinceMs, problem } = worstOf(targets) ?? {};
  if (!isPublic && !isGone && ENDED.has(state)) return { ...common, kind: 'draft' };
  const resumesAtMs = state === 'quota' ? quotaDay(instance).nextMs : undefined;
  return { ...common, kind: 'known', state, sinceMs, problem, targets, resumesAtMs };
}

function nothingOf(
  { names }: Instance,
  { uid, documentId, locale }: Entry,
): Omit<EntryStatus, 'kind'> {
  return {
    isGone: false,
    targets: [],
    tags: names.tagsOfEntry(uid, { documentId, locale }),
    urls: [],
    probing: 'no-urls',
    changes: [],
    mayRefresh: false,
  };
}

/** The newest changes of the document, and those of the locale that came before them. */
async function findNewest(instance: Instance, entry: Entry): Promise<readonly string[]> {
  const { uid, documentId, locale } = entry;
  const subject = keyOf({ uid, documentId });
  const newest = await findChanges(instance, { subject }, { limit: NEWEST });
  if (locale === undefined || newest.length < NEWEST) return newest;
  const [tag = ''] = instance.names.tagsOfEntry(uid, entry);
  const own = await findChanges(instance, { subject, tag }, { limit: SHOWN });
  return [...new Set([...newest, ...own])];
}

/** The newest first, also where clocks differ or were set back: the names of changes are of their time. */
function byAppending(one: ChangeRows, other: ChangeRows): number {
  const [first = 0, second = 0] = [one, other].map((change) => rowsOfChange(change)[0]?.id);
  return second - first;
}

/** Whether a change is one of the locale: of its own tag, or of no locale in particular. */
function concerns(
  { names }: Instance,
  change: ChangeRows,
  { entry: { uid, ...identity }, localeTags }: EntryLocales,
): boolean {
  if (identity.locale === undefined) return true;
  const [own = ''] = names.tagsOfEntry(uid, identity);
  const tags = tagsOfRows(change);
  return tags.includes(own) || !tags.some((tag) => localeTags.has(tag));
}

/** What of a change is of the locale, or of none in particular. */
function partOf(
  { names }: Instance,
  { id, parts }: ChangeRows,
  { entry: { uid, ...identity }, localeTags }: EntryLocales,
): ChangeRows {
  if (identity.locale === undefined) return { id, parts };
  const [own = ''] = names.tagsOfEntry(uid, identity);
  const isOwn = ({ tag }: HistoryEntry): boolean => tag === own || !localeTags.has(tag);
  return { id, parts: parts.map(({ stage, rows }) => ({ stage, rows: rows.filter(isOwn) })) };
}

/** In any locale: one more may be about to be written. */
async function isThere({ strapi }: Instance, { uid, documentId }: Entry): Promise<boolean> {
  return (await strapi.db.query(uid).count({ where: { documentId } })) > 0;
}

async function isPublished(
  { strapi }: Instance,
  { uid, documentId, locale }: Entry,
): Promise<boolean> {
  const where = { documentId, ...publicWhere(strapi, uid, locale) };
  return (await strapi.db.query(uid).count({ where })) > 0;
}
