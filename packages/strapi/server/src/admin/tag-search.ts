import { isFreshtagError, isTag, listTag, overflowTag, readCacheTag } from '@freshtag/core';
import { askPage, type PageAnswer } from '@freshtag/core/verify';

import {
  MOST_COUNTED,
  type EntryReference,
  type FoundTag,
  type NamedEntry,
  type TagSearch,
} from '../../../contract/admin-api.ts';
import type { VerifyTarget } from '../config.ts';
import type { Instance } from '../instance.ts';
import { stagesOf, type Stage } from '../outbox/stages.ts';
import { domainOf, verifyTargetsOf } from '../probe/look.ts';
import { typeNameOf } from './find-entries.ts';
import { entryOfKey, type Reader } from './reader.ts';
import { meaningOfTag } from './tag-meaning.ts';
import { lookAtTags } from './tag-sight.ts';

const MOST_ENTRIES = 20;
const MOST_TAGS = 200;
/** So many rows of a tag are looked at for what was refreshed with it. */
const NEWEST_ROWS = 200;
/** Most questions to the outboxes about who carries tags: each takes two statements. */
const MOST_QUESTIONS = 8;
const TIMEOUT_MS = 10_000;

/**
 * What a tag is, and which entries carry it; the tags of a page, for a URL; or those of a type, for the
 * begin of its name.
 */
export async function searchTags(
  instance: Instance,
  reader: Reader,
  text: string,
): Promise<TagSearch> {
  if (/^https?:/i.test(text)) return searchPage(instance, reader, text);
  if (!isTag(text)) return { tags: [] };
  const types = [...instance.names.types.values()].filter(
    ({ name }) => name !== text && name.startsWith(text.toLowerCase()),
  );
  const ofTypes = types.flatMap(({ name }) => [listTag(name), overflowTag(name)]);
  return { tags: await describeTags(instance, reader, [text, ...ofTypes]) };
}

/** Only origins that the configuration names are asked, whatever the URL. */
async function searchPage(instance: Instance, reader: Reader, given: string): Promise<TagSearch> {
  const url = URL.parse(given)?.href ?? given;
  const domain = URL.canParse(url) ? domainOf(url) : '';
  const target = verifyTargetsOf(instance.config).get(domain);
  if (target === undefined) {
    const message = `${domain || 'This'} is no domain of a target with verify.origin, so nobody was asked.`;
    return { tags: [], page: { url, problem: { code: 'NOT_VERIFIED', message } } };
  }
  const { status, headers, problem } = await askOrigin(url, domain, target);
  if (status === undefined) return { tags: [], page: { url, problem } };
  const { headerName } = instance.config.headers;
  const tags = readCacheTag(headers[headerName.toLowerCase()]).filter(isTag);
  const some = [...new Set(tags)].slice(0, MOST_TAGS);
  return { tags: await describeTags(instance, reader, some), page: { url, status } };
}

async function askOrigin(
  url: string,
  domain: string,
  { origin }: VerifyTarget,
): Promise<PageAnswer & Pick<NonNullable<TagSearch['page']>, 'problem'>> {
  const { pathname, search } = new URL(url);
  // Not the path alone: two slashes at its begin would name another host.
  const page = `https://${domain}${pathname}${search}`;
  try {
    const answer = await askPage(page, 'origin', { domain, origin, timeoutMs: TIMEOUT_MS });
    const message = `The origin of ${domain} ${answer.failure ?? 'does not answer'}.`;
    return { ...answer, problem: { code: 'NOT_VERIFIED', message } };
  } catch (error) {
    if (!isFreshtagError(error, 'INVALID_OPTION')) throw error;
    return { headers: {}, problem: { code: error.code, message: error.message } };
  }
}

/** What tags are; those are left out that name what the reader may not see. */
async function describeTags(
  instance: Instance,
  reader: Reader,
  tags: readonly string[],
): Promise<readonly FoundTag[]> {
  const { types } = instance.names;
  const sight = await lookAtTags(instance, reader, tags);
  const seen = tags.filter((tag) => sight.sees(tag, true));
  const told = new Map(
    seen.flatMap((tag) => {
      const entry = sight.entryOf(tag);
      const isTold = entry !== undefined || meaningOfTag(types, tag).kind === 'list';
      return isTold ? [[tag, entry === undefined ? [] : [entry]] as const] : [];
    }),
  );
  const asked = await findCarriers(
    instance,
    reader,
    seen.filter((tag) => !told.has(tag)),
  );
  return seen.map((tag) => {
    const { kind, uid } = meaningOfTag(types, tag);
    const carriers = told.get(tag) ?? asked.get(tag);
    return {
      tag,
      kind,
      typeName: uid === undefined ? undefined : typeNameOf(instance, uid),
      entries: carriers?.slice(0, MOST_ENTRIES) ?? [],
      entryTotal: carriers?.length,
    };
  });
}

/** Who carries tags that are not one entry's: of the first of them, as far as may be asked at once. */
async function findCarriers(
  instance: Instance,
  reader: Reader,
  tags: readonly string[],
): Promise<ReadonlyMap<string, readonly NamedEntry[]>> {
  const stages = stagesOf(instance);
  const most = Math.ceil(MOST_QUESTIONS / Math.max(1, stages.length));
  const carriers = new Map<string, readonly NamedEntry[]>();
  const refreshed = new Map<string, readonly EntryReference[]>();
  for (const tag of tags.slice(0, most)) {
    const { kind, uid } = meaningOfTag(instance.names.types, tag);
    if (kind === 'overflow' && uid !== undefined)
      carriers.set(tag, await reader.search(uid, '', MOST_COUNTED));
    else refreshed.set(tag, await refreshedWith(stages, tag));
  }
  const named = await reader.name([...refreshed.values()].flat());
  for (const [tag, entries] of refreshed)
    carriers.set(
      tag,
      entries.flatMap((entry) => named(entry) ?? []),
    );
  return carriers;
}

/** Entries whose changes have lately refreshed a tag of the project's own. */
async function refreshedWith(
  stages: readonly Stage[],
  tag: string,
): Promise<readonly EntryReference[]> {
  const subjects = new Set<string | undefined>();
  for (const { store } of stages)
    for (const { subject } of await store.history({ tag, limit: NEWEST_ROWS }))
      subjects.add(subject);
  return [...subjects].flatMap((subject) => entryOfKey(subject) ?? []);
}
