import { parseTags } from './grammar.ts';
import { ALL_PAGES_TAG, isPageTag, overflowTag, typeOf } from './names.ts';

/** Room for tags in one response's `Cache-Tag` header. */
export interface HeaderBudget {
  /** Longest value in bytes. Default 4,000: nginx refuses a longer string in its configuration. */
  readonly maxBytes?: number;
  /** Most tags on one response. Default 1,000: what ESA documents for one object; DCDN's is unknown. */
  readonly maxTags?: number;
}

/** The tags that a response really carries, after those that did not fit were replaced. */
export interface FittedTags {
  /** What the header says. Empty if the response must not be cached. */
  readonly tags: readonly string[];
  /** Types whose tags were replaced by their overflow tag `type:*`. */
  readonly overflowed: readonly string[];
  /** `false`: not even the overflow tags fit, so no refresh could reach a stored copy of it. */
  readonly cacheable: boolean;
}

export const DEFAULT_HEADER_BUDGET: Required<HeaderBudget> = { maxBytes: 4000, maxTags: 1000 };

/**
 * Fits tags into a header so that the response stays reachable: while they are too many or too
 * long, the type that takes most room is replaced by its overflow tag. A page's own tag stays.
 *
 * @throws FreshtagError `INVALID_TAG`
 */
export function fitTags(tags: Iterable<string>, budget: HeaderBudget = {}): FittedTags {
  const limits = { ...DEFAULT_HEADER_BUDGET, ...budget };
  let fitted = parseTags(tags);
  const overflowed: string[] = [];
  while (!fits(fitted, limits)) {
    const type = largestType(fitted);
    if (type === undefined) return { tags: [], overflowed, cacheable: false };
    overflowed.push(type);
    fitted = replaceType(fitted, type);
  }
  return { tags: fitted, overflowed, cacheable: fitted.length > 0 };
}

/** The value of a `Cache-Tag` header. The tags must have been fitted or parsed before. */
export function formatCacheTag(tags: readonly string[]): string {
  return tags.join(',');
}

/**
 * Reads a `Cache-Tag` header as the edge does: split at commas, spaces around tags and empty items
 * dropped (as documented for ESA), several header lines joined. Nothing is refused here.
 */
export function readCacheTag(value: string | readonly string[] | null | undefined): string[] {
  const lines = typeof value === 'string' ? [value] : (value ?? []);
  const tags = new Set<string>();
  for (const line of lines) for (const tag of line.split(',')) tags.add(tag.trim());
  tags.delete('');
  return [...tags];
}

function fits(tags: readonly string[], limits: Required<HeaderBudget>): boolean {
  return tags.length <= limits.maxTags && formatCacheTag(tags).length <= limits.maxBytes;
}

/** What every plan counts on is never replaced. */
function isPinned(tag: string): boolean {
  return isPageTag(tag) || tag === ALL_PAGES_TAG;
}

function largestType(tags: readonly string[]): string | undefined {
  const room = new Map<string, number>();
  for (const tag of tags) {
    const type = typeOf(tag);
    if (isPinned(tag) || tag === overflowTag(type)) continue;
    room.set(type, (room.get(type) ?? 0) + tag.length + 1);
  }
  return [...room].sort(([a, roomA], [b, roomB]) => roomB - roomA || (a < b ? -1 : 1))[0]?.[0];
}

function replaceType(tags: readonly string[], type: string): string[] {
  const kept = tags.filter((tag) => typeOf(tag) !== type || isPinned(tag));
  return [...kept, overflowTag(type)];
}
