import { createPageIndex, type PageIndex } from './page-index.ts';
import type { Manifest, ManifestPage } from '../site/manifest.ts';
import { fitTags, formatCacheTag, type FittedTags } from '../tags/header.ts';
import { NOT_FOUND_TAG } from '../tags/names.ts';

/** How long the edge keeps what it can refresh by tag: a year. Visitors' browsers ask every time. */
export const CACHE_CONTROL_TAGGED = 'public, max-age=0, s-maxage=31536000';
/** For files whose name changes with their bytes. */
export const CACHE_CONTROL_IMMUTABLE = 'public, max-age=31536000, immutable';
/** A 404 is kept for a minute: what comes up outside of builds, such as an upload, refreshes none. */
export const CACHE_CONTROL_NOT_FOUND = 'public, max-age=0, s-maxage=60';
/** For what no refresh could reach. */
export const CACHE_CONTROL_UNTAGGED = 'private, no-cache';

/** The headers that make an answer of the origin reachable by tag. */
export interface OriginHeaders {
  readonly 'cache-control': string;
  readonly 'cache-tag'?: string;
}

/**
 * What the origin must send with an answer. A 404 carries the tag `not-found` besides those of the
 * page that is shown for it; what has no known tags must not be kept at the edge.
 */
export function createHeaderLookup(
  manifest: Manifest,
): (urlPath: string, status: number) => OriginHeaders {
  const find = createPageIndex(manifest);
  return (urlPath, status) => {
    if (status === 404) return notFoundHeaders(find, urlPath);
    const page = find(urlPath);
    const ok = (status >= 200 && status < 400) || status === 416;
    return page === undefined || !ok
      ? { 'cache-control': CACHE_CONTROL_UNTAGGED }
      : pageHeaders(page);
  };
}

/**
 * The 404 page that is shown is the one nearest to what was asked for, `/de/404.html` for `/de/x/`, or
 * the site's own: which of them, the origin decides. So the answer goes with each of them.
 */
function notFoundHeaders(find: PageIndex, urlPath: string): OriginHeaders {
  const folders = urlPath.split('/').slice(0, -1);
  const candidates = folders.map((_, index) => `${folders.slice(0, index + 1).join('/')}/404.html`);
  const { tags, cacheable } = notFoundTags(candidates.flatMap((path) => find(path) ?? []));
  if (!cacheable) return { 'cache-control': CACHE_CONTROL_UNTAGGED };
  return { ...tagged(tags), 'cache-control': CACHE_CONTROL_NOT_FOUND };
}

/** What a 404 carries that shows one of these pages. */
export function notFoundTags(shown: readonly Pick<ManifestPage, 'tags'>[]): FittedTags {
  return fitTags([NOT_FOUND_TAG, ...shown.flatMap(({ tags }) => tags)]);
}

function pageHeaders(page: ManifestPage): OriginHeaders {
  if (page.tags.length === 0) return { 'cache-control': CACHE_CONTROL_UNTAGGED };
  if (page.immutable) return { ...tagged(page.tags), 'cache-control': CACHE_CONTROL_IMMUTABLE };
  return tagged(page.tags);
}

function tagged(tags: readonly string[]): OriginHeaders {
  return { 'cache-control': CACHE_CONTROL_TAGGED, 'cache-tag': formatCacheTag(tags) };
}
