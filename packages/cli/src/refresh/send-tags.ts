import type {
  AcceptedReceipt,
  Completion,
  FreshtagError,
  Receipt,
  RefreshOptions,
} from '@freshtag/core';

import { Interrupted, type Outcome } from '../outcome.ts';
import { startProgress } from '../progress.ts';
import { count } from '../table.ts';
import { describeReceipts, linesOf } from './report-receipts.ts';

/** How and where to refresh. */
export type SendOptions = Pick<RefreshOptions, 'domain' | 'force' | 'limits' | 'retry'> & {
  readonly endpoint: string;
};

/**
 * Refreshes tags and tells what became of each call, also when interrupted in between.
 * @throws FreshtagError before anything is sent
 */
export async function sendTags(
  tags: Iterable<string>,
  options: SendOptions,
  { wait, signal }: { readonly wait: boolean; readonly signal: AbortSignal },
): Promise<Outcome> {
  const sent = await send(tags, options, signal);
  const accepted = sent.receipts.filter((receipt) => receipt.outcome === 'accepted');
  const waited =
    wait && sent.interrupted === undefined && accepted.length > 0
      ? await waitFor(accepted, options.endpoint, signal)
      : { completions: [], interrupted: undefined };
  const { receipts } = sent;
  return {
    result: describeReceipts(receipts, waited.completions),
    lines: linesOf(receipts, waited.completions),
    error:
      sent.interrupted ??
      waited.interrupted ??
      (await refusalOf(receipts)) ??
      (await incompletion(waited.completions)),
  };
}

async function send(
  tags: Iterable<string>,
  options: SendOptions,
  signal: AbortSignal,
): Promise<{ readonly receipts: readonly Receipt[]; readonly interrupted?: Interrupted }> {
  const receipts: Receipt[] = [];
  const state = { done: 0, total: 0 };
  const { createRefresher } = await import('@freshtag/core');
  const refresh = createRefresher(options);
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
    return { receipts };
  } catch (error) {
    if (!signal.aborted) throw error;
    const after =
      state.total === 0 ? 'in the first call' : `after ${state.done} of ${state.total} calls`;
    return {
      receipts,
      interrupted: new Interrupted(
        `Interrupted ${after}. The call under way may have taken effect, those after it were not made; refreshing again does no harm.`,
      ),
    };
  } finally {
    progress.stop();
  }
}

async function waitFor(
  receipts: readonly AcceptedReceipt[],
  endpoint: string,
  signal: AbortSignal,
): Promise<{ readonly completions: readonly Completion[]; readonly interrupted?: Interrupted }> {
  const { waitForCompletion } = await import('@freshtag/core');
  const progress = await startProgress('complete');
  const onProgress = (percent: number): void => progress.update(percent, `${percent} %`);
  try {
    return { completions: await waitForCompletion(receipts, { endpoint, signal, onProgress }) };
  } catch (error) {
    if (!signal.aborted) throw error;
    return {
      completions: [],
      interrupted: new Interrupted(
        'Interrupted while waiting. What was accepted goes on in the cloud: look with freshtag status ID.',
      ),
    };
  } finally {
    progress.stop();
  }
}

/** Why tags were refused, from the first call that was. */
async function refusalOf(receipts: readonly Receipt[]): Promise<FreshtagError | undefined> {
  const refused = receipts.filter((receipt) => receipt.outcome !== 'accepted');
  const [first] = refused;
  if (first === undefined) return undefined;
  const tags = refused.reduce((sum, receipt) => sum + receipt.tags.length, 0);
  const { code, message, ...details } = first.error;
  const core = await import('@freshtag/core');
  return new core.FreshtagError(
    code,
    `${count(tags, 'tag')} ${tags === 1 ? 'was' : 'were'} not refreshed: ${message}`,
    {
      recovery: details.recovery,
      status: details.status,
      requestId: details.requestId,
      retryAfterMs: details.retryAfterMs,
      cause: first.error,
    },
  );
}

async function incompletion(
  completions: readonly Completion[],
): Promise<FreshtagError | undefined> {
  const open = completions.filter(({ status }) => status === 'failed' || status === 'unfinished');
  const [first] = open;
  if (first === undefined) return undefined;
  const why = first.description === undefined ? '' : `: ${first.description}`;
  const core = await import('@freshtag/core');
  return new core.FreshtagError(
    'REFRESH_INCOMPLETE',
    `${open.length} of ${count(completions.length, 'call')} did not end well, the first is task ${first.receipt.taskIds.join(', ')} (${first.status}${why}). Refresh its tags again.`,
    { recovery: 'retry' },
  );
}
