import type { RefreshTask } from '../dcdn/refresh-task.ts';
import type { FreshtagError } from '../errors.ts';
import { askForTasks, judgeTasks } from '../refresh/completion.ts';
import type { Carrier } from './carrier.ts';
import type { Batch, Problem } from './outbox.ts';

/** How the calls of a batch's pass ended. */
export type Ending =
  | { readonly status: 'complete' | 'settled' }
  | { readonly status: 'failed' | 'unfinished'; readonly problem: Problem }
  /** It could not be asked to the end, and asking again would not help. */
  | { readonly status: 'unknown'; readonly error: FreshtagError };

/** Asks once how batches end. @returns by the batch's id; nothing for those that have not ended */
export async function askForEndings(
  batches: readonly Batch[],
  { client, settleMs, completionTimeoutMs, signal }: Carrier,
): Promise<Map<string, Ending>> {
  const known = new Map<string, RefreshTask>();
  const taskIds = batches.flatMap(openTaskIds);
  const given =
    taskIds.length === 0 ? undefined : await askForTasks(taskIds, { client, known, signal });
  const error = isOfQuestion(given) ? undefined : given;
  return new Map(
    batches.flatMap((batch) => {
      const ageMs = Math.max(0, ...openCalls(batch).map((call) => call.waitedMs));
      const options = { settleMs, completionTimeoutMs };
      const judged = judgeTasks(openTaskIds(batch), { known, ageMs, error, options });
      return judged === undefined
        ? []
        : [[batch.id, toEnding(judged, openTaskIds(batch))] as const];
    }),
  );
}

/** A question that the cloud does not take says nothing of the tasks: it is as if none were reported. */
function isOfQuestion(error: FreshtagError | undefined): boolean {
  return error !== undefined && ['PARAMETER_REFUSED', 'API_REFUSED'].includes(error.code);
}

function openCalls(batch: Batch): Batch['calls'] {
  return batch.calls.filter((call) => call.pass === batch.pass && call.ending === undefined);
}

function openTaskIds(batch: Batch): string[] {
  return openCalls(batch).flatMap((call) => call.taskIds);
}

function toEnding(
  { status, description, error }: NonNullable<ReturnType<typeof judgeTasks>>,
  taskIds: readonly string[],
): Ending {
  if (status === 'complete' || status === 'settled') return { status };
  if (status === 'unknown' && error !== undefined) return { status, error };
  const tasks = taskIds.join(', ');
  const message =
    status === 'failed'
      ? `Task ${tasks} failed at the edge: ${description ?? 'no reason given'}. The relay makes the call again.`
      : `Task ${tasks} did not end in the time allowed. The relay makes the call again.`;
  return {
    status: status === 'failed' ? 'failed' : 'unfinished',
    problem: { code: 'REFRESH_INCOMPLETE', message },
  };
}
