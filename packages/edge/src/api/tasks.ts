import type { Clock } from '@freshtag/core';

import type { Refresh } from '../cache/refresh.ts';
import type { FaultQueue } from '../faults/fault-queue.ts';

/** As the cloud names them in tasks. `tag` is a guess: it documents no name for them. */
export const OBJECT_TYPES = ['file', 'directory', 'regex', 'IgnoreParams', 'tag'] as const;

export type ObjectType = (typeof OBJECT_TYPES)[number];

/** A refresh as it was asked for. */
export interface RefreshRequest extends Omit<Refresh, 'taskId'> {
  readonly objectType: ObjectType;
  /** One for each row that reports it. */
  readonly objects: readonly TaskObject[];
}

/** What one row of a task is about. */
export interface TaskObject {
  readonly domain: string;
  /** A URL, or all tags of a call, separated by commas. */
  readonly objectPath: string;
}

/** A cache that refreshes reach. */
interface RefreshTarget {
  readonly name: string;
  /** @returns when the refresh takes effect there */
  refresh(refresh: Refresh, acceptedAtMs: number): number;
}

/** How a task goes wrong. */
export interface TaskFate {
  /** It takes no effect and reports this. */
  readonly failure?: string;
  /** It takes effect and is never reported. */
  readonly unreported?: boolean;
}

/** What is known of one object of a task. */
export interface TaskRow extends TaskObject {
  readonly taskId: string;
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
  readonly request: Pick<RefreshRequest, 'objectType' | 'objects'>;
  readonly createdAtMs: number;
  readonly dueAtMs: readonly number[];
  readonly failure: string | undefined;
}

/** How long the cloud remembers tasks. */
export const TASK_MEMORY_MS: number = 3 * 24 * 60 * 60_000;

const FIRST_TASK_ID = 10_000_000_001;
const MAX_TASKS = 10_000;

export interface TasksOptions {
  readonly layers: readonly RefreshTarget[];
  readonly clock: Pick<Clock, 'now'>;
  readonly faultQueue: Pick<FaultQueue, 'takeLagMs'>;
}

export function createTasks({ layers, clock, faultQueue }: TasksOptions): Tasks {
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
      const dueAtMs = reached.map((layer) => {
        const lagMs = faultQueue.takeLagMs({ layer: layer.name, taskId });
        return layer.refresh({ ...request, taskId }, createdAtMs + lagMs);
      });
      const { objectType, objects } = request;
      if (!unreported) {
        const task = { request: { objectType, objects }, createdAtMs, dueAtMs, failure };
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
  const { objectType, objects } = request;
  return objects.map((object) => ({ ...object, taskId, objectType, createdAtMs, ...progress }));
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
