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

/**
 * Splits tags into calls, in order, each as full as the limits allow.
 */
export function packTags(
  tags: readonly string[],
  frame: CallFrame,
  limits: RefreshLimits,
): string[][] {
  const frameBytes = urlBytes(frame);
  const calls: string[][] = [];
  let characters = 0;
  let bytes = 0;
  for (const tag of tags) {
    const call = calls.at(-1);
    const nextCharacters = characters + ','.length + tag.length;
    const nextBytes = bytes + percentEncode(',').length + percentEncode(tag).length;
    const fits =
      call !== undefined &&
      call.length < limits.maxTagsPerCall &&
      nextCharacters <= limits.maxCacheTagCharacters &&
      nextBytes <= limits.maxUrlBytes;
    if (fits) call.push(tag);
    else calls.push([tag]);
    characters = fits ? nextCharacters : tag.length;
    bytes = fits ? nextBytes : frameBytes + percentEncode(tag).length;
  }
  return calls;
}

function urlBytes(frame: CallFrame): number {
  const query = refreshQuery({ domainName: frame.domainName, cacheTags: [], force: frame.force });
  return `${frame.endpoint}/?${canonicalQuery(query)}`.length;
}
