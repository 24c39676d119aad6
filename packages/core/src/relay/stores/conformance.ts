import type { Clock } from '../../clock.ts';
import { BATCH_CASES } from './conformance-batches.ts';
import { DISCARD_CASES } from './conformance-discard.ts';
import { HISTORY_CASES } from './conformance-history.ts';
import { LEASE_CASES } from './conformance-leases.ts';
import { PROBE_CASES } from './conformance-probes.ts';
import { ROW_CASES } from './conformance-rows.ts';
import { ManualClock, type OutboxPlace, type OutboxStoreCase } from './conformance-support.ts';
import { TURN_CASES } from './conformance-turns.ts';

/**
 * What every outbox store must do.
 *
 * @param createPlace makes an empty place for each case, whose stores take the time from the clock
 */
export function outboxStoreCases(
  createPlace: (clock: Pick<Clock, 'now'>) => OutboxPlace | Promise<OutboxPlace>,
): OutboxStoreCase[] {
  return [
    ...ROW_CASES,
    ...LEASE_CASES,
    ...BATCH_CASES,
    ...HISTORY_CASES,
    ...DISCARD_CASES,
    ...PROBE_CASES,
    ...TURN_CASES,
  ].map(([title, run]) => ({
    title,
    run: async () => {
      const clock = new ManualClock();
      const place = await createPlace(clock);
      try {
        await run({ open: place.open, clock });
      } finally {
        await place.close?.();
      }
    },
  }));
}
