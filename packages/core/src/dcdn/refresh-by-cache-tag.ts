import type { DcdnClient } from './client.ts';
import { readRefreshAnswer, type RefreshAnswer } from './task-ids.ts';

export interface RefreshByCacheTagParameters {
  /** One accelerated domain, no wildcard. */
  readonly domainName: string;
  /** Tags of one call, already within the limits. */
  readonly cacheTags: readonly string[];
  /** `true`: the edge fetches anew. `false`: it first asks whether `Last-Modified` moved. Left out: the cloud's default, `false`. */
  readonly force?: boolean;
}

const REFRESH_BY_CACHE_TAG = 'RefreshDcdnObjectCacheByCacheTag';

/**
 * One signed call, sent as given: no packing, no pacing, no second try.
 *
 * @see https://www.alibabacloud.com/help/en/edge-security-acceleration/dcdn/developer-reference/api-dcdn-2018-01-15-refreshdcdnobjectcachebycachetag
 * @throws DcdnError, FreshtagError `ENDPOINT_UNREACHABLE`, `API_UNREADABLE`
 */
export async function refreshObjectCacheByCacheTag(
  client: DcdnClient,
  parameters: RefreshByCacheTagParameters,
  signal?: AbortSignal,
): Promise<RefreshAnswer> {
  const answer = await client.call(REFRESH_BY_CACHE_TAG, refreshQuery(parameters), signal);
  return readRefreshAnswer(REFRESH_BY_CACHE_TAG, answer);
}

/** The parameters as the cloud wants them, all in the query. */
export function refreshQuery(parameters: RefreshByCacheTagParameters): Record<string, string> {
  const query = { CacheTag: parameters.cacheTags.join(','), DomainName: parameters.domainName };
  return parameters.force === undefined ? query : { ...query, Force: String(parameters.force) };
}
