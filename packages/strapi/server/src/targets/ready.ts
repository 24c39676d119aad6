import type { CarriedStore, ClaimedRow } from '@freshtag/core/relay';

import type { Stage } from '../outbox/stages.ts';

/** Longest from the first to the last insert of one change. */
const ONE_CHANGE_MS = 10_000;
/** How long rows wait until it is looked again whether they may be carried. */
const LOOK_AGAIN_MS = 1000;
const OPEN = ['waiting', 'passing', 'completing', 'parked'] as const;

/**
 * The store of a stage, which lends its rows only when those of the stages before are complete that were
 * appended with them or earlier; what was refreshed before that would be filled with old content again.
 */
export function createOrderedStore({ store, before }: Stage): CarriedStore {
  if (before.length === 0) return store;
  return {
    ...store,
    claim: async (lease) => {
      const rows = await store.claim(lease);
      const ready = await countReady(rows, before);
      const early = rows.slice(ready).map(({ id }) => id);
      if (early.length > 0)
        await store.failUntil(lease.holder, early, { waitMs: LOOK_AGAIN_MS, failed: false });
      return rows.slice(0, ready);
    },
  };
}

/** How many of the rows, oldest first, wait for nothing any more. */
async function countReady(rows: readonly ClaimedRow[], before: readonly Stage[]): Promise<number> {
  const times = rows.map(({ appendedAtMs }) => appendedAtMs);
  const sinceMs = Math.min(...times) - ONE_CHANGE_MS;
  let [ready, blocked] = [0, rows.length + 1];
  let next = rows.length;
  while (ready < blocked - 1) {
    const untilMs = Math.max(...times.slice(0, next)) + 1;
    if (await isAnyOpen(before, { sinceMs, untilMs })) blocked = next;
    else ready = next;
    next = Math.floor((ready + blocked) / 2);
  }
  return ready;
}

async function isAnyOpen(
  stages: readonly Stage[],
  span: Readonly<{ sinceMs: number; untilMs: number }>,
): Promise<boolean> {
  for (const { store } of stages)
    for (const state of OPEN)
      if ((await store.history({ ...span, state, limit: 1 })).length > 0) return true;
  return false;
}
