import type { Receipt } from '../refresh/receipt.ts';
import { createBlocks, forEachAtOnce, unlessAborted, type Blocks } from './blocks.ts';
import type { Carrier } from './carrier.ts';
import { askForEndings, type Ending } from './endings.ts';
import type { Batch, BatchCall, BatchStep, Problem } from './outbox.ts';
import type { Verdict } from './verdict.ts';

/**
 * Takes claimed batches one step further: makes the call of the next pass, or asks how the last one
 * ended. When it is stopped, what was not begun stays as it is, and due.
 */
export async function carryBatches(
  batches: readonly Batch[],
  holder: string,
  carrier: Carrier,
): Promise<void> {
  const completing = batches.filter(({ state }) => state === 'completing');
  const passing = batches.filter(({ state }) => state === 'passing');
  const blocks = createBlocks(carrier.blocked());
  const step: Step = async (batch, change) => {
    const kept = await carrier.store.step(holder, batch.id, { ...asItIs(batch), ...change });
    if (!kept) carrier.leaseLost();
  };
  const endings = await askForEndings(completing, carrier).catch(unlessAborted(carrier.signal));
  for (const batch of completing)
    await step(
      batch,
      endings === undefined ? {} : afterEnding(batch, endings.get(batch.id), carrier),
    );
  await forEachAtOnce(passing, carrier.packing.limits.maxCallsPerSecond, async (batch) => {
    if (!carrier.mayBegin()) return step(batch, {});
    return step(batch, await makePass(batch, blocks, carrier));
  });
}

type Step = (batch: Batch, change: Partial<BatchStep>) => Promise<void>;

function asItIs({ state, pass, attempts, calls, problem }: Batch): BatchStep {
  return { state, pass, attempts, calls, problem, waitMs: 0 };
}

async function makePass(
  batch: Batch,
  blocks: Blocks,
  carrier: Carrier,
): Promise<Partial<BatchStep>> {
  const { domain, tags, force, pass } = batch;
  const block = blocks.of(domain);
  if (block !== undefined) return afterVerdict(batch, block, carrier);
  const { directories } = batch;
  const sent = carrier.send({ domain, tags, force, directories });
  const receipts = await sent.catch(unlessAborted(carrier.signal));
  if (receipts === undefined) return {};
  const refused = receipts.find((receipt) => receipt.outcome !== 'accepted');
  if (refused !== undefined) {
    const verdict = carrier.judge(refused.error, batch.attempts);
    blocks.add(domain, verdict);
    return afterVerdict(batch, verdict, carrier);
  }
  const made = receipts.flatMap((receipt) => toCall(receipt, pass));
  const requestId = made.map((call) => call.requestId).join(', ');
  carrier.report({ type: 'accepted', pass, domain, tags: tags.length, rows: 0, requestId });
  const calls = [...batch.calls, ...made];
  // Its task may fail as the one before: only the end of a pass shows that it goes well.
  return {
    state: 'completing',
    calls,
    problem: undefined,
    waitMs: carrier.pollIntervalMs,
  };
}

function toCall(receipt: Receipt, pass: number): BatchCall[] {
  if (receipt.outcome !== 'accepted') return [];
  const { atMs, requestId, taskIds } = receipt;
  return [{ pass, atMs, requestId, taskIds, waitedMs: 0 }];
}

function afterVerdict(
  { domain, tags, pass, attempts }: Batch,
  verdict: Verdict,
  { report }: Carrier,
): Partial<BatchStep> {
  const { problem } = verdict;
  const about = { pass, domain, tags: tags.length, problem };
  if (verdict.action === 'park') {
    report({ type: 'parked', ...about });
    return { state: 'parked', problem };
  }
  const { waitMs, failed } = verdict;
  report({ type: 'waiting', ...about, waitMs });
  return { waitMs, problem, attempts: attempts + Number(failed) };
}

function afterEnding(
  batch: Batch,
  ending: Ending | undefined,
  carrier: Carrier,
): Partial<BatchStep> {
  const { pass, domain, tags } = batch;
  const { passes, pollIntervalMs, secondPassDelayMs } = carrier;
  if (ending === undefined) {
    const calls = markCalls(batch, (call) => ({
      ...call,
      waitedMs: call.waitedMs + pollIntervalMs,
    }));
    return { calls, waitMs: pollIntervalMs };
  }
  if (ending.status === 'unknown')
    return afterVerdict(batch, carrier.judge(ending.error, batch.attempts), carrier);
  const { status } = ending;
  const calls = markCalls(batch, (call) => ({ ...call, ending: status }));
  if (status === 'failed' || status === 'unfinished')
    return afterFailure({ ...batch, calls }, ending.problem, carrier);
  if (pass < passes)
    return {
      state: 'passing',
      pass: pass + 1,
      calls,
      attempts: 0,
      problem: undefined,
      waitMs: secondPassDelayMs,
    };
  const state = calls.some((call) => call.ending === 'settled') ? 'settled' : 'complete';
  carrier.report({ type: 'completed', batchId: batch.id, state, domain, tags: tags.length });
  return { state, calls, attempts: 0, problem: undefined };
}

/** The same pass again; how often a task may fail is bounded, since each call counts in the quota. */
function afterFailure(batch: Batch, problem: Problem, carrier: Carrier): Partial<BatchStep> {
  const { calls, attempts, pass, domain, tags } = batch;
  const about = { pass, domain, tags: tags.length, problem };
  const tasksFailed = calls.filter((call) => call.pass === pass && isBad(call.ending)).length;
  // Calls that failed count as attempts too, and a redrive begins to count anew.
  if (Math.min(attempts + 1, tasksFailed) >= carrier.maxFailures) {
    carrier.report({ type: 'parked', ...about });
    return { state: 'parked', calls, problem };
  }
  const waitMs = carrier.backoffMs(attempts + 1);
  carrier.report({ type: 'waiting', ...about, waitMs });
  return { state: 'passing', calls, attempts: attempts + 1, problem, waitMs };
}

function isBad(ending: BatchCall['ending']): boolean {
  return ending === 'failed' || ending === 'unfinished';
}

/** The calls of the pass that is under way and whose end is not known. */
function markCalls(batch: Batch, mark: (call: BatchCall) => BatchCall): BatchCall[] {
  return batch.calls.map((call) =>
    call.pass === batch.pass && call.ending === undefined ? mark(call) : call,
  );
}
