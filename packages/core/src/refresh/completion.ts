import { systemClock, type Clock } from '../clock.ts';
import { createDcdnClient, type DcdnClient, type DcdnClientOptions } from '../dcdn/client.ts';
import { describeRefreshTasksById, MAX_TASK_IDS_A_CALL } from '../dcdn/describe-refresh-task.ts';
import type { RefreshTask } from '../dcdn/refresh-task.ts';
import { isFreshtagError, type FreshtagError } from '../errors.ts';
import { checkMilliseconds } from '../milliseconds.ts';
import type { AcceptedReceipt } from './receipt.ts';

/**
 * How an accepted call ended.
 * - `complete`: the cloud reported all its tasks as complete.
 * - `failed`: the cloud reported one of them as failed.
 * - `settled`: the cloud reported nothing of them; the settling time stands in.
 * - `unfinished`: reported, but not ended within the time allowed.
 * - `unknown`: it could not be asked to the end, and asking again would not help.
 */
export type CompletionStatus = 'complete' | 'failed' | 'settled' | 'unfinished' | 'unknown';

export interface Completion {
  readonly receipt: AcceptedReceipt;
  readonly status: CompletionStatus;
  /** Why it failed, in the cloud's words. */
  readonly description?: string;
  /** Why it is unknown. */
  readonly error?: FreshtagError;
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
  /**
   * Called with each completion, as soon as it is certain. What it was told is all there is when the
   * waiting is aborted.
   */
  readonly onCompletion?: (completion: Completion) => void;
}

export const DEFAULT_COMPLETION: Required<
  Pick<CompletionOptions, 'pollIntervalMs' | 'settleMs' | 'completionTimeoutMs'>
> = { pollIntervalMs: 5000, settleMs: 360_000, completionTimeoutMs: 900_000 };

/**
 * Waits until every accepted call has ended. Asking is safe to repeat, so a question that fails is
 * asked again at the next turn. Once asking can only fail, what has not ended is `unknown`.
 *
 * @returns one completion a receipt, in order
 * @throws FreshtagError `INVALID_OPTION`, `NO_CREDENTIALS`, before anything is asked; the signal's
 *   reason when aborted
 */
export async function waitForCompletion(
  receipts: readonly AcceptedReceipt[],
  options: CompletionOptions = {},
): Promise<Completion[]> {
  checkCompletionOptions(options);
  const {
    pollIntervalMs = DEFAULT_COMPLETION.pollIntervalMs,
    signal,
    clock = systemClock,
  } = options;
  const client = options.client ?? createDcdnClient(options);
  const known = new Map<string, RefreshTask>();
  const ended = new Map<AcceptedReceipt, Completion>();
  const ages = createAges(clock, pollIntervalMs);
  for (;;) {
    const error = await askForTasks(openTaskIds(receipts, known), { client, known, signal });
    options.onProgress?.(overallPercent(receipts, known));
    for (const receipt of receipts) {
      if (ended.has(receipt)) continue;
      const evidence = { known, ageMs: ages.of(receipt), error, options };
      const judged = judgeTasks(receipt.taskIds, evidence);
      if (judged === undefined) continue;
      const completion = { receipt, ...judged };
      ended.set(receipt, completion);
      options.onCompletion?.(completion);
    }
    const all = receipts.flatMap((receipt) => ended.get(receipt) ?? []);
    if (all.length === receipts.length) return all;
    await clock.sleep(pollIntervalMs, signal);
    ages.turn();
  }
}

/** @throws FreshtagError `INVALID_OPTION`: a longer time would make a timer of one millisecond */
export function checkCompletionOptions(
  options: Pick<CompletionOptions, 'pollIntervalMs' | 'settleMs' | 'completionTimeoutMs'>,
): void {
  checkMilliseconds('pollIntervalMs', options.pollIntervalMs ?? 1, { least: 1 });
  checkMilliseconds('settleMs', options.settleMs ?? 0);
  checkMilliseconds('completionTimeoutMs', options.completionTimeoutMs ?? 0);
}

/**
 * How long ago a receipt's call was made, in milliseconds. A turn is never shorter than the wait in it,
 * and no call lies in the future: a clock that was set back, or another machine's, stops nobody.
 */
function createAges(
  clock: Clock,
  turnMs: number,
): { readonly of: (receipt: AcceptedReceipt) => number; readonly turn: () => void } {
  const startedAtMs = clock.now();
  let lastMs = startedAtMs;
  let waitedMs = 0;
  return {
    of: ({ atMs }) => waitedMs + (atMs < startedAtMs ? startedAtMs - atMs : 0),
    turn: () => {
      const nowMs = clock.now();
      waitedMs += Math.max(turnMs, nowMs - lastMs);
      lastMs = nowMs;
    },
  };
}

/**
 * Asks for tasks once, ten a call.
 * @param known takes what is learned
 * @returns why asking is in vain from now on, if it is
 */
export async function askForTasks(
  ids: readonly string[],
  {
    client,
    known,
    signal,
  }: {
    readonly client: DcdnClient;
    readonly known: Map<string, RefreshTask>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<FreshtagError | undefined> {
  for (let start = 0; start < ids.length; start += MAX_TASK_IDS_A_CALL) {
    const some = ids.slice(start, start + MAX_TASK_IDS_A_CALL);
    try {
      for (const task of await describeRefreshTasksById(client, some, signal))
        known.set(task.taskId, task);
    } catch (error) {
      if (!isFreshtagError(error)) throw error;
      if (!passes(error)) return error;
    }
  }
  return undefined;
}

function passes(error: FreshtagError): boolean {
  // A key that may refresh and not ask is as good as a cloud that reports nothing.
  return error.code === 'FORBIDDEN' || error.recovery === 'retry';
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

interface Evidence {
  readonly known: ReadonlyMap<string, RefreshTask>;
  readonly ageMs: number;
  /** Why no more will be known. */
  readonly error: FreshtagError | undefined;
  readonly options: Pick<CompletionOptions, 'settleMs' | 'completionTimeoutMs'>;
}

/** @returns `undefined` while it has not ended */
export function judgeTasks(
  taskIds: readonly string[],
  { known, ageMs, error, options }: Evidence,
): Omit<Completion, 'receipt'> | undefined {
  const { settleMs = DEFAULT_COMPLETION.settleMs } = options;
  const { completionTimeoutMs = DEFAULT_COMPLETION.completionTimeoutMs } = options;
  const tasks = taskIds.map((id) => known.get(id));
  const failed = tasks.find((task) => task?.status === 'failed');
  if (failed !== undefined) {
    const { description } = failed;
    return { status: 'failed', ...(description === undefined ? {} : { description }) };
  }
  const reported = tasks.filter((task) => task !== undefined);
  if (reported.length === tasks.length && reported.every(hasEnded)) return { status: 'complete' };
  if (error !== undefined) return { status: 'unknown', error };
  if (reported.every(hasEnded) && ageMs >= settleMs) return { status: 'settled' };
  return ageMs >= completionTimeoutMs ? { status: 'unfinished' } : undefined;
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
