import type { FreshtagError } from '../errors.ts';
import type { createCaller } from './caller.ts';
import type { Receipt } from './receipt.ts';
import type { PlannedCall, RunOptions } from './refresh.ts';

type Caller = ReturnType<typeof createCaller>;
type CalledReceipt = Awaited<ReturnType<Caller>>;

/** So many single tags refused, and none accepted: the tags are not the cause. */
const MAX_CULPRITS = 3;

/** Makes calls one after the other, leaving out those that cannot pass any more. */
export async function sendAll(
  calls: readonly PlannedCall[],
  call: Caller,
  { signal, onReceipt }: RunOptions,
): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  const blocks: { readonly domain: string | undefined; readonly error: FreshtagError }[] = [];
  for (const [index, planned] of calls.entries()) {
    const keep: Keep = (receipt, isLast) => {
      receipts.push(receipt);
      if (receipt.outcome === 'refused') blocks.push(...blockOf(receipt.error, receipt.domain));
      onReceipt?.(receipt, { done: isLast ? index + 1 : index, total: calls.length });
    };
    const block = blocks.find(({ domain }) => domain === undefined || domain === planned.domain);
    if (block === undefined) await sendOne(planned, { call, keep, signal });
    else keep({ outcome: 'not-sent', ...planned, error: block.error }, true);
  }
  return receipts;
}

/** Takes each receipt as soon as it is certain: what comes after it may be interrupted. */
type Keep = (receipt: Receipt, isLast: boolean) => void;

interface Sending {
  readonly call: Caller;
  readonly keep: Keep;
  readonly signal: AbortSignal | undefined;
}

/** One call; or, if one of its tags can be the reason why it was refused, the calls of its parts. */
async function sendOne(planned: PlannedCall, { call, keep, signal }: Sending): Promise<void> {
  const receipts: CalledReceipt[] = [];
  const waiting: (readonly string[])[] = [planned.tags];
  for (let tags = waiting.shift(); tags !== undefined; tags = waiting.shift()) {
    const { domain: domainName, force } = planned;
    const receipt = await call({ domainName, cacheTags: tags, force }, signal);
    const canSplit = receipt.outcome === 'refused' && receipt.error.recovery === 'split';
    if (canSplit && tags.length > 1) {
      const middle = Math.ceil(tags.length / 2);
      waiting.unshift(tags.slice(0, middle), tags.slice(middle));
      continue;
    }
    receipts.push(receipt);
    const { error } = { error: undefined, ...receipt };
    const inVain = error !== undefined && (error.recovery !== 'split' || tagsAreInnocent(receipts));
    keep(receipt, waiting.length === 0);
    if (!inVain || waiting.length === 0) continue;
    keep({ outcome: 'not-sent', ...planned, tags: waiting.flat(), error }, true);
    return;
  }
}

function tagsAreInnocent(receipts: readonly CalledReceipt[]): boolean {
  return receipts.length >= MAX_CULPRITS && receipts.every(({ outcome }) => outcome === 'refused');
}

/** Which other calls cannot pass after this error: none, those for the domain, or all. */
function blockOf(
  error: FreshtagError,
  domain: string,
): { readonly domain: string | undefined; readonly error: FreshtagError }[] {
  if (error.recovery === 'split' || error.code === 'API_REFUSED') return [];
  const ofDomain = error.code === 'DOMAIN_REFUSED' || error.code === 'QUEUE_FULL';
  return [{ domain: ofDomain ? domain : undefined, error }];
}
