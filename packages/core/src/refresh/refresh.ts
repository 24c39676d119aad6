import { systemClock, type Clock } from '../clock.ts';
import { createDcdnClient, type DcdnClient, type DcdnClientOptions } from '../dcdn/client.ts';
import { refreshObjectCacheByCacheTag } from '../dcdn/refresh-by-cache-tag.ts';
import { FreshtagError, invalidOption, isFreshtagError } from '../errors.ts';
import { parseTags } from '../tags/grammar.ts';
import { withOverflowTags } from '../tags/names.ts';
import { resolveLimits, type RefreshLimits } from './limits.ts';
import { createPace } from './pace.ts';
import { packTags } from './pack.ts';

/** How and where to refresh. */
export interface RefreshOptions extends DcdnClientOptions {
  /** Accelerated domain name, no wildcard. */
  readonly domain: string;
  /** `true`, the default: the edge fetches anew. `false`: it first asks whether `Last-Modified` moved. */
  readonly force?: boolean;
  /**
   * Also refresh the overflow tag `type:*` of every type, which stands on responses with more tags
   * than fit. Default `true`; only a caller who knows what each response carries should say `false`.
   */
  readonly includeOverflow?: boolean;
  readonly limits?: Partial<RefreshLimits>;
  readonly signal?: AbortSignal;
  /** Called after each call, accepted or not. */
  readonly onReceipt?: (
    receipt: Receipt,
    progress: { readonly done: number; readonly total: number },
  ) => void;
}

/** What became of one call. Accepted is not complete: see `waitForCompletion`. */
export type Receipt = AcceptedReceipt | RefusedReceipt;

export interface AcceptedReceipt {
  readonly outcome: 'accepted';
  readonly domain: string;
  readonly tags: readonly string[];
  readonly force: boolean;
  /** When the call was made, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly requestId: string;
  readonly taskIds: readonly string[];
}

export interface RefusedReceipt {
  readonly outcome: 'refused';
  readonly domain: string;
  readonly tags: readonly string[];
  readonly force: boolean;
  readonly atMs: number;
  readonly error: FreshtagError;
}

/**
 * Refreshes tags in as few calls as the limits allow, no faster than the account's rate. A call that
 * fails becomes a receipt that says so, and the calls after it are still made.
 *
 * @returns one receipt a call, in order; none for no tags
 * @throws FreshtagError `INVALID_TAG`, `INVALID_OPTION`, `NO_CREDENTIALS`, before anything is sent;
 *   the signal's reason when aborted
 */
export async function refresh(tags: Iterable<string>, options: RefreshOptions): Promise<Receipt[]> {
  return createRefresher(options)(tags, options);
}

/** What may differ from one refresh to the next of one refresher. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onReceipt?: RefreshOptions['onReceipt'];
}

/** The same with one client and one pace for many refreshes; options are checked at once. */
export function createRefresher(
  options: Omit<RefreshOptions, keyof RunOptions>,
): (tags: Iterable<string>, run?: RunOptions) => Promise<Receipt[]> {
  const domainName = checkDomain(options.domain);
  const limits = resolveLimits(options.limits);
  const clock = options.clock ?? systemClock;
  const client = createDcdnClient(options);
  const force = options.force ?? true;
  const waitForTurn = createPace(limits.maxCallsPerSecond, clock);

  return async (tags, { signal, onReceipt } = {}) => {
    const parsed = parseTags(tags);
    const wanted = options.includeOverflow === false ? parsed : withOverflowTags(parsed);
    const frame = { endpoint: client.endpoint, domainName, force };
    const calls = packTags(wanted, frame, limits);
    const receipts: Receipt[] = [];
    for (const callTags of calls) {
      await waitForTurn(signal);
      const receipt = await makeCall(
        client,
        { domainName, cacheTags: callTags, force },
        clock,
        signal,
      );
      receipts.push(receipt);
      onReceipt?.(receipt, { done: receipts.length, total: calls.length });
    }
    return receipts;
  };
}

/** @throws FreshtagError `INVALID_OPTION` */
export function checkDomain(domain: unknown): string {
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  const ok =
    typeof domain === 'string' &&
    domain.length <= 253 &&
    new RegExp(`^(${label}\\.)+${label}$`, 'i').test(domain);
  if (!ok)
    throw invalidOption(
      'domain',
      domain,
      'one accelerated domain name without scheme, port and wildcard, like www.example.com',
    );
  return domain.toLowerCase();
}

async function makeCall(
  client: DcdnClient,
  parameters: {
    readonly domainName: string;
    readonly cacheTags: readonly string[];
    readonly force: boolean;
  },
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<Receipt> {
  const { domainName: domain, cacheTags: tags, force } = parameters;
  const base = { domain, tags, force, atMs: clock.now() };
  try {
    return {
      outcome: 'accepted',
      ...base,
      ...(await refreshObjectCacheByCacheTag(client, parameters, signal)),
    };
  } catch (error) {
    if (isFreshtagError(error)) return { outcome: 'refused', ...base, error };
    throw error;
  }
}
