import type { interceptors } from 'undici';

// undici names these types in no module that can be imported from ESM.
type CacheOptions = NonNullable<Parameters<typeof interceptors.cache>[0]>;

export type CacheStore = NonNullable<CacheOptions['store']>;
export type CacheKey = Parameters<CacheStore['get']>[0];
export type CacheValue = Parameters<CacheStore['createWriteStream']>[1];
export type CachedResponse = NonNullable<Awaited<ReturnType<CacheStore['get']>>>;
