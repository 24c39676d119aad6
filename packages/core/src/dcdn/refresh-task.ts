import { isRecord } from '../json.ts';
import { toPrintable } from '../printable.ts';

export type RefreshTaskStatus = 'pending' | 'refreshing' | 'complete' | 'failed';

export interface RefreshTask {
  readonly taskId: string;
  readonly status: RefreshTaskStatus;
  /** 0 to 100, as the cloud reports it. */
  readonly percent: number;
  /** URL, directory, or whatever the cloud reports for a tag task: undocumented. */
  readonly objectPath?: string;
  readonly objectType?: string;
  /** Why it failed, in the cloud's words. */
  readonly description?: string;
  /** When it was made, in the cloud's words: ISO 8601, UTC. */
  readonly creationTime?: string;
}

const STATUS: Readonly<Record<string, RefreshTaskStatus>> = {
  pending: 'pending',
  refreshing: 'refreshing',
  complete: 'complete',
  failed: 'failed',
};

/**
 * The tasks in an answer. One call answers a flat array, its sister `{ Task: [...] }`; both are read
 * in either. What is not a task is passed over.
 */
export function readTasks(answer: Readonly<Record<string, unknown>>): RefreshTask[] {
  const { Tasks: tasks } = answer;
  const nested = isRecord(tasks) ? tasks['Task'] : undefined;
  const list = [tasks, nested].find((candidate) => Array.isArray(candidate)) ?? [];
  return list.flatMap((item) => {
    const task = readTask(item);
    return task === undefined ? [] : [task];
  });
}

function readTask(item: unknown): RefreshTask | undefined {
  if (!isRecord(item)) return undefined;
  const { TaskId: id, Status: status, Process: percent } = item;
  if ((typeof id !== 'string' && typeof id !== 'number') || typeof status !== 'string')
    return undefined;
  return {
    taskId: toPrintable(String(id)),
    status: STATUS[status.toLowerCase()] ?? 'pending',
    percent: Math.min(100, Math.max(0, Number.parseFloat(String(percent)) || 0)),
    ...texts({
      objectPath: item['ObjectPath'],
      objectType: item['ObjectType'],
      description: item['Description'],
      creationTime: item['CreationTime'],
    }),
  };
}

function texts(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const filled = Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, toPrintable(value)] as const] : [],
  );
  return Object.fromEntries(filled);
}
