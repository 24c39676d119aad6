import type { Clock } from '@freshtag/core';

import type { Layer, Refresh } from '../cache/layer.ts';

/** A task as the cloud reports it. */
interface ReportedTask {
  readonly TaskId: string;
  /** The tags, separated by commas. A guess: the cloud does not document it for tag tasks. */
  readonly ObjectPath: string;
  /** `tag`. A guess, too. */
  readonly ObjectType: string;
  /** Share of the caches that the refresh has reached, like `67%`. */
  readonly Process: string;
  readonly Status: 'Refreshing' | 'Complete';
  readonly CreationTime: string;
}

export interface Tasks {
  /** Sends a refresh to all caches. @returns its task id */
  start(refresh: Refresh): string;
  /** `undefined` for a task that is not known, or no longer. */
  report(taskId: string): ReportedTask | undefined;
}

interface Task {
  readonly tags: readonly string[];
  readonly createdAtMs: number;
  readonly dueAtMs: readonly number[];
}

const FIRST_TASK_ID = 10_000_000_001;
const MAX_TASKS = 10_000;

export function createTasks(layers: readonly Layer[], clock: Pick<Clock, 'now'>): Tasks {
  const tasks = new Map<string, Task>();
  let nextId = FIRST_TASK_ID;
  return {
    start: (refresh) => {
      const taskId = String(nextId);
      nextId += 1;
      const createdAtMs = clock.now();
      const dueAtMs = layers.map((layer) => layer.refresh(refresh, createdAtMs));
      tasks.set(taskId, { tags: refresh.tags, createdAtMs, dueAtMs });
      const [oldest] = tasks.keys();
      if (tasks.size > MAX_TASKS && oldest !== undefined) tasks.delete(oldest);
      return taskId;
    },
    report: (taskId) => {
      const task = tasks.get(taskId);
      return task === undefined ? undefined : reportTask(taskId, task, clock.now());
    },
  };
}

function reportTask(
  taskId: string,
  { tags, createdAtMs, dueAtMs }: Task,
  nowMs: number,
): ReportedTask {
  const reached = dueAtMs.filter((dueMs) => dueMs <= nowMs).length;
  const complete = reached === dueAtMs.length;
  const percent = complete ? 100 : Math.min(99, Math.round((100 * reached) / dueAtMs.length));
  return {
    TaskId: taskId,
    ObjectPath: tags.join(','),
    ObjectType: 'tag',
    Process: `${percent}%`,
    Status: complete ? 'Complete' : 'Refreshing',
    CreationTime: new Date(createdAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}
