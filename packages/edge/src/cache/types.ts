import type { interceptors } from 'undici';

// undici names these types in no module that can be imported from ESM.
type CacheOptions = NonNullable<Parameters<typeof interceptors.cache>[0]>;

export type CacheStore = NonNullable<CacheOptions['store']>;
export type CacheKey = Parameters<CacheStore['get']>[0];
export type CacheValue = Parameters<CacheStore['createWriteStream']>[1];
export type CachedResponse = NonNullable<Awaited<ReturnType<CacheStore['get']>>>;

/** What shall no longer be served as it is: responses with one of the tags, and those on matching paths. */
export interface Refresh {
  readonly tags: readonly string[];
  /** Picks by path and query, like `/a?b=1`. */
  readonly matches?: (path: string) => boolean;
  /** `true` removes them; `false` has the origin asked before they are served again. */
  readonly force: boolean;
}
