import { isRecord } from '../json.ts';
import type { DcdnClient } from './client.ts';

export type RefreshTaskStatus = 'pending' | 'refreshing' | 'complete' | 'failed';

export interface RefreshTask {
  readonly taskId: string;
  readonly status: RefreshTaskStatus;
  /** 0 to 100, as the cloud reports it. */
  readonly percent: number;
  /** Why it failed, in the cloud's words. */
  readonly description?: string;
}

/** Most task ids that one call may ask for. */
export const MAX_TASK_IDS_A_CALL = 10;

const STATUS: Readonly<Record<string, RefreshTaskStatus>> = {
  Pending: 'pending',
  Refreshing: 'refreshing',
  Complete: 'complete',
  Failed: 'failed',
};

/**
 * What the cloud knows of up to 10 tasks, of the last three days. A task that is missing in the
 * answer is not visible yet, or never will be: whether tag tasks are reported is undocumented.
 *
 * @see https://www.alibabacloud.com/help/en/edge-security-acceleration/dcdn/developer-reference/api-dcdn-2018-01-15-describedcdnrefreshtaskbyid
 * @throws DcdnError, FreshtagError `ENDPOINT_UNREACHABLE`, `API_UNREADABLE`
 */
export async function describeRefreshTasksById(
  client: DcdnClient,
  taskIds: readonly string[],
  signal?: AbortSignal,
): Promise<RefreshTask[]> {
  const answer = await client.call(
    'DescribeDcdnRefreshTaskById',
    { TaskId: taskIds.join(',') },
    signal,
  );
  return listOf(answer['Tasks']).flatMap((item) => {
    const task = readTask(item);
    return task === undefined ? [] : [task];
  });
}

/** The cloud answers a flat array here and `{ Task: [...] }` in the sister call. */
function listOf(tasks: unknown): readonly unknown[] {
  if (Array.isArray(tasks)) return tasks;
  const nested = isRecord(tasks) ? tasks['Task'] : undefined;
  return Array.isArray(nested) ? nested : [];
}

function readTask(item: unknown): RefreshTask | undefined {
  if (!isRecord(item)) return undefined;
  const { TaskId: taskId, Status: status, Process: percent, Description: description } = item;
  if (typeof taskId !== 'string' || typeof status !== 'string') return undefined;
  return {
    taskId,
    status: STATUS[status] ?? 'pending',
    percent: typeof percent === 'string' ? Number.parseFloat(percent) || 0 : 0,
    ...(typeof description === 'string' && description !== '' ? { description } : {}),
  };
}
