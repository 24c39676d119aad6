import type {
  AcceptedReceipt,
  Completion,
  CompletionOptions,
  PlannedCall,
  Receipt,
  RefreshOptions,
} from '@freshtag/core';

import { Interrupted, type Outcome } from '../outcome.ts';
import { startProgress } from '../progress.ts';
import { incompletionOf, refusalOf } from './failures.ts';
import { openCalls } from './open-calls.ts';
import { describeSending, linesOf } from './report-receipts.ts';

/** How and where to refresh. */
export type SendOptions = Pick<RefreshOptions, 'domain' | 'force' | 'limits' | 'retry'> &
  Pick<CompletionOptions, 'settleMs' | 'completionTimeoutMs' | 'pollIntervalMs'> & {
    readonly endpoint: string;
  };

/** What became of the calls. */
export interface Sending {
  readonly receipts: readonly Receipt[];
  /** Calls without receipt, in order, when something came between: the first may have taken effect. */
  readonly open: readonly PlannedCall[];
  /** What came between. */
  readonly failure?: unknown;
}

/**
 * Refreshes tags and tells what became of each call, whatever comes between.
 * @throws FreshtagError before anything is sent
 */
export async function sendTags(
  tags: Iterable<string>,
  options: SendOptions,
  { wait, signal }: { readonly wait: boolean; readonly signal: AbortSignal },
): Promise<Outcome> {
  const sending = await send(tags, options, signal);
  const { receipts } = sending;
  const accepted = receipts.filter((receipt) => receipt.outcome === 'accepted');
  const waited: Waited =
    wait && sending.failure === undefined && accepted.length > 0
      ? await waitFor(accepted, options, signal)
      : { completions: [] };
  return {
    result: describeSending(sending, waited.completions),
    lines: linesOf(sending, waited.completions),
    error:
      sending.failure ??
      waited.failure ??
      (await refusalOf(receipts)) ??
      (await incompletionOf(waited.completions)),
  };
}

async function send(
  tags: Iterable<string>,
  options: SendOptions,
  signal: AbortSignal,
): Promise<Sending> {
  const receipts: Receipt[] = [];
  const state = { done: 0, total: 0 };
  const { createRefresher, planCalls } = await import('@freshtag/core');
  const refresh = createRefresher(options);
  const planned = planCalls(tags, options);
  signal.throwIfAborted();
  const progress = await startProgress('refresh');
  try {
    await refresh(tags, {
      signal,
      onReceipt: (receipt, { done, total }) => {
        receipts.push(receipt);
        Object.assign(state, { done, total });
        if (total > 1)
          progress.update((done / total) * 100, `call ${done} of ${total} ${receipt.outcome}`);
      },
    });
    return { receipts, open: [] };
  } catch (error) {
    const after =
      state.done === 0 ? 'in the first call' : `after ${state.done} of ${planned.length} calls`;
    return {
      receipts,
      open: openCalls(planned, receipts),
      failure: signal.aborted
        ? new Interrupted(
            `Interrupted ${after}. The call under way may have taken effect, those after it were not made. Refresh the same tags again: that does no harm. --json would name every tag and task.`,
          )
        : error,
    };
  } finally {
    progress.stop();
  }
}

interface Waited {
  readonly completions: readonly Completion[];
  readonly failure?: unknown;
}

async function waitFor(
  receipts: readonly AcceptedReceipt[],
  options: SendOptions,
  signal: AbortSignal,
): Promise<Waited> {
  const { waitForCompletion } = await import('@freshtag/core');
  const progress = await startProgress('complete');
  const completions: Completion[] = [];
  try {
    await waitForCompletion(receipts, {
      ...options,
      signal,
      onProgress: (percent) => progress.update(percent),
      onCompletion: (completion) => completions.push(completion),
    });
    return { completions };
  } catch (error) {
    const failure = signal.aborted
      ? new Interrupted(
          'Interrupted while waiting. What was accepted goes on in the cloud: look with freshtag status ID.',
        )
      : error;
    return { completions, failure };
  } finally {
    progress.stop();
  }
}
