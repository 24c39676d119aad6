import { invalidOption } from '../errors.ts';
import type { DcdnClient } from './client.ts';
import { readRefreshAnswer, type RefreshAnswer } from './task-ids.ts';

/** What the paths of a refresh by URL are. */
export type ObjectType = 'File' | 'Directory' | 'Regex' | 'IgnoreParams';

export interface RefreshObjectCachesParameters {
  /** Whole URLs, as visitors ask for them: at most 1,000, or 100 directories; at most 10 domains. */
  readonly objectPaths: readonly string[];
  /** Default of the cloud: `File`. */
  readonly objectType?: ObjectType;
  /** Without effect for `File`, which is always dropped. */
  readonly force?: boolean;
}

const REFRESH_OBJECT_CACHES = 'RefreshDcdnObjectCaches';
export const MAX_URLS_A_CALL = 1000;
/** Most directories that one call takes. */
export const MAX_DIRECTORIES_A_CALL = 100;

/**
 * Refreshes by URL instead of by tag: for what was stored without tags. One signed call.
 *
 * @see https://www.alibabacloud.com/help/en/edge-security-acceleration/dcdn/developer-reference/api-dcdn-2018-01-15-refreshdcdnobjectcaches
 * @throws FreshtagError `INVALID_OPTION` before anything is sent; DcdnError, `ENDPOINT_UNREACHABLE`, `API_UNREADABLE`
 */
export async function refreshObjectCaches(
  client: DcdnClient,
  parameters: RefreshObjectCachesParameters,
  signal?: AbortSignal,
): Promise<RefreshAnswer> {
  const { objectPaths, objectType } = parameters;
  const most = objectType === 'Directory' ? MAX_DIRECTORIES_A_CALL : MAX_URLS_A_CALL;
  if (objectPaths.length < 1 || objectPaths.length > most) {
    throw invalidOption('objectPaths.length', objectPaths.length, `1 to ${most} paths a call`);
  }
  const broken = objectPaths.find((path) => /[\r\n]/.test(path) || path === '');
  if (broken !== undefined) throw invalidOption('objectPaths', broken, 'paths of one line each');
  const answer = await client.call(REFRESH_OBJECT_CACHES, refreshObjectsQuery(parameters), signal);
  return readRefreshAnswer(REFRESH_OBJECT_CACHES, answer);
}

/** The parameters as the cloud wants them, all in the query. */
export function refreshObjectsQuery(
  parameters: RefreshObjectCachesParameters,
): Record<string, string> {
  const { objectPaths, objectType, force } = parameters;
  return {
    ObjectPath: objectPaths.join('\n'),
    ...(objectType === undefined ? {} : { ObjectType: objectType }),
    ...(force === undefined ? {} : { Force: String(force) }),
  };
}
