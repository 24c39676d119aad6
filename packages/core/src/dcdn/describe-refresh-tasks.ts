import type { DcdnClient } from './client.ts';
import { readTasks, type RefreshTask } from './refresh-task.ts';

/** Which tasks to list; all parts are optional. */
export interface DescribeRefreshTasksParameters {
  readonly taskId?: string;
  /** Exact path. */
  readonly objectPath?: string;
  /** Needs `objectType` beside it, says the documentation. */
  readonly domainName?: string;
  /** There is no documented type for tag tasks. */
  readonly objectType?: 'file' | 'directory' | 'preload' | 'IgnoreParams' | 'regex';
  readonly status?: 'Complete' | 'Refreshing' | 'Failed';
  /** From 1. */
  readonly pageNumber?: number;
  /** 1 to 50; the cloud's default is 20. */
  readonly pageSize?: number;
  /** Both times or neither; at most three days back. */
  readonly startTime?: Date;
  readonly endTime?: Date;
}

export interface RefreshTaskPage {
  readonly tasks: readonly RefreshTask[];
  readonly totalCount: number;
  readonly pageNumber: number;
  readonly pageSize: number;
}

/**
 * Lists tasks of the last three days.
 *
 * @see https://www.alibabacloud.com/help/en/edge-security-acceleration/dcdn/developer-reference/api-dcdn-2018-01-15-describedcdnrefreshtasks
 * @throws DcdnError, FreshtagError `ENDPOINT_UNREACHABLE`, `API_UNREADABLE`
 */
export async function describeRefreshTasks(
  client: DcdnClient,
  parameters: DescribeRefreshTasksParameters = {},
  signal?: AbortSignal,
): Promise<RefreshTaskPage> {
  const answer = await client.call('DescribeDcdnRefreshTasks', queryOf(parameters), signal);
  return {
    tasks: readTasks(answer),
    totalCount: Number(answer['TotalCount']) || 0,
    pageNumber: Number(answer['PageNumber']) || 1,
    pageSize: Number(answer['PageSize']) || 20,
  };
}

/** `taskId` becomes `TaskId`, a date its ISO form in whole seconds; what is not given is left out. */
function queryOf(parameters: DescribeRefreshTasksParameters): Record<string, string> {
  const pairs = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    pairs.map(([name, value]) => [name[0]?.toUpperCase() + name.slice(1), textOf(value)]),
  );
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString().replace(/\.\d+Z$/, 'Z') : String(value);
}
