import type { DescribeAction } from './actions.ts';
import { reportRow } from './describe-by-id.ts';
import { checkTaskId, readDomain, type Query } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { TASK_MEMORY_MS, type TaskRow } from './tasks.ts';

const OBJECT_TYPES = ['file', 'directory', 'preload', 'IgnoreParams', 'regex'];
const STATUSES = ['Complete', 'Refreshing', 'Failed'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** `DescribeDcdnRefreshTasks`: a nested list, percents without their sign, directories as `path`. */
export const describeTasks: DescribeAction = (query, { tasks, clock, domains }) => {
  const passes = readFilter(query, { domains, nowMs: clock.now() });
  const PageNumber = readCount(query, 'PageNumber', { byDefault: 1, max: 100_000 });
  const PageSize = readCount(query, 'PageSize', { byDefault: 20, max: 50 });
  const rows = tasks.all().filter(passes);
  const page = rows.slice((PageNumber - 1) * PageSize, PageNumber * PageSize);
  const Task = page.map((row) => ({
    ...reportRow(row),
    ObjectType: row.objectType === 'directory' ? 'path' : row.objectType,
  }));
  return { PageNumber, PageSize, TotalCount: rows.length, Tasks: { Task } };
};

function readFilter(
  query: Query,
  { domains, nowMs }: { readonly domains: readonly string[]; readonly nowMs: number },
): (row: TaskRow) => boolean {
  const { TaskId, ObjectPath, DomainName, ObjectType, Status } = query;
  if (TaskId !== undefined) checkTaskId(TaskId);
  if (ObjectType === undefined && (DomainName ?? Status) !== undefined) {
    throw new Refusal(
      400,
      'MissingParameter.ObjectType',
      // Its own words: it means Status.
      'The ObjectType parameter is required if DomainName or ObjectType is specified.',
    );
  }
  checkOneOf('ObjectType', ObjectType, OBJECT_TYPES);
  checkOneOf('Status', Status, STATUSES);
  const domain = DomainName === undefined ? undefined : readDomain(DomainName, domains);
  const { fromMs, toMs } = readTimes(query, nowMs);
  return (row) =>
    isAsked(TaskId, row.taskId) &&
    isAsked(domain, row.domain) &&
    isAsked(ObjectPath, row.objectPath) &&
    isAsked(ObjectType, row.objectType) &&
    isAsked(Status, row.status) &&
    row.createdAtMs >= fromMs &&
    row.createdAtMs <= toMs;
}

function isAsked(asked: string | undefined, value: string): boolean {
  return asked === undefined || asked === value;
}

function readTimes(
  { StartTime, EndTime }: Query,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  if (StartTime === undefined && EndTime === undefined)
    return { fromMs: -Infinity, toMs: Infinity };
  if (StartTime === undefined || EndTime === undefined) {
    const message = 'The StartTime and EndTime must be both specified.';
    throw new Refusal(400, 'MissingTimeParameter', message);
  }
  const fromMs = readTime('StartTime', StartTime);
  const toMs = readTime('EndTime', EndTime);
  if (toMs <= fromMs) {
    const message = 'The specified EndTime is earlier than the StartTime.';
    throw new Refusal(400, 'InvalidEndTime.Mismatch', message);
  }
  if (fromMs >= nowMs - TASK_MEMORY_MS) return { fromMs, toMs };
  throw new Refusal(400, 'InvalidTime', 'The query time cannot exceed the last 3 days.');
}

function readTime(name: string, text: string): number {
  const timeMs = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new Refusal(400, `Invalid${name}.Malformed`, `The specified ${name} is invalid.`);
}

function checkOneOf(name: string, value: string | undefined, values: readonly string[]): void {
  if (value === undefined || values.includes(value)) return;
  throw new Refusal(
    400,
    `Invalid${name}.ValueNotSupported`,
    `The specified ${name} is not supported.`,
  );
}

function readCount(
  query: Query,
  name: string,
  { byDefault, max }: { readonly byDefault: number; readonly max: number },
): number {
  const text = query[name] ?? String(byDefault);
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= max) return count;
  throw new Refusal(400, 'InvalidParameters', `${name} must be a number from 1 to ${max}.`);
}
