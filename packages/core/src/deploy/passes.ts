import { systemClock } from '../clock.ts';
import { waitForCompletion, type CompletionStatus } from '../refresh/completion.ts';
import {
  createRefresher,
  type AcceptedReceipt,
  type Receipt,
  type RefreshOptions,
} from '../refresh/refresh.ts';
import type { PassOptions } from './options.ts';

export interface RefreshInPassesOptions extends RefreshOptions, PassOptions {
  readonly onProgress?: (progress: PassProgress) => void;
}

/** Where the work stands, for the person who waits. */
export type PassProgress =
  | {
      readonly step: 'calling';
      readonly pass: number;
      readonly passes: number;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly step: 'pausing';
      readonly pass: number;
      readonly passes: number;
      readonly delayMs: number;
    }
  | {
      readonly step: 'completing';
      readonly pass: number;
      readonly passes: number;
      readonly percent: number;
    };

export interface PassesResult {
  /** Tags that every pass refreshed to the end. */
  readonly settled: ReadonlySet<string>;
  readonly receipts: readonly Receipt[];
  /** How the calls of the later passes ended; of the only one, if there is one. */
  readonly endings: readonly CompletionStatus[];
  /** Why tags are not settled, each reason once. */
  readonly problems: readonly string[];
}

const DEFAULT_SECOND_PASS_DELAY_MS = 30_000;
const DEFAULT_EDGE_LAYERS = 2;

/**
 * Refreshes tags so often that no copy from before can stay. The first pass makes the new content
 * visible at once. A fetch that began before it may still bring the old: the second pass comes when
 * the last of them is back, and after it the cache next to the origin is clean. A point of presence
 * may have refilled from that cache before: so each layer needs a pass more, after the one before
 * is complete.
 *
 * A tag whose call is refused is left out of the later passes.
 */
export async function refreshInPasses(
  tags: readonly string[],
  options: RefreshInPassesOptions,
): Promise<PassesResult> {
  const clock = options.clock ?? systemClock;
  const delayMs = options.secondPassDelayMs ?? DEFAULT_SECOND_PASS_DELAY_MS;
  const passes = delayMs === false ? 1 : 1 + (options.edgeLayers ?? DEFAULT_EDGE_LAYERS);
  const run = createRefresher({ ...options, includeOverflow: false });
  let left: readonly string[] = tags;
  const receipts: Receipt[] = [];
  const endings: CompletionStatus[] = [];
  const problems = new Set<string>();

  for (let pass = 1; pass <= passes && left.length > 0; pass += 1) {
    if (pass > 1 && delayMs !== false) {
      options.onProgress?.({ step: 'pausing', pass, passes, delayMs });
      await clock.sleep(delayMs, options.signal);
    }
    const accepted = await runPass(run, left, options, { pass, passes, receipts, problems });
    const decides = pass > 1 || passes === 1;
    const ended = decides
      ? await waitForEnd(accepted, options, { pass, passes, endings, problems })
      : accepted;
    left = ended.flatMap((receipt) => receipt.tags);
  }
  return { settled: new Set(left), receipts, endings, problems: [...problems] };
}

interface PassRecord {
  readonly pass: number;
  readonly passes: number;
  readonly problems: Set<string>;
}

async function runPass(
  run: ReturnType<typeof createRefresher>,
  tags: readonly string[],
  options: RefreshInPassesOptions,
  record: PassRecord & { readonly receipts: Receipt[] },
): Promise<AcceptedReceipt[]> {
  const { pass, passes } = record;
  const receipts = await run(tags, {
    ...options,
    onReceipt: (receipt, progress) => {
      options.onReceipt?.(receipt, progress);
      options.onProgress?.({ step: 'calling', pass, passes, ...progress });
    },
  });
  record.receipts.push(...receipts);
  for (const receipt of receipts)
    if (receipt.outcome === 'refused') record.problems.add(receipt.error.message);
  return receipts.filter((receipt) => receipt.outcome === 'accepted');
}

async function waitForEnd(
  accepted: readonly AcceptedReceipt[],
  options: RefreshInPassesOptions,
  record: PassRecord & { readonly endings: CompletionStatus[] },
): Promise<AcceptedReceipt[]> {
  const { pass, passes } = record;
  const completions = await waitForCompletion(accepted, {
    ...options,
    onProgress: (percent) => options.onProgress?.({ step: 'completing', pass, passes, percent }),
  });
  for (const { receipt, status, description } of completions) {
    record.endings.push(status);
    const tasks = receipt.taskIds.join(', ');
    if (status === 'failed')
      record.problems.add(`Task ${tasks} failed at the edge: ${description ?? 'no reason given'}.`);
    if (status === 'unfinished')
      record.problems.add(`Task ${tasks} did not end in the time allowed.`);
  }
  return completions
    .filter(({ status }) => status === 'complete' || status === 'settled')
    .map(({ receipt }) => receipt);
}
