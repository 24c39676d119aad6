import { isFreshtagError, parseTags } from '@freshtag/core';
import { errors } from '@strapi/utils';
import * as v from 'valibot';

import {
  RIGHTS,
  type EntriesRequest,
  type RefreshPreview,
  type RefreshRequest,
} from '../../../contract/admin-api.ts';
import { currentActor } from '../changes/actor.ts';
import type { Instance } from '../instance.ts';
import { appendChanges, type NewChange } from '../outbox/append.ts';
import { stagesOf } from '../outbox/stages.ts';
import { countCalls } from './count-calls.ts';
import { keyOf, type Reader } from './reader.ts';
import { parse, text } from './request.ts';
import { tagsOfEntries } from './tags-of-entries.ts';

const MOST_ENTRIES = 10_000;
const MOST_TAGS = 1000;

const name = v.pipe(text, v.minLength(1), v.maxLength(255));
const ENTRIES = v.strictObject({
  uid: name,
  documentIds: v.pipe(v.array(name), v.minLength(1), v.maxLength(MOST_ENTRIES)),
  locale: v.optional(name),
});
const TAGS = v.strictObject({
  tags: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(MOST_TAGS)),
});
const ALL = v.strictObject({ all: v.literal(true), confirm: v.optional(v.string()) });

/** @throws ValidationError */
export function readRefreshRequest(body: unknown): RefreshRequest {
  const has = (key: string): boolean =>
    typeof body === 'object' && body !== null && Object.hasOwn(body, key);
  if (has('documentIds')) return parse(ENTRIES, body);
  return has('tags') ? parse(TAGS, body) : parse(ALL, body);
}

/** What a request comes to, before anything is done. */
interface RefreshPlan {
  readonly preview: RefreshPreview;
  readonly changes: readonly NewChange[];
}

export async function previewRefresh(
  instance: Instance,
  reader: Reader,
  request: RefreshRequest,
): Promise<RefreshPreview> {
  return (await planRefresh(instance, reader, request)).preview;
}

/** Begins it, in one transaction. @throws ForbiddenError, ValidationError */
export async function beginRefresh(
  instance: Instance,
  reader: Reader,
  request: RefreshRequest,
): Promise<RefreshPreview> {
  const { environment } = instance.config;
  if ('all' in request && request.confirm !== environment)
    throw new errors.ValidationError(`confirm: give the name of the environment`);
  const { preview, changes } = await planRefresh(instance, reader, request);
  await appendChanges(instance, changes);
  return preview;
}

async function planRefresh(
  instance: Instance,
  reader: Reader,
  request: RefreshRequest,
): Promise<RefreshPlan> {
  const actor = currentActor(instance.strapi);
  if ('documentIds' in request) return planEntries(instance, reader, request);
  if ('tags' in request) {
    if (!reader.may(RIGHTS.refreshTags)) throw new errors.ForbiddenError();
    const tags = checkTags(request.tags);
    return planOf(instance, [{ tags, actor, reason: 'refresh tags' }], { entries: 0, refused: 0 });
  }
  if (!reader.may(RIGHTS.refreshAll)) throw new errors.ForbiddenError();
  const { names } = instance;
  const tags = [...new Set([...names.types.keys()].flatMap((uid) => names.tagsOfWholeType(uid)))];
  return planOf(instance, [{ tags, actor, reason: 'refresh all' }], { entries: 0, refused: 0 });
}

async function planEntries(
  instance: Instance,
  reader: Reader,
  { uid, documentIds, locale }: EntriesRequest,
): Promise<RefreshPlan> {
  const { strapi, names } = instance;
  const wanted = [...new Set(documentIds)].map((documentId) => ({ uid, documentId, locale }));
  const isPermitted = names.types.has(uid) && reader.may(RIGHTS.refresh, uid);
  if (!isPermitted && !mayRefreshAny(instance, reader)) throw new errors.ForbiddenError();
  const permitted = isPermitted ? wanted : [];
  const named = await reader.name(permitted);
  const entries = await reader.refreshable(permitted.filter((entry) => named(entry) !== undefined));
  const actor = currentActor(strapi);
  const changes = (await tagsOfEntries(instance, entries)).map(({ entry, tags }): NewChange => ({
    tags,
    subject: keyOf(entry),
    actor,
    reason: 'refresh',
  }));
  const counts = { entries: entries.length, refused: wanted.length - entries.length };
  return planOf(instance, changes, counts);
}

function mayRefreshAny({ names }: Instance, reader: Reader): boolean {
  return [...names.types.keys()].some((uid) => reader.may(RIGHTS.refresh, uid));
}

function planOf(
  instance: Instance,
  wanted: readonly NewChange[],
  counts: Pick<RefreshPreview, 'entries' | 'refused'>,
): RefreshPlan {
  const targets = stagesOf(instance).flatMap((stage) => stage.targets);
  // Without targets there is nobody to refresh them.
  const changes = targets.length === 0 ? [] : wanted;
  const tags = [...new Set(changes.flatMap((change) => change.tags))];
  const preview: RefreshPreview = {
    ...counts,
    environment: instance.config.environment,
    tags: tags.length,
    calls: countCalls(instance, tags),
    targets,
  };
  return { preview, changes };
}

function checkTags(given: readonly string[]): readonly string[] {
  try {
    return parseTags(given);
  } catch (error) {
    if (isFreshtagError(error, 'INVALID_TAG')) throw new errors.ValidationError(error.message);
    throw error;
  }
}
