import assert from 'node:assert/strict';

import type { OutboxStore } from '../outbox.ts';
import {
  assertSame,
  batchOf,
  HOUR_MS,
  idsOf,
  leaseOf,
  MINUTE_MS,
  REFUSED,
  rowOf,
  rowsOf,
  tagsOf,
  THROTTLED,
  type Case,
  type World,
} from './conformance-support.ts';

/** What every store must do for those who hold rows, one beside the other. */
export const LEASE_CASES: readonly Case[] = [
  ['lends each row to one holder, also to several who claim at once', lendsOnce],
  ['lends rows again when the lease has ended, and not before', leaseEnds],
  ['extends what a holder still has, and says how much that is', extendsLease],
  ['changes nothing for a holder who has lost its rows', lateHolder],
  ['puts only the rows that are still held into a batch', partlyLost],
  ['makes nothing late when its clock is set forward or back by an hour', clockJumps],
  ['lends nothing twice to who is a moment behind, rows, batches and turns', momentBehind],
  ['neither sees nor changes what another environment has', environmentsApart],
];

async function lendsOnce({ open }: World): Promise<void> {
  const stores = await Promise.all(Array.from({ length: 4 }, async () => open()));
  await stores[0]?.append(rowsOf(200));
  const seen: number[] = [];
  const claimAll = async (store: OutboxStore): Promise<void> => {
    // Whoever gets nothing because another is claiming comes again.
    while ((await store.waiting()).rows > 0)
      seen.push(...idsOf(await store.claim(leaseOf({ limit: 30 }))));
  };
  await Promise.all(stores.map(claimAll));
  assert.equal(seen.length, 200);
  assert.equal(new Set(seen).size, 200);
}

async function leaseEnds({ open, clock }: World): Promise<void> {
  const store = await open();
  await store.append(rowsOf(2));
  const first = await store.claim(leaseOf({ leaseMs: 1000, limit: 1 }));
  clock.move(999);
  assertSame(tagsOf(await store.claim(leaseOf())), ['tag:1']);
  clock.move(1);
  assertSame(await store.claim(leaseOf()), first);
}

async function extendsLease({ open, clock }: World): Promise<void> {
  const [store, other] = [await open(), await open()];
  await store.append(rowsOf(3));
  const lease = leaseOf({ leaseMs: 1000, limit: 2 });
  const rows = await store.claim(lease);
  clock.move(900);
  assert.equal(await store.extend(lease), 2);
  clock.move(900);
  assertSame(tagsOf(await other.claim(leaseOf())), ['tag:2']);
  assert.equal(await other.extend(leaseOf()), 0);
  const [first = 0] = idsOf(rows);
  await store.accept(lease.holder, [first], batchOf('b'));
  assert.equal(await store.extend(lease), 1);
  const batches = leaseOf({ leaseMs: 1000 });
  clock.move(30_000);
  assert.equal((await store.claimBatches(batches)).length, 1);
  clock.move(900);
  assert.equal(await store.extend(batches), 1);
  clock.move(900);
  assertSame(await other.claimBatches(leaseOf()), []);
}

async function lateHolder({ open, clock }: World): Promise<void> {
  const [frozen, other] = [await open(), await open()];
  await frozen.append(rowsOf(2));
  const late = leaseOf();
  const ids = idsOf(await frozen.claim(late));
  clock.move(MINUTE_MS);
  const lease = leaseOf();
  assert.equal((await other.claim(lease)).length, 2);
  assert.equal(await frozen.extend(late), 0);
  assert.equal(await frozen.accept(late.holder, ids, batchOf('late')), 0);
  const failure = { waitMs: 0, failed: true, problem: THROTTLED };
  assert.equal(await frozen.failUntil(late.holder, ids, failure), 0);
  assert.equal(await frozen.park(late.holder, ids, REFUSED), 0);
  const entries = await other.history();
  assertSame(
    entries.map(({ state, attempts, problem, batch }) => ({ state, attempts, problem, batch })),
    ids.map(() => ({ state: 'waiting', attempts: 0, problem: undefined, batch: undefined })),
  );
  assert.equal((await other.statistics()).batches, 0);
  assertSame(await other.claim(leaseOf()), []);
  assert.equal(await other.accept(lease.holder, ids, batchOf('right')), 2);
  assert.equal(await other.accept(lease.holder, ids, batchOf('again')), 0);
  assert.equal((await other.statistics()).batches, 1);
}

