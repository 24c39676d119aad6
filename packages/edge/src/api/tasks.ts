import type { Clock } from '@freshtag/core';

import type { Layer } from '../cache/layer.ts';
import type { Refresh } from '../cache/types.ts';

/** As the cloud names them in tasks. `tag` is a guess: it documents no name for them. */
export type ObjectType = 'file' | 'directory' | 'regex' | 'IgnoreParams' | 'tag';

/** A refresh as it was asked for. */
export interface RefreshRequest extends Refresh {
  readonly objectType: ObjectType;
  /** One for each row that reports it: URLs, or all tags of a call, separated by commas. */
  readonly objectPaths: readonly string[];
}

/** How a task goes wrong. */
export interface TaskFate {
  /** It takes no effect and reports this. */
  readonly failure?: string;
  /** It takes effect and is never reported. */
  readonly unreported?: boolean;
}

/** What is known of one object of a task. */
export interface TaskRow {
  readonly taskId: string;
  readonly objectPath: string;
  readonly objectType: ObjectType;
  /** Share of the caches that the refresh has reached. */
  readonly percent: number;
  readonly status: 'Refreshing' | 'Complete' | 'Failed';
  readonly description?: string;
  readonly createdAtMs: number;
}

export interface Tasks {
  /** Sends a refresh to all caches. @returns its task id */
  start(request: RefreshRequest, fate?: TaskFate): string;
  /** Rows of a task; none if it is not known, or no longer. */
  find(taskId: string): readonly TaskRow[];
  /** Rows of all known tasks, newest first. */
  all(): readonly TaskRow[];
}

interface Task {
  readonly taskId: string;
  readonly request: Pick<RefreshRequest, 'objectType' | 'objectPaths'>;
  readonly createdAtMs: number;
  readonly dueAtMs: readonly number[];
  readonly failure: string | undefined;
}

/** How long the cloud remembers tasks. */
export const TASK_MEMORY_MS: number = 3 * 24 * 60 * 60_000;

const FIRST_TASK_ID = 10_000_000_001;
const MAX_TASKS = 10_000;

export function createTasks(layers: readonly Layer[], clock: Pick<Clock, 'now'>): Tasks {
  const tasks = new Map<string, Task>();
  let nextId = FIRST_TASK_ID;
  const rowsOf = (task: Task | undefined): readonly TaskRow[] => {
    const nowMs = clock.now();
    return task === undefined || task.createdAtMs < nowMs - TASK_MEMORY_MS
      ? []
      : reportTask(task, nowMs);
  };
  return {
    start: (request, { failure, unreported = false } = {}) => {
      const taskId = String(nextId);
      nextId += 1;
      const createdAtMs = clock.now();
      const reached = failure === undefined ? layers : [];
      const dueAtMs = reached.map((layer) => layer.refresh(request, createdAtMs));
      const { objectType, objectPaths } = request;
      if (!unreported) {
        const task = { request: { objectType, objectPaths }, createdAtMs, dueAtMs, failure };
        tasks.set(taskId, { taskId, ...task });
      }
      const [oldest] = tasks.keys();
      if (tasks.size > MAX_TASKS && oldest !== undefined) tasks.delete(oldest);
      return taskId;
    },
    find: (taskId) => rowsOf(tasks.get(taskId)),
    all: () => [...tasks.values()].toReversed().flatMap(rowsOf),
  };
}

function reportTask(
  { taskId, request, createdAtMs, dueAtMs, failure }: Task,
  nowMs: number,
): readonly TaskRow[] {
  const progress =
    failure === undefined
      ? progressOf(dueAtMs, nowMs)
      : ({ status: 'Failed', percent: 0, description: failure } as const);
  const { objectType, objectPaths } = request;
  return objectPaths.map((objectPath) => ({
    taskId,
    objectPath,
    objectType,
    createdAtMs,
    ...progress,
  }));
}

function progressOf(
  dueAtMs: readonly number[],
  nowMs: number,
): Pick<TaskRow, 'status' | 'percent'> {
  const reached = dueAtMs.filter((dueMs) => dueMs <= nowMs).length;
  if (reached === dueAtMs.length) return { status: 'Complete', percent: 100 };
  const percent = Math.min(99, Math.round((100 * reached) / dueAtMs.length));
  return { status: 'Refreshing', percent };
}
