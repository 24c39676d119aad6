import type { Clock } from '@freshtag/core';

import type { ApiAction } from './action-names.ts';
import { describeTasksById } from './describe-by-id.ts';
import { describeTasks } from './describe-tasks.ts';
import type { RefreshEvent } from '../events.ts';
import type { Query } from './parameters.ts';
import type { Quota } from './quota.ts';
import { refreshByTag } from './refresh-by-tag.ts';
import { refreshObjects } from './refresh-objects.ts';
import type { RefreshRequest, Tasks } from './tasks.ts';

export interface ActionContext {
  readonly domains: readonly string[];
  readonly clock: Pick<Clock, 'now'>;
  readonly tasks: Tasks;
  readonly quota: Quota;
}

export type Body = Readonly<Record<string, unknown>>;

/** Reports, and changes nothing. @throws Refusal */
export type DescribeAction = (query: Query, context: ActionContext) => Body;

export interface RefreshAction {
  /** What a call asks for, whatever is wrong with it. */
  readonly asked: (
    query: Query,
  ) => Pick<RefreshEvent, 'domain' | 'tags' | 'objects' | 'objectType'>;
  /** @throws Refusal for whatever the cloud would not accept */
  readonly read: (query: Query, domains: readonly string[]) => RefreshRequest;
}

/** What the API can do. */
export const actions: ReadonlyMap<string, DescribeAction | RefreshAction> = new Map(
  Object.entries({
    RefreshDcdnObjectCacheByCacheTag: refreshByTag,
    RefreshDcdnObjectCaches: refreshObjects,
    DescribeDcdnRefreshTaskById: describeTasksById,
    DescribeDcdnRefreshTasks: describeTasks,
    DescribeDcdnRefreshQuota: (_query, { quota }) => quota.report(),
  } satisfies Record<ApiAction, DescribeAction | RefreshAction>),
);

export const REFRESH_ACTIONS: readonly string[] = [...actions]
  .filter(([, action]) => typeof action !== 'function')
  .map(([name]) => name);
