import { carryChannel, type CarryMessage } from '../channels.ts';
import type { Clock } from '../clock.ts';
import { carryBatches } from './batches.ts';
import type { Carrier } from './carrier.ts';
import { widenWindow } from './ladder.ts';
import { newHolder, whileHeld } from './lease.ts';
import type { RelaySettings } from './options.ts';
import type { Waiting } from './outbox.ts';
import { carryRows } from './round.ts';
import { closesInMs } from './window.ts';

/** What a relay does again and again. Each resolves to how long the next turn can wait, in milliseconds. */
export interface Turns {
  /** Carries the rows whose window has closed. */
  readonly rows: () => Promise<number>;
  /** Makes the passes that are due, and asks how calls ended. */
  readonly batches: () => Promise<number>;
}

const MOST_BATCHES = 100;

export function createTurns(carrier: Carrier, settings: RelaySettings, clock: Clock): Turns {
  const { store, signal } = carrier;
  const { name, leaseMs, lookMs, claimLimit } = settings;
  const closesIn = createWindow(carrier, settings);
  const carry = (
    { holder, ...message }: CarryMessage & { readonly holder: string },
    work: (held: Carrier) => Promise<void>,
  ): Promise<void> =>
    whileHeld(holder, { store, leaseMs, clock, signal }, (lease) => {
      const mayBegin = (): boolean => lease.is() && carrier.mayBegin();
      const leaseLost = (): void => {
        lease.lose();
        carrier.leaseLost();
      };
      return carryChannel.tracePromise(() => work({ ...carrier, mayBegin, leaseLost }), message);
    });
  return {
    rows: async () => {
      // Somebody may lift it, so it is not slept through.
      const block = carrier.blocked();
      if (block?.action === 'wait') return Math.min(block.waitMs, lookMs);
      const waiting = await store.waiting();
      if (waiting.rows === 0) return lookMs;
      const closesMs = closesIn(waiting);
      if (closesMs > 0) return Math.min(closesMs, lookMs);
      const holder = newHolder(name);
      const rows = await store.claim({ holder, leaseMs, limit: claimLimit });
      if (rows.length === 0) return lookMs;
      await carry({ holder, rows: rows.length, batches: 0 }, (held) =>
        carryRows(rows, holder, held),
      );
      return 0;
    },
    batches: async () => {
      const holder = newHolder(name);
      const batches = await store.claimBatches({ holder, leaseMs, limit: MOST_BATCHES });
      if (batches.length === 0) return lookMs;
      await carry({ holder, rows: 0, batches: batches.length }, (held) =>
        carryBatches(batches, holder, held),
      );
      return 0;
    },
  };
}

/** When the window closes, which the ladder may widen: said once for each. */
function createWindow(
  { packing, report }: Carrier,
  { window, ladder }: RelaySettings,
): (waiting: Waiting) => number {
  let isWide = false;
  return (waiting) => {
    const wide = widenWindow(waiting, window, ladder, packing.limits.maxTagsPerCall);
    const closesMs = closesInMs(waiting, wide);
    const isLate = closesMs > 0 && closesInMs(waiting, window) <= 0;
    if (isLate && !isWide) {
      const cost = `${waiting.rows} rows wait for up to ${wide.maxMs} ms, so that more of them ask for the same`;
      report({ type: 'degraded', step: 'wider-window', cost });
    }
    isWide = isLate;
    return closesMs;
  };
}
