/** The calls that the API knows, by the names that the cloud has for them. */
export const ACTIONS = [
  'RefreshDcdnObjectCacheByCacheTag',
  'RefreshDcdnObjectCaches',
  'DescribeDcdnRefreshTaskById',
  'DescribeDcdnRefreshTasks',
  'DescribeDcdnRefreshQuota',
] as const;

export type ApiAction = (typeof ACTIONS)[number];
