import { invalidOption } from '../errors.ts';
import { packTags, roomOf, sizeOf, type Room } from '../refresh/pack.ts';
import type { RefreshLimits } from '../refresh/limits.ts';
import type { PlannedCall } from '../refresh/refresh.ts';
import { MAX_TAG_LENGTH } from '../tags/grammar.ts';
import { isPageTag, overflowTag, typeOf } from '../tags/names.ts';
import type { ClaimedRow } from './outbox.ts';

/** What is to be refreshed for one domain, and which rows ask for each tag. */
export interface Work {
  readonly domain: string;
  readonly force: boolean;
  readonly rowsByTag: ReadonlyMap<string, readonly ClaimedRow[]>;
}

/** A call, and the rows that it settles if every tag that they need is accepted. */
export interface RowCall extends PlannedCall {
  /** URL paths that are refreshed instead of tags. */
  readonly directories?: readonly string[];
  readonly rows: readonly { readonly row: ClaimedRow; readonly needs: readonly string[] }[];
}

/**
 * Unites rows by domain, tag and force: where a tag is asked for with force and without, it is refreshed
 * with. Every row is kept.
 */
export function uniteRows(rows: readonly ClaimedRow[]): Work[] {
  const forced = new Set(rows.filter((row) => row.force).map(keyOf));
  const works = new Map<
    string,
    { domain: string; force: boolean; rowsByTag: Map<string, ClaimedRow[]> }
  >();
  for (const row of rows) {
    const { domain } = row;
    const force = forced.has(keyOf(row));
    const workKey = `${domain} ${force}`;
    const work = works.get(workKey) ?? { domain, force, rowsByTag: new Map() };
    works.set(workKey, work);
    const same = work.rowsByTag.get(row.tag);
    if (same === undefined) work.rowsByTag.set(row.tag, [row]);
    else same.push(row);
  }
  return [...works.values()];
}

function keyOf({ domain, tag }: ClaimedRow): string {
  return `${domain} ${tag}`;
}

export interface PackOptions {
  /** Address of the API, without path. */
  readonly endpoint: string;
  readonly limits: RefreshLimits;
  readonly includeOverflow: boolean;
}

/**
 * As few calls as the limits allow, in each of them the overflow tags of its own types: so a row is
 * settled by one call, and what becomes of another call is nothing to it. Tags of one type stay
 * together, so that few calls need the same overflow tag.
 */
export function packWork(work: Work, options: PackOptions): RowCall[] {
  const { domain, force, rowsByTag } = work;
  const frame = { endpoint: options.endpoint, domainName: domain, force };
  const room = roomOf(frame, options.limits);
  const needsOf = (tag: string): readonly string[] =>
    options.includeOverflow && !isPageTag(tag) ? [tag, overflowTag(typeOf(tag))] : [tag];
  const toCall = (tags: readonly string[]): RowCall => ({
    domain,
    force,
    tags: [...new Set(tags.flatMap(needsOf))],
    rows: tags.flatMap((tag) =>
      (rowsByTag.get(tag) ?? []).map((row) => ({ row, needs: needsOf(tag) })),
    ),
  });
  const tags = [...rowsByTag.keys()];
  // Without a second tag each, the core's own packing is the tighter one.
  if (tags.every((tag) => needsOf(tag).length === 1))
    return packTags(tags, frame, options.limits).map(toCall);
  const byType = tags.toSorted((a, b) => compare(typeOf(a), typeOf(b)));
  return fill(byType, needsOf, room).map(toCall);
}

const LONGEST_TAG = '%'.repeat(MAX_TAG_LENGTH);
const LONGEST_DOMAIN = 'd'.repeat(253);

/**
 * A tag and its overflow tag travel together, so that every call must hold the longest two.
 * @throws FreshtagError `INVALID_OPTION`
 */
export function checkRoom({ endpoint, limits, includeOverflow }: PackOptions): void {
  if (!includeOverflow) return;
  const room = roomOf({ endpoint, domainName: LONGEST_DOMAIN, force: false }, limits);
  const pair = [LONGEST_TAG, overflowTag(LONGEST_TAG)].map(sizeOf);
  const least = {
    maxTagsPerCall: pair.length,
    maxCacheTagCharacters: pair.reduce((sum, { characters }) => sum + characters, -','.length),
    maxUrlBytes: pair.reduce((sum, { bytes }) => sum + bytes, limits.maxUrlBytes - room.bytes),
  };
  for (const name of ['maxTagsPerCall', 'maxCacheTagCharacters', 'maxUrlBytes'] as const)
    if (limits[name] < least[name])
      throw invalidOption(
        `limits.${name}`,
        limits[name],
        `${least[name]} or more: a tag and its overflow tag travel together. Or say includeOverflow: false`,
      );
}

/** One call after the other, each as full as it gets. */
function fill(
  tags: readonly string[],
  needsOf: (tag: string) => readonly string[],
  room: Room,
): string[][] {
  const calls: {
    readonly tags: string[];
    readonly sent: Set<string>;
    characters: number;
    bytes: number;
  }[] = [];
  for (const tag of tags) {
    let call = calls.at(-1);
    if (call === undefined || !fits(call, needsOf(tag), room)) {
      call = { tags: [], sent: new Set(), characters: 0, bytes: 0 };
      calls.push(call);
    }
    call.tags.push(tag);
    for (const needed of needsOf(tag)) {
      if (call.sent.has(needed)) continue;
      call.sent.add(needed);
      const { characters, bytes } = sizeOf(needed);
      call.characters += characters;
      call.bytes += bytes;
    }
  }
  return calls.map((call) => call.tags);
}

function fits(
  call: { readonly sent: ReadonlySet<string>; readonly characters: number; readonly bytes: number },
  needs: readonly string[],
  room: Room,
): boolean {
  const added = needs.filter((tag) => !call.sent.has(tag)).map(sizeOf);
  const sum = (of: (size: { characters: number; bytes: number }) => number): number =>
    added.reduce((total, size) => total + of(size), 0);
  return (
    call.sent.size + added.length <= room.tags &&
    call.characters + sum((size) => size.characters) <= room.characters &&
    call.bytes + sum((size) => size.bytes) <= room.bytes
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