async function partlyLost({ open, clock }: World): Promise<void> {
  const store = await open();
  await store.append(rowsOf(3));
  const late = leaseOf({ leaseMs: 1000 });
  const ids = idsOf(await store.claim(late));
  clock.move(1000);
  const lease = leaseOf({ limit: 1 });
  const [lost] = idsOf(await store.claim(lease));
  assert.equal(await store.accept(late.holder, [...ids, 999_999], batchOf('two')), 2);
  const entries = await store.history();
  assertSame(
    entries.filter(({ batch }) => batch === undefined).map(({ id }) => id),
    [lost],
  );
  assertSame(
    entries.flatMap(({ batch }) => batch?.id ?? []),
    ['two', 'two'],
  );
}

/** A statement that began before another may come after it, and tells the time of its begin. */
async function momentBehind({ open, clock }: World): Promise<void> {
  const store = await open();
  await store.append(rowsOf(2));
  const lease = leaseOf();
  const rows = idsOf(await store.claim(lease));
  assert.equal((await store.takeTurn('a', { slots: 1, longestMs: 10_000 })).granted, true);
  clock.move(-40);
  assert.equal((await store.claim(leaseOf())).length, 0);
  assert.equal((await store.takeTurn('a', { slots: 1, longestMs: 10_000 })).granted, false);
  clock.move(40);
  assert.equal(await store.accept(lease.holder, rows, batchOf('one')), 2);
  clock.move(HOUR_MS);
  assert.equal((await store.claimBatches(leaseOf())).length, 1);
  clock.move(-40);
  assert.equal((await store.claimBatches(leaseOf())).length, 0);
}

async function clockJumps({ open, clock }: World): Promise<void> {
  const store = await open();
  for (const jumpMs of [-HOUR_MS, HOUR_MS]) {
    await store.append(rowsOf(3));
    const lease = leaseOf({ limit: 2 });
    const [failed = 0] = idsOf(await store.claim(lease));
    await store.failUntil(lease.holder, [failed], { waitMs: 30_000, failed: true });
    await store.append([rowOf('free')]);
    clock.move(jumpMs);
    const waiting = await store.waiting();
    assert.equal(waiting.rows, 4, `of four rows ${waiting.rows} can be claimed`);
    assert.equal(waiting.oldestAgeMs, HOUR_MS);
    assert.equal(waiting.newestAgeMs, HOUR_MS);
    const again = leaseOf();
    const rows = await store.claim(again);
    assert.equal(rows.length, 4);
    assert.equal(await store.accept(again.holder, idsOf(rows), batchOf(`after ${jumpMs}`)), 4);
    clock.move(-jumpMs);
    assertSame(
      (await store.claimBatches(leaseOf())).map(({ id }) => id),
      [`after ${jumpMs}`],
    );
    await store.redrive();
  }
}

async function environmentsApart({ open, clock }: World): Promise<void> {
  const [production, preview] = [await open(), await open({ environment: 'preview' })];
  await production.append(rowsOf(2));
  const lease = leaseOf();
  assertSame(await preview.claim(lease), []);
  assert.equal((await preview.waiting()).rows, 0);
  const ids = idsOf(await production.claim(lease));
  assert.equal(await preview.extend(lease), 0);
  assert.equal(await preview.accept(lease.holder, ids, batchOf('b')), 0);
  assert.equal(await preview.failUntil(lease.holder, ids, { waitMs: 0, failed: true }), 0);
  assert.equal(await preview.park(lease.holder, ids, REFUSED), 0);
  const [first = 0, second = 0] = ids;
  await production.park(lease.holder, [first], REFUSED);
  await production.accept(lease.holder, [second], batchOf('b'));
  assert.equal(await preview.redrive(), 0);
  clock.move(HOUR_MS);
  assertSame(await preview.claimBatches(leaseOf()), []);
  const due = leaseOf();
  const [batch] = await production.claimBatches(due);
  const end = { pass: 2, attempts: 0, calls: [], state: 'complete', waitMs: 0 } as const;
  assert.equal(await preview.step(due.holder, batch?.id ?? '', end), false);
  assert.equal(await production.step(due.holder, batch?.id ?? '', end), true);
  assert.equal(await preview.prune({ maxAgeMs: 0, maxRows: 0 }), 0);
  assertSame(await preview.history(), []);
  assert.equal((await preview.statistics()).parked, 0);
  assert.equal((await production.history()).length, 2);
  await preview.append([rowOf('preview')]);
  assertSame(tagsOf(await production.claim(leaseOf())), []);
  assertSame(tagsOf(await preview.claim(leaseOf())), ['preview']);
}
