import { FreshtagError } from '../errors.ts';
import type { DcdnClient } from './client.ts';

export interface RefreshByCacheTagParameters {
  /** One accelerated domain, no wildcard. */
  readonly domainName: string;
  /** Tags of one call, already within the limits. */
  readonly cacheTags: readonly string[];
  /** `true`: the edge fetches anew. `false`: it first asks whether `Last-Modified` moved. Left out: the cloud's default, `false`. */
  readonly force?: boolean;
}

export interface RefreshByCacheTagAnswer {
  readonly requestId: string;
  /** Usually one. The cloud documents one, its sister calls several, separated by commas. */
  readonly taskIds: readonly string[];
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
): Promise<RefreshByCacheTagAnswer> {
  const answer = await client.call(REFRESH_BY_CACHE_TAG, refreshQuery(parameters), signal);
  const { RequestId: requestId, RefreshTaskId: taskId } = answer;
  if (typeof taskId !== 'string' || taskId === '') {
    throw new FreshtagError(
      'API_UNREADABLE',
      `${REFRESH_BY_CACHE_TAG} was answered without a RefreshTaskId (request ${String(requestId)}). The tags may or may not have been accepted; refresh them again.`,
    );
  }
  return {
    requestId: typeof requestId === 'string' ? requestId : '',
    taskIds: taskId
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
  };
}

/** The parameters as the cloud wants them, all in the query. */
export function refreshQuery(parameters: RefreshByCacheTagParameters): Record<string, string> {
  const query = { CacheTag: parameters.cacheTags.join(','), DomainName: parameters.domainName };
  return parameters.force === undefined ? query : { ...query, Force: String(parameters.force) };
}
