import assert from 'node:assert/strict';

import {
  assertSame,
  acceptNew,
  batchOf,
  callOf,
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

/** What every store must do with batches. */
export const BATCH_CASES: readonly Case[] = [
  ['lends a batch when it is due, with all that it was given', lendsBatch],
  ['lends a batch to one holder, those first that wait longest', lendsBatchesOnce],
  ['takes a batch from step to step to its end', stepsToEnd],
  ['changes no batch for a holder who has lost it', lateStep],
  ['lends a parked batch no more until it is redriven, and then its pass', parksBatch],
  [
    'redrives a batch that waits after a problem, but none that is held or on its way',
    redrivesLater,
  ],
  ['says what waits, is under way and is parked, and the newest reason', saysStatistics],
];

async function lendsBatch({ open, clock }: World): Promise<void> {
  const store = await open();
  const tags = Array.from({ length: 100 }, (_, index) => `t${index}-`.padEnd(128, 'x'));
  const taskIds = Array.from({ length: 100 }, (_, index) => String(10 ** 9 + index));
  const calls = [callOf({ atMs: 7, requestId: 'r "é"', taskIds, ending: 'failed' })];
  const directories = ['/a/', '/ü/'];
  const said = { tags, calls, directories, force: false, attempts: 3, problem: THROTTLED };
  const given = batchOf('uuid', said);
  await acceptNew(store, rowsOf(2), given);
  clock.move(29_999);
  assertSame(await store.claimBatches(leaseOf()), []);
  clock.move(1);
  const [batch, ...more] = await (await open()).claimBatches(leaseOf());
  const { waitMs: _, ...expected } = given;
  assertSame(batch, expected);
  assertSame(more, []);
}

async function lendsBatchesOnce({ open, clock }: World): Promise<void> {
  const [store, other] = [await open(), await open()];
  await acceptNew(store, [rowOf('a')], { ...batchOf('late'), waitMs: 3000 });
  await acceptNew(store, [rowOf('b')], { ...batchOf('soon'), waitMs: 1000 });
  await acceptNew(store, [rowOf('c')], { ...batchOf('sooner'), waitMs: 500 });
  clock.move(5000);
  const first = await store.claimBatches(leaseOf({ limit: 2, leaseMs: 1000 }));
  assertSame(first.map(({ id }) => id).toSorted(), ['soon', 'sooner']);
  const second = await other.claimBatches(leaseOf());
  assertSame(
    second.map(({ id }) => id),
    ['late'],
  );
  clock.move(1000);
  assert.equal((await other.claimBatches(leaseOf())).length, 2);
}

async function stepsToEnd({ open, clock }: World): Promise<void> {
  const store = await open();
  await acceptNew(store, rowsOf(2), batchOf('b'));
  clock.move(30_000);
  const lease = leaseOf();
  const [batch] = await store.claimBatches(lease);
  assert.ok(batch !== undefined);
  const calls = [...batch.calls, callOf({ pass: 2, atMs: 9, waitedMs: 2000 })];
  const next = { state: 'completing', pass: 2, attempts: 1, calls, waitMs: 2000 } as const;
  assert.equal(await store.step(lease.holder, 'b', { ...next, problem: THROTTLED }), true);
  assert.equal(await store.step(lease.holder, 'b', next), false);
  assertSame(await store.claimBatches(leaseOf()), []);
  clock.move(2000);
  const again = leaseOf();
  const [completing] = await store.claimBatches(again);
  const { waitMs: _, ...expected } = { ...batch, ...next, problem: THROTTLED };
  assertSame(completing, expected);
  await store.step(again.holder, 'b', { ...next, state: 'complete', attempts: 0, waitMs: 0 });
  clock.move(HOUR_MS);
  assertSame(await store.claimBatches(leaseOf()), []);
  assertSame(await store.claim(leaseOf()), []);
  const [entry] = await store.history();
  assert.equal(entry?.state, 'complete');
  assertSame(entry.batch, {
    id: 'b',
    state: 'complete',
    pass: 2,
    attempts: 0,
    calls,
    problem: undefined,
  });
  assert.equal((await store.statistics()).batches, 0);
}

async function lateStep({ open, clock }: World): Promise<void> {
  const [frozen, other] = [await open(), await open()];
  await acceptNew(frozen, rowsOf(1), batchOf('b'));
  clock.move(30_000);
  const late = leaseOf();
  const [batch] = await frozen.claimBatches(late);
  clock.move(MINUTE_MS);
  const lease = leaseOf();
  assertSame(await other.claimBatches(lease), [batch]);
  const end = { state: 'complete', pass: 2, attempts: 0, calls: [], waitMs: 0 } as const;
  assert.equal(await frozen.extend(late), 0);
  assert.equal(await frozen.step(late.holder, 'b', end), false);
  assert.equal((await other.history())[0]?.state, 'passing');
  assert.equal(await other.extend(lease), 1);
  assert.equal(await other.step(lease.holder, 'b', { ...end, state: 'settled' }), true);
  assert.equal((await other.history())[0]?.state, 'settled');
}

async function parksBatch({ open, clock }: World): Promise<void> {
  const store = await open();
  for (const [id, domain] of [
    ['one', 'a.example.com'],
    ['two', 'b.example.com'],
    ['three', 'b.example.com'],
  ] as const)
    await acceptNew(store, [rowOf(`tag:${id}`, { domain })], batchOf(id, { domain }));
  clock.move(30_000);
  const lease = leaseOf();
  const problem = { code: 'DOMAIN_REFUSED', message: 'Not yours.' };
  for (const { id, calls } of await store.claimBatches(lease))
    await store.step(lease.holder, id, {
      state: 'parked',
      pass: 2,
      attempts: 4,
      calls,
      waitMs: 0,
      problem: id === 'three' ? REFUSED : problem,
    });
  clock.move(HOUR_MS);
  assertSame(await store.claimBatches(leaseOf()), []);
  const parked = await store.history({ state: 'parked' });
  assertSame(tagsOf(parked), ['tag:three', 'tag:two', 'tag:one']);
  assertSame(parked[2]?.problem, problem);
  const claimed = async (): Promise<string[]> =>
    (await store.claimBatches(leaseOf())).map(({ id }) => id);
  assert.equal(await store.redrive({ domain: 'c.example.com' }), 0);
  assert.equal(await store.redrive({ tag: 'tag:two' }), 1);
  assertSame(await claimed(), ['two']);
  assert.equal(await store.redrive({ code: REFUSED.code }), 1);
  assertSame(await claimed(), ['three']);
  assert.equal(await store.redrive(), 1);
  const [batch] = await store.claimBatches(leaseOf());
  const { waitMs: _, ...expected } = batchOf('one', { domain: 'a.example.com' });
  assertSame(batch, { ...expected, problem: undefined });
}

async function redrivesLater({ open, clock }: World): Promise<void> {
  const store = await open();
  for (const id of ['failed', 'held', 'fine'])
    await acceptNew(store, [rowOf(id)], batchOf(id, id === 'fine' ? {} : { problem: THROTTLED }));
  clock.move(30_000);
  const lease = leaseOf();
  for (const { id, ...batch } of await store.claimBatches(lease)) {
    const later = { ...batch, state: 'completing', attempts: 3, waitMs: HOUR_MS } as const;
    if (id !== 'held') await store.step(lease.holder, id, later);
  }
  assert.equal(await store.redrive(), 1);
  const [batch, ...more] = await store.claimBatches(leaseOf());
  assertSame(more, []);
  assertSame(
    { id: batch?.id, state: batch?.state, attempts: batch?.attempts, problem: batch?.problem },
    { id: 'failed', state: 'completing', attempts: 0, problem: undefined },
  );
  assert.equal(await store.extend(lease), 1);
}

async function saysStatistics({ open, clock }: World): Promise<void> {
  const store = await open();
  await acceptNew(store, rowsOf(2), batchOf('under way'));
  await acceptNew(store, rowsOf(1), { ...batchOf('parked'), waitMs: 0 });
  const lease = leaseOf();
  const [parked] = await store.claimBatches(lease);
  const step = { state: 'parked', pass: 2, attempts: 1, calls: [], waitMs: 0 } as const;
  await store.step(lease.holder, parked?.id ?? '', { ...step, problem: REFUSED });
  clock.move(1000);
  await store.append(rowsOf(5));
  const rows = leaseOf({ limit: 3 });
  const [one = 0, two = 0] = idsOf(await store.claim(rows));
  await store.park(rows.holder, [one], { code: 'INVALID_TAG', message: 'older' });
  clock.move(1000);
  await store.failUntil(rows.holder, [two], { waitMs: 9000, failed: true, problem: THROTTLED });
  clock.move(500);
  assertSame(await store.statistics(), {
    waiting: 4,
    parked: 1,
    batches: 1,
    parkedBatches: 1,
    oldestAgeMs: 1500,
    problem: THROTTLED,
  });
  clock.move(9000);
  const again = leaseOf();
  await store.accept(again.holder, idsOf(await store.claim(again)), batchOf('all'));
  const { problem, oldestAgeMs } = await store.statistics();
  assert.equal(problem?.code, 'INVALID_TAG');
  // The one that is still held.
  assert.equal(oldestAgeMs, 10_500);
}
