import { systemClock } from '../clock.ts';
import { createDcdnClient } from '../dcdn/client.ts';
import { invalidOption } from '../errors.ts';
import { checkMilliseconds } from '../milliseconds.ts';
import { resolveLimits } from './limits.ts';
import {
  checkCompletionOptions,
  waitForCompletion,
  type CompletionOptions,
  type CompletionStatus,
} from './completion.ts';
import type { AcceptedReceipt, Receipt } from './receipt.ts';
import { createDirectoryRefresher } from './directories.ts';
import { createRefresher, type RefreshOptions } from './refresh.ts';

/** When and how often tags are refreshed after a change. */
export interface PassOptions extends Pick<
  CompletionOptions,
  'pollIntervalMs' | 'settleMs' | 'completionTimeoutMs'
> {
  /**
   * Time from one pass to the next, in milliseconds: longer than the origin's slowest answer takes.
   * Default 30,000. `false` leaves out all passes but the first, and with them the promise that
   * nothing old is stored again by a fetch that was under way.
   */
  readonly secondPassDelayMs?: number | false;
  /**
   * How many caches stand one behind another between visitors and the origin. Default 2: DCDN has
   * points of presence and a second layer. Each needs a pass of its own after the first.
   */
  readonly edgeLayers?: number;
}

export interface RefreshInPassesOptions extends RefreshOptions, PassOptions {
  readonly domain: string;
  /** URL paths of directories to refresh with the tags, in the same passes. */
  readonly directories?: readonly string[];
  readonly onProgress?: (progress: PassProgress) => void;
  /** Called with each call of the last pass that ended well: what it names is settled, whatever follows. */
  readonly onSettled?: ((receipt: AcceptedReceipt) => void) | undefined;
}

/** Where the work stands, for the person who waits. `pass` counts from 1. */
export type PassProgress = { readonly pass: number; readonly passes: number } & (
  | { readonly step: 'calling'; readonly done: number; readonly total: number }
  | { readonly step: 'pausing'; readonly delayMs: number }
  | { readonly step: 'completing'; readonly percent: number }
);

export interface PassesResult {
  /** Tags that every pass refreshed to the end. */
  readonly settled: ReadonlySet<string>;
  /** Directories that every pass refreshed to the end. */
  readonly settledDirectories: ReadonlySet<string>;
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
 * A tag whose call is refused, or whose task fails, is left out of the later passes.
 *
 * @throws as `refresh` and `waitForCompletion` do
 */
export async function refreshInPasses(
  tags: readonly string[],
  options: RefreshInPassesOptions,
): Promise<PassesResult> {
  const { clock = systemClock, signal } = options;
  const delayMs = options.secondPassDelayMs ?? DEFAULT_SECOND_PASS_DELAY_MS;
  const passes = delayMs === false ? 1 : 1 + (options.edgeLayers ?? DEFAULT_EDGE_LAYERS);
  checkPassOptions(options);
  const { maxCallsPerSecond } = resolveLimits(options.limits);
  const client = options.client ?? createDcdnClient({ ...options, maxCallsPerSecond });
  const refreshTags = createRefresher({ ...options, client, includeOverflow: false });
  const refreshDirectories = createDirectoryRefresher({ ...options, client });
  let left: readonly string[] = tags;
  let leftDirectories = options.directories ?? [];
  const receipts: Receipt[] = [];
  const endings: Ending[] = [];

  for (let pass = 1; pass <= passes && left.length + leftDirectories.length > 0; pass += 1) {
    if (pass > 1 && delayMs !== false) {
      options.onProgress?.({ pass, passes, step: 'pausing', delayMs });
      await clock.sleep(delayMs, signal);
    }
    const run = { signal, onReceipt: reportCalls(options, pass, passes) };
    const made = left.length === 0 ? [] : await refreshTags(left, run);
    if (leftDirectories.length > 0) made.push(...(await refreshDirectories(leftDirectories, run)));
    receipts.push(...made);
    let going = made.filter((receipt) => receipt.outcome === 'accepted');
    // The first pass is for speed; how it ends decides nothing where others follow.
    if (pass > 1 || passes === 1) {
      const ended = await waitForEndings(going, { ...options, client }, { pass, passes });
      endings.push(...ended);
      going = ended.filter(isWell).map(({ receipt }) => receipt);
    }
    left = going.flatMap((receipt) => receipt.tags);
    leftDirectories = going.flatMap((receipt) => receipt.directories ?? []);
  }
  return {
    settled: new Set(left),
    settledDirectories: new Set(leftDirectories),
    receipts,
    endings: endings.map(({ status }) => status),
    problems: [...new Set([...receipts.flatMap(refusal), ...endings.flatMap(failure)])],
  };
}

/** @throws FreshtagError `INVALID_OPTION` */
export function checkPassOptions(options: PassOptions): void {
  const { secondPassDelayMs = 0, edgeLayers = 1 } = options;
  if (secondPassDelayMs !== false)
    checkMilliseconds('secondPassDelayMs', secondPassDelayMs, { or: ', or false' });
  if (!Number.isInteger(edgeLayers) || edgeLayers < 1 || edgeLayers > 5) {
    throw invalidOption('edgeLayers', edgeLayers, 'a whole number from 1 to 5');
  }
  checkCompletionOptions(options);
}

type Ending = Awaited<ReturnType<typeof waitForCompletion>>[number];

function reportCalls(
  { onReceipt, onProgress }: RefreshInPassesOptions,
  pass: number,
  passes: number,
): NonNullable<RefreshOptions['onReceipt']> {
  return (receipt, progress) => {
    onReceipt?.(receipt, progress);
    onProgress?.({ pass, passes, step: 'calling', ...progress });
  };
}

function waitForEndings(
  accepted: readonly AcceptedReceipt[],
  options: RefreshInPassesOptions,
  at: { readonly pass: number; readonly passes: number },
): Promise<Ending[]> {
  return waitForCompletion(accepted, {
    ...options,
    onProgress: (percent) => options.onProgress?.({ ...at, step: 'completing', percent }),
    onCompletion: (completion) => {
      if (at.pass === at.passes && isWell(completion)) options.onSettled?.(completion.receipt);
    },
  });
}

function isWell({ status }: Ending): boolean {
  return status === 'complete' || status === 'settled';
}

function refusal(receipt: Receipt): string[] {
  return receipt.outcome === 'accepted' ? [] : [receipt.error.message];
}

function failure({ receipt, status, description = 'no reason given', error }: Ending): string[] {
  const tasks = receipt.taskIds.join(', ');
  if (error !== undefined)
    return [`How task ${tasks} ended could not be asked (${error.code}): ${error.message}`];
  if (status === 'failed') return [`Task ${tasks} failed at the edge: ${description}.`];
  return status === 'unfinished' ? [`Task ${tasks} did not end in the time allowed.`] : [];
}
