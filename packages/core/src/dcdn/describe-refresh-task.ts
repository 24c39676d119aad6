import { invalidOption } from '../errors.ts';
import type { DcdnClient } from './client.ts';
import { readTasks, type RefreshTask } from './refresh-task.ts';

/** Most task ids that one call may ask for. */
export const MAX_TASK_IDS_A_CALL = 10;

/**
 * What the cloud knows of up to 10 tasks, of the last three days. A task that is missing in the
 * answer is not visible yet, or never will be: whether tag tasks are reported is undocumented.
 *
 * @see https://www.alibabacloud.com/help/en/edge-security-acceleration/dcdn/developer-reference/api-dcdn-2018-01-15-describedcdnrefreshtaskbyid
 * @throws FreshtagError `INVALID_OPTION` before anything is sent; DcdnError, `ENDPOINT_UNREACHABLE`, `API_UNREADABLE`
 */
export async function describeRefreshTasksById(
  client: DcdnClient,
  taskIds: readonly string[],
  signal?: AbortSignal,
): Promise<RefreshTask[]> {
  if (taskIds.length < 1 || taskIds.length > MAX_TASK_IDS_A_CALL) {
    throw invalidOption('taskIds.length', taskIds.length, `1 to ${MAX_TASK_IDS_A_CALL} ids a call`);
  }
  const query = { TaskId: taskIds.join(',') };
  return readTasks(await client.call('DescribeDcdnRefreshTaskById', query, signal));
}
