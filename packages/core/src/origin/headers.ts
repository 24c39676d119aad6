import { createPageIndex } from './page-index.ts';
import type { Manifest, ManifestPage } from '../site/manifest.ts';
import { formatCacheTag } from '../tags/header.ts';
import { NOT_FOUND_TAG } from '../tags/names.ts';

/** How long the edge keeps what it can refresh by tag: a year. Visitors' browsers ask every time. */
export const CACHE_CONTROL_TAGGED = 'public, max-age=0, s-maxage=31536000';
/** For files whose name changes with their bytes. */
export const CACHE_CONTROL_IMMUTABLE = 'public, max-age=31536000, immutable';
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
  const notFoundPage = manifest.pages.find(
    (page) => page.path.endsWith('/404.html') || page.path.endsWith('/404/'),
  );
  const notFound = tagged([NOT_FOUND_TAG, ...(notFoundPage?.tags ?? [])]);
  return (urlPath, status) => {
    if (status === 404) return notFound;
    const page = find(urlPath);
    const ok = (status >= 200 && status < 400) || status === 416;
    return page === undefined || !ok
      ? { 'cache-control': CACHE_CONTROL_UNTAGGED }
      : pageHeaders(page);
  };
}

function pageHeaders(page: ManifestPage): OriginHeaders {
  if (page.tags.length === 0) return { 'cache-control': CACHE_CONTROL_UNTAGGED };
  if (page.immutable) return { ...tagged(page.tags), 'cache-control': CACHE_CONTROL_IMMUTABLE };
  return tagged(page.tags);
}

function tagged(tags: readonly string[]): OriginHeaders {
  return { 'cache-control': CACHE_CONTROL_TAGGED, 'cache-tag': formatCacheTag(tags) };
}
