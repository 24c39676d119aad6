import { isFreshtagError, isTag, listTag, overflowTag, readCacheTag } from '@freshtag/core';
import { askPage, type PageAnswer } from '@freshtag/core/verify';

import type { FoundTag, NamedEntry, TagSearch } from '../../../contract/admin-api.ts';
import type { VerifyTarget } from '../config.ts';
import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';
import { domainOf, verifyTargetsOf } from '../probe/look.ts';
import { typeNameOf } from './find-entries.ts';
import { entryOfKey, type Reader } from './reader.ts';
import { meaningOfTag } from './tag-meaning.ts';
import { lookAtTags } from './tag-sight.ts';

const MOST_ENTRIES = 20;
const MOST_TAGS = 200;
/** So many rows of a tag are looked at for what was refreshed with it. */
const NEWEST_ROWS = 200;
/** So many entries of a type are counted. */
const MOST_COUNTED = 1000;
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
  const { names } = instance;
  const sight = await lookAtTags(instance, reader, tags);
  const found: FoundTag[] = [];
  for (const tag of tags.filter((each) => sight.sees(each, true))) {
    const { kind, uid } = meaningOfTag(names.types, tag);
    const entry = sight.entryOf(tag);
    const carriers =
      entry === undefined
        ? await carriersOf(instance, reader, tag)
        : { entries: [entry], total: 1 };
    found.push({
      tag,
      kind,
      typeName: uid === undefined ? undefined : typeNameOf(instance, uid),
      entries: carriers.entries,
      entryTotal: carriers.total,
    });
  }
  return found;
}

interface Carriers {
  readonly entries: readonly NamedEntry[];
  readonly total: number;
}

/** Who carries a tag that is not one entry's. */
async function carriersOf(instance: Instance, reader: Reader, tag: string): Promise<Carriers> {
  const { kind, uid } = meaningOfTag(instance.names.types, tag);
  if (kind === 'list') return { entries: [], total: 0 };
  const entries =
    kind === 'overflow' && uid !== undefined
      ? await reader.search(uid, '', MOST_COUNTED)
      : await refreshedWith(instance, reader, tag);
  return { entries: entries.slice(0, MOST_ENTRIES), total: entries.length };
}

/** Entries whose changes have lately refreshed a tag of the project's own. */
async function refreshedWith(
  instance: Instance,
  reader: Reader,
  tag: string,
): Promise<readonly NamedEntry[]> {
  const subjects = new Set<string | undefined>();
  for (const { store } of stagesOf(instance))
    for (const { subject } of await store.history({ tag, limit: NEWEST_ROWS }))
      subjects.add(subject);
  const entries = [...subjects].flatMap((subject) => entryOfKey(subject) ?? []);
  const named = await reader.name(entries);
  return entries.flatMap((entry) => named(entry) ?? []);
}
