import { crypto } from '../crypto.ts';
import { FreshtagError } from '../errors.ts';
import { MAX_TAG_LENGTH } from './grammar.ts';

/** Tag of every 404 answer: a plan with new pages refreshes it, since a 404 may be stored for them. */
export const NOT_FOUND_TAG = 'not-found';

/**
 * Tag of every page: without an edge state, what may be stored under paths that nobody remembers
 * can be reached by nothing else.
 */
export const ALL_PAGES_TAG = 'all-pages';

const PAGE_TYPE = 'page';
const OVERFLOW_SUFFIX = ':*';
const HASH_LENGTH = 12;

/**
 * The tag of one entry, `type:id`, or `type:id:locale` where there are locales. Lower case;
 * characters that a tag cannot hold are percent-encoded as UTF-8, and a name that would be too long
 * ends in a hash of the whole.
 *
 * @throws FreshtagError `INVALID_TAG` for an empty part
 * @example entryTag('country', 'DEU') // 'country:deu'
 * @example entryTag('article', 'k2f9', 'zh-Hans') // 'article:k2f9:zh-hans'
 */
export function entryTag(type: string, id: string, locale?: string): string {
  const parts = locale === undefined ? [type, id] : [type, id, locale];
  for (const part of parts) checkPart(part);
  return bounded(
    parts.map((part) => encode(part.toLowerCase(), /[^\x21-\x7e]|[%,:*]/gu)).join(':'),
  );
}

/** The tag of every list of a type: a page that shows "all countries" carries `country`. */
export function listTag(type: string): string {
  checkPart(type);
  return bounded(encode(type.toLowerCase(), /[^\x21-\x7e]|[%,:*]/gu));
}

/**
 * The tag of one page, the same for every URL form of it: `/a`, `/a/`, `/a/index.html`, `/a.html`
 * are all `page:/a`. Lower case; paths that differ by case alone are told apart by a hash.
 *
 * @param path the path part of the URL, percent-encoded or not, without query
 */
export function pageTag(path: string): string {
  const decoded = decodePath(path.startsWith('/') ? path : `/${path}`);
  const canonical = decoded.replace(/\/index\.html$/i, '/').replace(/(.)(?:\/|\.html)$/i, '$1');
  const lower = canonical.toLowerCase();
  const name = `${PAGE_TYPE}:${encode(lower, /[^\x21-\x7e]|[%,*]/gu)}`;
  return bounded(lower === canonical ? name : `${name}~${hash(canonical)}`);
}

/** Whether a tag was made by {@link pageTag}. */
export function isPageTag(tag: string): boolean {
  return tag.startsWith(`${PAGE_TYPE}:/`);
}

/** The part of a tag before its first colon; a tag without one is its own type. */
export function typeOf(tag: string): string {
  const colon = tag.indexOf(':');
  return colon <= 0 ? tag : tag.slice(0, colon);
}

/** The tag that stands for all tags of a type which did not fit into a header: `country:*`. */
export function overflowTag(type: string): string {
  return type + OVERFLOW_SUFFIX;
}

/**
 * The given tags and the overflow tag of each of their types: what a refresh must hit when it is
 * not known whether some response had too many tags for its header. Pages' own tags never overflow.
 */
export function withOverflowTags(tags: readonly string[]): string[] {
  const types = tags.filter((tag) => !isPageTag(tag)).map((tag) => overflowTag(typeOf(tag)));
  return [...new Set([...tags, ...types])];
}

function checkPart(part: unknown): void {
  if (typeof part === 'string' && part !== '') return;
  throw new FreshtagError(
    'INVALID_TAG',
    `A part of a tag’s name is ${part === '' ? 'empty' : `not a string but ${typeof part}`}. Give the type, and the id, as strings.`,
  );
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function encode(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, (character) =>
    [...Buffer.from(character, 'utf8')]
      .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
      .join(''),
  );
}

function bounded(name: string): string {
  if (name.length <= MAX_TAG_LENGTH) return name;
  return `${name.slice(0, MAX_TAG_LENGTH - HASH_LENGTH - 1)}~${hash(name)}`;
}

function hash(text: string): string {
  return crypto().createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}
