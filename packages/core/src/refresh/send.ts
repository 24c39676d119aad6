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
    const block = blocks.find(({ domain }) => domain === undefined || domain === planned.domain);
    const made =
      block === undefined
        ? await sendOne(planned, call, signal)
        : [{ outcome: 'not-sent' as const, ...planned, error: block.error }];
    receipts.push(...made);
    for (const receipt of made) {
      if (receipt.outcome === 'refused') blocks.push(...blockOf(receipt.error, receipt.domain));
      onReceipt?.(receipt, { done: index + 1, total: calls.length });
    }
  }
  return receipts;
}

/** One call; or, if one of its tags can be the reason why it was refused, the calls of its parts. */
async function sendOne(
  planned: PlannedCall,
  call: Caller,
  signal: AbortSignal | undefined,
): Promise<Receipt[]> {
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
    if (error !== undefined && (error.recovery !== 'split' || tagsAreInnocent(receipts))) {
      return [...receipts, ...notSent(planned, waiting.flat(), error)];
    }
  }
  return receipts;
}

function tagsAreInnocent(receipts: readonly CalledReceipt[]): boolean {
  return receipts.length >= MAX_CULPRITS && receipts.every(({ outcome }) => outcome === 'refused');
}

function notSent(planned: PlannedCall, tags: readonly string[], error: FreshtagError): Receipt[] {
  return tags.length === 0 ? [] : [{ outcome: 'not-sent', ...planned, tags, error }];
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
