/** A policy of Alibaba's Resource Access Management, as its console takes it. */
export interface RamPolicy {
  readonly Version: '1';
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Action: readonly string[];
    readonly Resource: '*';
  }[];
}

/**
 * The least that the user of the key must be allowed. The API by tag knows no resource smaller than all
 * domains, and Alibaba's ready-made policy for refreshes lacks it.
 * @param use.directories whether directories are refreshed too
 * @param use.lists whether tasks are listed without their ids, which `freshtag status` does
 */
export function ramPolicy({
  directories = false,
  lists = false,
}: {
  readonly directories?: boolean;
  readonly lists?: boolean;
} = {}): RamPolicy {
  const actions = [
    'RefreshDcdnObjectCacheByCacheTag',
    ...(directories ? ['RefreshDcdnObjectCaches'] : []),
    'DescribeDcdnRefreshTaskById',
    ...(lists ? ['DescribeDcdnRefreshTasks'] : []),
    'DescribeDcdnRefreshQuota',
  ];
  const Action = actions.map((action) => `dcdn:${action}`);
  return { Version: '1', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] };
}
