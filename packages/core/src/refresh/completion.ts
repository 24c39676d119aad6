import { systemClock, type Clock } from '../clock.ts';
import { createDcdnClient, type DcdnClient, type DcdnClientOptions } from '../dcdn/client.ts';
import { describeRefreshTasksById, MAX_TASK_IDS_A_CALL } from '../dcdn/describe-refresh-task.ts';
import type { RefreshTask } from '../dcdn/refresh-task.ts';
import { isFreshtagError } from '../errors.ts';
import type { AcceptedReceipt } from './receipt.ts';

/**
 * How an accepted call ended.
 * - `complete`: the cloud reported all its tasks as complete.
 * - `failed`: the cloud reported one of them as failed.
 * - `settled`: the cloud reported nothing of them; the settling time stands in.
 * - `unfinished`: reported, but not ended within the time allowed.
 */
export type CompletionStatus = 'complete' | 'failed' | 'settled' | 'unfinished';

export interface Completion {
  readonly receipt: AcceptedReceipt;
  readonly status: CompletionStatus;
  /** Why it failed, in the cloud's words. */
  readonly description?: string;
}

export interface CompletionOptions extends DcdnClientOptions {
  /** Asks instead of a client of its own, which the client options describe. */
  readonly client?: DcdnClient;
  /** Time between two questions, in milliseconds. Default 5,000. */
  readonly pollIntervalMs?: number;
  /**
   * A task of which the cloud reports nothing counts as settled this long after its call, in
   * milliseconds. Default 360,000: Alibaba's documentation says that a refresh takes 5 to 6 minutes.
   */
  readonly settleMs?: number;
  /** Longest wait for reported tasks, counted from the call, in milliseconds. Default 900,000. */
  readonly completionTimeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (percent: number) => void;
}

/**
 * Waits until every accepted call has ended. Asking is safe to repeat, so a question that fails is
 * asked again at the next turn.
 *
 * @returns one completion a receipt, in order
 * @throws the signal's reason when aborted; DcdnError for a key that is refused
 */
export async function waitForCompletion(
  receipts: readonly AcceptedReceipt[],
  options: CompletionOptions = {},
): Promise<Completion[]> {
  const clock = options.clock ?? systemClock;
  const client = options.client ?? createDcdnClient(options);
  const { pollIntervalMs = 5000, signal } = options;
  const known = new Map<string, RefreshTask>();
  for (;;) {
    const open = openTaskIds(receipts, known);
    for (let start = 0; start < open.length; start += MAX_TASK_IDS_A_CALL) {
      const ids = open.slice(start, start + MAX_TASK_IDS_A_CALL);
      const tasks = await describeRefreshTasksById(client, ids, signal).catch(ignoreOutage);
      for (const task of tasks) known.set(task.taskId, task);
    }
    options.onProgress?.(overallPercent(receipts, known));
    const ended = receipts.map((receipt) => judge(receipt, known, clock, options));
    if (ended.every((completion) => completion !== undefined)) return ended;
    await clock.sleep(pollIntervalMs, signal);
  }
}

function ignoreOutage(error: unknown): RefreshTask[] {
  // A key that may refresh and not ask is as good as a cloud that reports nothing.
  if (isFreshtagError(error, 'FORBIDDEN')) return [];
  if (isFreshtagError(error) && error.recovery === 'retry') return [];
  throw error;
}

function openTaskIds(
  receipts: readonly AcceptedReceipt[],
  known: ReadonlyMap<string, RefreshTask>,
): string[] {
  return receipts.flatMap((receipt) => receipt.taskIds).filter((id) => !hasEnded(known.get(id)));
}

function hasEnded(task: RefreshTask | undefined): boolean {
  return task?.status === 'complete' || task?.status === 'failed';
}

function judge(
  receipt: AcceptedReceipt,
  known: ReadonlyMap<string, RefreshTask>,
  clock: Clock,
  options: CompletionOptions,
): Completion | undefined {
  const { settleMs = 360_000, completionTimeoutMs = 900_000 } = options;
  const tasks = receipt.taskIds.map((id) => known.get(id));
  const failed = tasks.find((task) => task?.status === 'failed');
  if (failed !== undefined) {
    return {
      receipt,
      status: 'failed',
      ...(failed.description === undefined ? {} : { description: failed.description }),
    };
  }
  const reported = tasks.filter((task) => task !== undefined);
  if (reported.length === tasks.length && reported.every(hasEnded))
    return { receipt, status: 'complete' };
  const ageMs = clock.now() - receipt.atMs;
  if (reported.every(hasEnded) && ageMs >= settleMs) return { receipt, status: 'settled' };
  return ageMs >= completionTimeoutMs ? { receipt, status: 'unfinished' } : undefined;
}

function overallPercent(
  receipts: readonly AcceptedReceipt[],
  known: ReadonlyMap<string, RefreshTask>,
): number {
  const ids = receipts.flatMap((receipt) => receipt.taskIds);
  if (ids.length === 0) return 100;
  const sum = ids.reduce(
    (total, id) => total + (hasEnded(known.get(id)) ? 100 : (known.get(id)?.percent ?? 0)),
    0,
  );
  return Math.floor(sum / ids.length);
}
