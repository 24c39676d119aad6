import { refreshChannel } from '../channels.ts';
import { systemClock, type Clock } from '../clock.ts';
import { createDcdnClient, type DcdnClient, type DcdnClientOptions } from '../dcdn/client.ts';
import { parseTags } from '../tags/grammar.ts';
import { withOverflowTags } from '../tags/names.ts';
import { createCaller } from './caller.ts';
import { checkDomains } from './domain.ts';
import { resolveLimits, type RefreshLimits } from './limits.ts';
import { packTags } from './pack.ts';
import type { Receipt } from './receipt.ts';
import { resolveRetry, type RetryOptions } from './retry.ts';
import { sendAll } from './send.ts';

/** How and where to refresh. */
export interface RefreshOptions extends Omit<DcdnClientOptions, 'maxCallsPerSecond'> {
  /** Accelerated domain name, no wildcard; or several. */
  readonly domain: string | readonly string[];
  /** `true`, the default: the edge fetches anew. `false`: it first asks whether `Last-Modified` moved. */
  readonly force?: boolean;
  /**
   * Also refresh the overflow tag `type:*` of every type, which stands on responses with more tags
   * than fit. Default `true`; only a caller who knows what each response carries should say `false`.
   */
  readonly includeOverflow?: boolean;
  readonly limits?: Partial<RefreshLimits>;
  readonly retry?: RetryOptions;
  /** Source of jitter: a number from 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Makes the calls instead of a client of the refresh's own, which the client options describe. */
  readonly client?: DcdnClient;
  readonly signal?: AbortSignal;
  /**
   * Called with each receipt, as soon as it is certain: also with those of the parts of a call that is
   * taken apart. What it was told is all there is when the refresh is aborted.
   */
  readonly onReceipt?: (
    receipt: Receipt,
    progress: { readonly done: number; readonly total: number },
  ) => void;
}

/** What may differ from one refresh to the next of one refresher. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onReceipt?: RefreshOptions['onReceipt'];
}

/** One call that a refresh would make. */
export interface PlannedCall {
  readonly domain: string;
  readonly tags: readonly string[];
  readonly force: boolean;
}

/**
 * Refreshes tags in as few calls as the limits allow, no faster than the account's rate. What may
 * pass is tried again. What cannot pass becomes a receipt that says why, and the calls after it are
 * still made, unless it shows that they could not pass either: a wrong key stops all, a wrong
 * domain the calls for that domain. A batch that is refused because of one of its tags is taken
 * apart until that tag is alone.
 *
 * @returns a receipt for each call; together they have every tag for every domain exactly once
 * @throws FreshtagError `INVALID_TAG`, `INVALID_OPTION`, `NO_CREDENTIALS`, before anything is sent;
 *   the signal's reason when aborted
 */
export async function refresh(tags: Iterable<string>, options: RefreshOptions): Promise<Receipt[]> {
  return createRefresher(options)(tags, options);
}

/**
 * The calls that a refresh would make, without making any. Needs no credentials.
 * @throws FreshtagError `INVALID_TAG`, `INVALID_OPTION`
 */
export function planCalls(
  tags: Iterable<string>,
  options: Omit<RefreshOptions, 'client'> & { readonly endpoint: string },
): PlannedCall[] {
  const limits = resolveLimits(options.limits);
  const force = options.force ?? true;
  const parsed = parseTags(tags);
  const wanted = options.includeOverflow === false ? parsed : withOverflowTags(parsed);
  return checkDomains(options.domain).flatMap((domain) =>
    packTags(wanted, { endpoint: options.endpoint, domainName: domain, force }, limits).map(
      (callTags) => ({ domain, tags: callTags, force }),
    ),
  );
}

/** The same with one client and one pace for many refreshes; options are checked at once. */
export function createRefresher(
  options: Omit<RefreshOptions, keyof RunOptions>,
): (tags: Iterable<string>, run?: RunOptions) => Promise<Receipt[]> {
  const domains = checkDomains(options.domain);
  const limits = resolveLimits(options.limits);
  const retry = resolveRetry(options.retry);
  const clock: Clock = options.clock ?? systemClock;
  const { maxCallsPerSecond } = limits;
  const client = options.client ?? createDcdnClient({ ...options, maxCallsPerSecond });
  const random = options.random ?? Math.random;
  const call = createCaller({ client, clock, retry, random });

  return async (tags, run = {}) => {
    const calls = planCalls(tags, { ...options, endpoint: client.endpoint });
    const message = {
      domains,
      tags: calls.reduce((sum, planned) => sum + planned.tags.length, 0),
      force: options.force ?? true,
    };
    return refreshChannel.tracePromise(() => sendAll(calls, call, run), message);
  };
}
