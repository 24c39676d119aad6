import { variantOf } from '../http/vary.ts';
import type { Arrival, AskingContext } from './asking.ts';
import type { Filled } from './fill.ts';
import { Spool } from './spool.ts';

/** Lets all who wait read along while the body goes into the store. */
export function fill(arrival: Arrival, context: AskingContext): Filled {
  const { request, answer, arrivedAtMs, controller } = arrival;
  const { budget, maxObjectBytes } = context;
  const charge = { bytes: 0 };
  const giveBack = (): void => {
    budget.giveBack(charge.bytes);
    charge.bytes = 0;
  };
  const spool = new Spool({
    lengthBytes: answer.body.lengthBytes,
    maxLagBytes: maxObjectBytes,
    onAbandoned: () => {
      controller.abort();
      answer.body.cancel();
    },
    // Until its slowest reader is done, all of it stays in memory.
    onDrained: giveBack,
  });
  const mayKeep = (bytes: number): boolean => {
    if (spool.sizeBytes + bytes > maxObjectBytes || !budget.take(bytes)) return false;
    charge.bytes += bytes;
    return true;
  };
  const variant = variantOf(answer.policy.vary, request.headers);
  // Before anything flows: a spool that nobody reads forgets what it need not store.
  const lead = spool.open();
  void spoolInto(spool, arrival, { mayKeep, giveBack, store: () => put(spool, arrival, context) });
  return { kind: 'shared', answer: { ...answer, body: lead }, variant, arrivedAtMs, spool };
}

interface Spooling {
  /** Whether there is room for so many bytes more, which are charged then. */
  readonly mayKeep: (bytes: number) => boolean;
  readonly giveBack: () => void;
  readonly store: () => void;
}

/** Never rejects: readers of the spool hear of what goes wrong. */
async function spoolInto(
  spool: Spool,
  { answer, onDone, report }: Arrival,
  { mayKeep, giveBack, store }: Spooling,
): Promise<void> {
  try {
    for await (const received of answer.body.read()) {
      const chunk = ownBytes(received);
      if (spool.keeps && !mayKeep(chunk.length)) {
        onDone();
        giveBack();
        spool.letGo();
      }
      await spool.append(chunk);
    }
    if (spool.keeps) store();
    else report('passed', answer);
    spool.end();
  } catch (error) {
    report('failed', answer);
    spool.fail(error);
  } finally {
    onDone();
  }
}

function put(
  spool: Spool,
  { request, answer, arrivedAtMs, report }: Arrival,
  context: AskingContext,
) {
  const { policy, status, headers, ageMs, fetchedAtMs } = answer;
  context.catchUp();
  const stored = context.store.put(
    {
      domain: request.domain,
      path: request.path,
      vary: policy.vary,
      variant: variantOf(policy.vary, request.headers),
      status,
      headers,
      storedAtMs: arrivedAtMs,
      fetchedAtMs,
      ageMs,
      lifetimeSeconds: policy.lifetimeSeconds,
    },
    policy.tags,
    spool.chunks,
  );
  report(stored ? 'stored' : 'passed', answer);
}

/** A chunk off the wire is a piece of a larger buffer, which would stay as long as the chunk does. */
function ownBytes(chunk: Buffer): Buffer {
  if (chunk.buffer.byteLength === chunk.length) return chunk;
  const own = Buffer.allocUnsafeSlow(chunk.length);
  chunk.copy(own);
  return own;
}
