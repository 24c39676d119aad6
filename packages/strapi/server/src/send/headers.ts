import { fitTags, formatCacheTag } from '@freshtag/core';

import type { HeaderOptions } from '../config.ts';
import type { TagCollector } from './collector.ts';

/** A header to set. */
export type Header = readonly [name: string, value: string];

/** Of an answer that no refresh could reach. */
export const NOT_CACHEABLE: Header = ['Cache-Control', 'private, no-store'];

/**
 * What an answer says about caching it. One whose tags do not fit, even shortened, or that shows drafts,
 * could be reached by no refresh: it says that no cache may keep it.
 *
 * @param isForAnybody whether it was a `GET` that anybody could have made, with the same answer
 */
export function headersOf(
  collector: TagCollector,
  options: HeaderOptions & { readonly headerName: string },
  isForAnybody: boolean,
): readonly Header[] {
  if (collector.isPrivate) return [NOT_CACHEABLE];
  if (collector.tags.size === 0) return [];
  const { tags, cacheable } = fitTags(collector.tags, options.budget);
  if (!cacheable) return [NOT_CACHEABLE];
  const headers: Header[] = [[options.headerName, formatCacheTag(tags)]];
  if (isForAnybody && options.cacheControl !== undefined)
    headers.push(['Cache-Control', options.cacheControl]);
  if (isForAnybody && options.cdnCacheControl !== undefined)
    headers.push(['CDN-Cache-Control', options.cdnCacheControl]);
  return headers;
}
