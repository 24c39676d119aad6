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
const MAX_URLS = 1000;
const MAX_DIRECTORIES = 100;

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
  const { objectPaths, objectType, force } = parameters;
  const most = objectType === 'Directory' ? MAX_DIRECTORIES : MAX_URLS;
  if (objectPaths.length < 1 || objectPaths.length > most) {
    throw invalidOption('objectPaths.length', objectPaths.length, `1 to ${most} paths a call`);
  }
  const broken = objectPaths.find((path) => /[\r\n]/.test(path) || path === '');
  if (broken !== undefined) throw invalidOption('objectPaths', broken, 'paths of one line each');
  const answer = await client.call(
    REFRESH_OBJECT_CACHES,
    {
      ObjectPath: objectPaths.join('\n'),
      ...(objectType === undefined ? {} : { ObjectType: objectType }),
      ...(force === undefined ? {} : { Force: String(force) }),
    },
    signal,
  );
  return readRefreshAnswer(REFRESH_OBJECT_CACHES, answer);
}
