import assert from 'node:assert/strict';

import { newChange } from '../new-change.ts';
import type { OutboxStore, Problem } from '../outbox.ts';
import {
  acceptNew,
  assertSame,
  batchOf,
  complete,
  HOUR_MS,
  idsOf,
  leaseOf,
  REFUSED,
  rowOf,
  rowsOf,
  tagsOf,
  THROTTLED,
  type Case,
  type World,
} from './conformance-support.ts';

/** What every store must do with what a person gives up, or tries again, of one change. */
export const DISCARD_CASES: readonly Case[] = [
  ['gives up the rows of one change that are parked, and no others', discardsRows],
  ['gives up what is parked in a batch, and leaves in it what others need', discardsFromBatch],
  ['removes what was given up as it removes what has ended', prunesDiscarded],
  ['tries again what is stuck of one change', redrivesChange],
  ['gives up and tries again what shares a call, by several at once', actsAtOnce],
];

async function discardsRows({ open, clock }: World): Promise<void> {
  const store = await open();
  const [change, later] = [newChange(), newChange()];
  await store.append([
    rowOf('a', { change }),
    rowOf('b', { change, domain: 'b.example.com' }),
    rowOf('c', { change, force: false }),
    rowOf('other'),
    rowOf('waits', { change: later }),
  ]);
  await parkRows(store, 4, REFUSED);
  assert.equal(await store.discard(newChange()), 0);
  assert.equal(await store.discard(later), 0);
  const elsewhere = await open({ environment: 'preview' });
  assert.equal(await elsewhere.discard(change), 0);
  assert.equal(await store.discard(change), 3);
  assert.equal(await store.discard(change), 0);
  assertSame(tagsOf(await store.history({ state: 'discarded' })), ['c', 'b', 'a']);
  assertSame(tagsOf(await store.history({ state: 'parked' })), ['other']);
  const [entry] = await store.history({ changes: [change] });
  assertSame(entry?.problem, REFUSED);
  assertSame(entry?.batch?.calls, []);
  clock.move(HOUR_MS);
  assert.equal(await store.redrive(), 1);
  assertSame(tagsOf(await store.claim(leaseOf())), ['other', 'waits']);
  assertSame(await store.claimBatches(leaseOf()), []);
  assert.equal((await store.statistics()).parked, 0);
}

async function discardsFromBatch({ open, clock }: World): Promise<void> {
  const store = await open();
  const [one, two] = [newChange(), newChange()];
  const rows = [
    rowOf('a', { change: one }),
    rowOf('both', { change: one }),
    rowOf('both', { change: two }),
    rowOf('b', { change: two }),
  ];
  await acceptNew(store, rows, {
    ...batchOf('mixed', { tags: ['a', 'both', 'b', 'x:*'] }),
    waitMs: 0,
  });
  await acceptNew(store, [rowOf('c', { change: one })], { ...batchOf('own'), waitMs: 0 });
  await acceptNew(store, [rowOf('d', { change: one })], batchOf('fine'));
  await parkBatches(store, 2);
  assert.equal(await store.discard(one), 3);
  assertSame(tagsOf(await store.history({ state: 'discarded' })), ['c', 'both', 'a']);
  const [given] = await store.history({ tag: 'a' });
  assertSame(given?.problem, REFUSED);
  assertSame(given?.batch?.calls, batchOf('mixed').calls);
  const { parkedBatches, batches } = await store.statistics();
  assertSame({ parkedBatches, batches }, { parkedBatches: 1, batches: 1 });
  assert.equal(await store.redrive(), 1);
  const [again, ...more] = await store.claimBatches(leaseOf());
  assertSame([again?.id, again?.tags], ['mixed', ['both', 'b', 'x:*']]);
  assertSame(more, []);
  assertSame(tagsOf(await store.history({ changes: [two] })), ['b', 'both']);
  clock.move(HOUR_MS);
  const [fine] = await store.claimBatches(leaseOf({ limit: 1 }));
  assert.equal(fine?.id, 'fine');
}

async function prunesDiscarded({ open, clock }: World): Promise<void> {
  const store = await open();
  const change = newChange();
  await store.append([rowOf('a', { change }), rowOf('other')]);
  await parkRows(store, 2, REFUSED);
  await store.discard(change);
  clock.move(1000);
  assert.equal(await store.prune({ maxAgeMs: 1001, maxRows: 1_000_000 }), 0);
  assert.equal(await store.prune({ maxAgeMs: 1000, maxRows: 1_000_000 }), 1);
  assertSame(tagsOf(await store.history()), ['other']);
  const { rows } = await store.unprobed({ subjects: [''], maxAgeMs: HOUR_MS });
  assertSame(rows, []);
}

async function redrivesChange({ open, clock }: World): Promise<void> {
  const store = await open();
  const [one, two] = [newChange(), newChange()];
  await acceptNew(store, [rowOf('a', { change: one })], { ...batchOf('one'), waitMs: 0 });
  await acceptNew(store, [rowOf('b', { change: two })], { ...batchOf('two'), waitMs: 0 });
  await parkBatches(store, 2);
  await store.append([rowOf('c', { change: one }), rowOf('d', { change: two }), ...rowsOf(1)]);
  await parkRows(store, 2, REFUSED);
  const lease = leaseOf();
  const failure = { waitMs: HOUR_MS, failed: true, problem: THROTTLED };
  await store.failUntil(lease.holder, idsOf(await store.claim(lease)), failure);
  assert.equal(await store.redrive({ change: newChange() }), 0);
  assert.equal(await store.redrive({ change: one }), 2);
  assertSame(tagsOf(await store.claim(leaseOf())), ['c']);
  assertSame(
    (await store.claimBatches(leaseOf())).map(({ id }) => id),
    ['one'],
  );
  clock.move(1);
  assert.equal(await store.redrive({ change: two, code: THROTTLED.code }), 0);
}

/** Whoever comes second waits, or begins anew: nobody is told that the database preferred another. */
async function actsAtOnce({ open }: World): Promise<void> {
  const stores = [await open(), await open()];
  const [store] = stores;
  assert.ok(store !== undefined);
  for (let round = 0; round < 10; round += 1) {
    const changes = Array.from({ length: 4 }, newChange);
    const rows = changes.flatMap((change) => rowsOf(4, { change }));
    const batch = { ...batchOf(`shared ${round}`), waitMs: 0 };
    await acceptNew(store, rows, batch);
    await parkBatches(store, 1);
    await store.append(rows);
    await parkRows(store, rows.length, REFUSED);
    await Promise.all(
      changes.flatMap((change) =>
        stores.flatMap((each) => [each.discard(change), each.redrive({ change })]),
      ),
    );
    await store.redrive();
    const lease = leaseOf();
    await store.accept(lease.holder, idsOf(await store.claim(lease)), batchOf(`rest ${round}`));
    await complete(store, 100);
  }
  const { waiting, parked, parkedBatches } = await store.statistics();
  assertSame({ waiting, parked, parkedBatches }, { waiting: 0, parked: 0, parkedBatches: 0 });
}

async function parkRows(store: OutboxStore, limit: number, problem: Problem): Promise<void> {
  const lease = leaseOf({ limit });
  await store.park(lease.holder, idsOf(await store.claim(lease)), problem);
}

async function parkBatches(store: OutboxStore, limit: number): Promise<void> {
  const lease = leaseOf({ limit });
  const parked = { state: 'parked', attempts: 0, waitMs: 0, problem: REFUSED } as const;
  for (const { id, pass, calls } of await store.claimBatches(lease))
    await store.step(lease.holder, id, { ...parked, pass, calls });
}
