import { canonicalQuery, percentEncode } from '../dcdn/signature.ts';
import { refreshQuery } from '../dcdn/refresh-by-cache-tag.ts';
import type { RefreshLimits } from './limits.ts';

/** What all calls of one refresh have in common. */
export interface CallFrame {
  /** Address of the API, without path. */
  readonly endpoint: string;
  readonly domainName: string;
  readonly force: boolean;
}

/** Room that a tag takes, its separator included. */
export interface Sized {
  readonly tag: string;
  readonly characters: number;
  readonly bytes: number;
}

/** What one call holds. */
export type Room = Readonly<Record<'tags' | 'characters' | 'bytes', number>>;

/**
 * Splits tags into as few calls as the limits allow. No arrangement needs fewer calls than the
 * fullest of the three limits says; with that number, tags of all lengths are dealt out evenly.
 * Only where that does not fit is a call more tried, and so on.
 */
export function packTags(
  tags: readonly string[],
  frame: CallFrame,
  limits: RefreshLimits,
): string[][] {
  const room = roomOf(frame, limits);
  const sized = tags.map(sizeOf).sort((a, b) => b.bytes - a.bytes);
  for (let count = fewestCalls(sized, room); ; count += Math.ceil(count / 1000)) {
    const calls = deal(sized, count, room);
    if (calls !== undefined) return calls;
  }
}

/** Lower bounds that hold for every arrangement of tags, which come longest first. */
function fewestCalls(sized: readonly Sized[], room: Room): number {
  const characters = sized.reduce((sum, tag) => sum + tag.characters, 0);
  const bytes = sized.reduce((sum, tag) => sum + tag.bytes, 0);
  return Math.max(
    Math.ceil(sized.length / room.tags),
    Math.ceil(characters / room.characters),
    Math.ceil(bytes / room.bytes),
    Math.ceil(sized.length / Math.max(1, shortestInOneCall(sized, room))),
  );
}

function shortestInOneCall(sized: readonly Sized[], room: Room): number {
  let bytes = 0;
  let fitting = 0;
  for (let index = sized.length - 1; index >= 0; index -= 1) {
    bytes += sized[index]?.bytes ?? 0;
    if (bytes > room.bytes) break;
    fitting += 1;
  }
  return fitting;
}

/** Each round of deals goes in the opposite direction. `undefined` if a call gets too full. */
function deal(sized: readonly Sized[], count: number, room: Room): string[][] | undefined {
  const evenly = Array.from({ length: count }, () => ({
    tags: [] as string[],
    characters: 0,
    bytes: 0,
  }));
  for (const [index, { tag, characters, bytes }] of sized.entries()) {
    const round = Math.floor(index / count);
    const place = round % 2 === 0 ? index % count : count - 1 - (index % count);
    const call = evenly[place];
    if (call === undefined) return undefined;
    call.tags.push(tag);
    call.characters += characters;
    call.bytes += bytes;
    const full =
      call.tags.length > room.tags || call.characters > room.characters || call.bytes > room.bytes;
    if (full) return undefined;
  }
  return evenly.map((call) => call.tags);
}

/** A call with n tags has n - 1 separators, so its room has one more than its limits. */
export function roomOf(frame: CallFrame, limits: RefreshLimits): Room {
  const query = refreshQuery({ domainName: frame.domainName, cacheTags: [], force: frame.force });
  const frameBytes = `${frame.endpoint}/?${canonicalQuery(query)}`.length;
  return {
    tags: limits.maxTagsPerCall,
    characters: limits.maxCacheTagCharacters + ','.length,
    bytes: limits.maxUrlBytes - frameBytes + percentEncode(',').length,
  };
}

/** How much of that a tag takes. */
export function sizeOf(tag: string): Sized {
  return {
    tag,
    characters: tag.length + ','.length,
    bytes: percentEncode(tag).length + percentEncode(',').length,
  };
}
