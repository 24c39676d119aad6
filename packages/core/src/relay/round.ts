import { crypto } from '../crypto.ts';
import type { AcceptedReceipt, Receipt } from '../refresh/receipt.ts';
import type { Carrier } from './carrier.ts';
import { createBlocks, forEachAtOnce, unlessAborted } from './blocks.ts';
import { climbDown } from './ladder.ts';
import type { Batch, ClaimedRow } from './outbox.ts';
import { packWork, uniteRows, type RowCall } from './unite.ts';
import type { Verdict } from './verdict.ts';

/**
 * Carries claimed rows to the cloud: every one of them is accepted, waits for a later attempt, or is
 * parked. When it is stopped, what was not called is given back.
 */
export async function carryRows(
  rows: readonly ClaimedRow[],
  holder: string,
  carrier: Carrier,
): Promise<void> {
  const { report, packing } = carrier;
  const calls = uniteRows(rows)
    .flatMap((work) => climbDown(work, packWork(work, packing), carrier))
    .toSorted((a, b) => oldestOf(a) - oldestOf(b));
  const tags = calls.reduce((sum, call) => sum + call.tags.length, 0);
  report({ type: 'claimed', rows: rows.length, tags, calls: calls.length });
  const blocks = createBlocks(carrier.blocked());
  await forEachAtOnce(calls, packing.limits.maxCallsPerSecond, async (call) => {
    const block = carrier.mayBegin() ? blocks.of(call.domain) : GIVE_BACK;
    if (block === undefined) await carryCall(call, holder, { ...carrier, blocks });
    else
      await giveUp(
        call.rows.map(({ row }) => row),
        call,
        { holder, verdict: block, carrier },
      );
  });
}

const GIVE_BACK = { action: 'wait', waitMs: 0, failed: false, scope: 'all' } as const;

function oldestOf(call: RowCall): number {
  return call.rows.reduce((least, { row }) => Math.min(least, row.id), Infinity);
}

type Blocking = Carrier & { readonly blocks: ReturnType<typeof createBlocks> };

async function carryCall(call: RowCall, holder: string, carrier: Blocking): Promise<void> {
  const receipts = await carrier.send(call).catch(unlessAborted(carrier.signal));
  if (receipts === undefined) {
    const rows = call.rows.map(({ row }) => row);
    return giveUp(rows, call, { holder, verdict: GIVE_BACK, carrier });
  }
  const { accepted, refused } = sortRows(call, receipts);
  // What was accepted is told first: it must not be done again if the rest cannot be told.
  await accept(accepted, call, { holder, receipts, carrier });
  for (const [receipt, rows] of refused) {
    const attempts = rows.reduce((most, row) => Math.max(most, row.attempts), 0);
    const verdict = judgeReceipt(receipt, attempts, carrier);
    carrier.blocks.add(call.domain, verdict);
    await giveUp(rows, call, { holder, verdict, carrier });
  }
}

type Refused = Exclude<Receipt, AcceptedReceipt>;

/** A row is accepted when all that it needs is; else it goes with the first receipt that is not. */
function sortRows(
  { rows, directories }: RowCall,
  receipts: readonly Receipt[],
): { readonly accepted: ClaimedRow[]; readonly refused: Map<Refused, ClaimedRow[]> } {
  const refusals = new Map<string, Refused>();
  for (const receipt of receipts)
    if (receipt.outcome !== 'accepted') for (const tag of receipt.tags) refusals.set(tag, receipt);
  const ofAll = directories && receipts.find((receipt) => receipt.outcome !== 'accepted');
  const accepted: ClaimedRow[] = [];
  const refused = new Map<Refused, ClaimedRow[]>();
  for (const { row, needs } of rows) {
    const tag = needs.find((needed) => refusals.has(needed));
    const refusal = tag === undefined ? ofAll : refusals.get(tag);
    const same = refusal && refused.get(refusal);
    if (refusal === undefined) accepted.push(row);
    else if (same === undefined) refused.set(refusal, [row]);
    else same.push(row);
  }
  return { accepted, refused };
}

/** Tags that were left out after others had been refused one by one may be good ones. */
function judgeReceipt({ outcome, error }: Refused, attempts: number, carrier: Carrier): Verdict {
  const verdict = carrier.judge(error, attempts);
  const isUntried = outcome === 'not-sent' && error.recovery === 'split';
  if (!isUntried || attempts + 1 >= carrier.maxFailures) return verdict;
  const { problem, scope } = verdict;
  return { action: 'wait', waitMs: 0, failed: true, problem, scope };
}

async function accept(
  rows: readonly ClaimedRow[],
  { domain, force, directories }: RowCall,
  {
    holder,
    receipts,
    carrier,
  }: {
    readonly holder: string;
    readonly receipts: readonly Receipt[];
    readonly carrier: Carrier;
  },
): Promise<void> {
  if (rows.length === 0) return;
  const parts = receipts.filter((receipt) => receipt.outcome === 'accepted');
  const tags = parts.flatMap((receipt) => receipt.tags);
  const batch = { ...firstBatch(parts, carrier), domain, force, tags, directories };
  const kept = await carrier.store.accept(
    holder,
    rows.map((row) => row.id),
    batch,
  );
  if (kept < rows.length) carrier.leaseLost();
  const requestId = parts.map((receipt) => receipt.requestId).join(', ');
  const oldestAgeMs = carrier.ageOf(rows);
  carrier.report({
    type: 'accepted',
    pass: 1,
    domain,
    tags: tags.length,
    rows: kept,
    requestId,
    oldestAgeMs,
  });
}

function firstBatch(
  parts: readonly AcceptedReceipt[],
  { passes, secondPassDelayMs, pollIntervalMs }: Carrier,
): Omit<Batch, 'domain' | 'force' | 'tags'> & { readonly waitMs: number } {
  const calls = parts.map(({ atMs, requestId, taskIds }) => ({
    pass: 1,
    atMs,
    requestId,
    taskIds,
    waitedMs: 0,
  }));
  const begun = { id: crypto().randomUUID(), attempts: 0, calls };
  // The first pass is for speed; how it ends decides nothing where others follow.
  return passes === 1
    ? { ...begun, state: 'completing', pass: 1, waitMs: pollIntervalMs }
    : { ...begun, state: 'passing', pass: 2, waitMs: secondPassDelayMs };
}

type GivenUp = Verdict | typeof GIVE_BACK;

async function giveUp(
  rows: readonly ClaimedRow[],
  { domain, tags }: RowCall,
  {
    holder,
    verdict,
    carrier: { store, report, leaseLost },
  }: { readonly holder: string; readonly verdict: GivenUp; readonly carrier: Carrier },
): Promise<void> {
  const ids = rows.map((row) => row.id);
  const about = { pass: 1, domain, tags: Math.min(tags.length, rows.length) };
  if (verdict.action === 'park') {
    await store.park(holder, ids, verdict.problem);
    report({ type: 'parked', ...about, problem: verdict.problem });
    return;
  }
  const kept = await store.failUntil(holder, ids, verdict);
  if (kept < ids.length) leaseLost();
  if ('problem' in verdict)
    report({ type: 'waiting', ...about, waitMs: verdict.waitMs, problem: verdict.problem });
}
