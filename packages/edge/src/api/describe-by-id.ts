import type { DescribeAction } from './actions.ts';
import { checkTaskId, required } from './parameters.ts';
import { Refusal } from './refusal.ts';
import type { TaskRow } from './tasks.ts';

const MAX_TASK_IDS = 10;

/** `DescribeDcdnRefreshTaskById`: a flat list, percents with their sign. */
export const describeTasksById: DescribeAction = (query, { tasks }) => {
  const taskIds = required(query, 'TaskId').split(',');
  for (const taskId of taskIds) checkTaskId(taskId);
  if (taskIds.length > MAX_TASK_IDS) {
    throw new Refusal(400, 'InvalidTaskId', `The maximum number of taskIds is ${MAX_TASK_IDS}.`);
  }
  const rows = taskIds.flatMap((taskId) => tasks.find(taskId));
  return {
    TotalCount: rows.length,
    Tasks: rows.map((row) => ({ ...reportRow(row), Process: `${row.percent}%` })),
  };
};

/** What both forms of reports have in common. */
export function reportRow(row: TaskRow): Readonly<Record<string, string>> {
  return {
    TaskId: row.taskId,
    ObjectPath: row.objectPath,
    ObjectType: row.objectType,
    Process: String(row.percent),
    Status: row.status,
    CreationTime: new Date(row.createdAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(row.description === undefined ? {} : { Description: row.description }),
  };
}
