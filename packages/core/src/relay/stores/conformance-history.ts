import assert from 'node:assert/strict';

import type { HistoryQuery } from '../outbox.ts';
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
  type Case,
  type World,
} from './conformance-support.ts';

/** What every store must do with what became of rows, and with what has ended. */
export const HISTORY_CASES: readonly Case[] = [
  ['finds what became of rows, by each of their sides', findsHistory],
  ['gives the history page by page, newest first', pagesHistory],
  ['removes what ended long ago, and nothing else', prunesAge],
  ['keeps the newest batches that have ended, with no more rows than allowed', prunesRows],
  ['never gives the number of a removed row to another', neverReuses],
];

async function findsHistory({ open, clock }: World): Promise<void> {
  const store = await open();
  const begin = clock.now();
  const about = { subject: 'entry:1', actor: 'ann', reason: 'publish' };
  await acceptNew(store, [rowOf('a', about), rowOf('b')], { ...batchOf('ended'), waitMs: 0 });
  await complete(store);
  clock.move(1000);
  await acceptNew(store, [rowOf('c', { actor: 'bob' })], batchOf('passing'));
  clock.move(1000);
  await store.append([rowOf('a', { domain: 'b.example.com', force: false })]);
  const found = async (query: HistoryQuery): Promise<string[]> =>
    (await store.history(query)).map(({ domain, tag }) => `${tag} ${domain.slice(0, 1)}`);
  assertSame(await found({}), ['a b', 'c w', 'b w', 'a w']);
  assertSame(await found({ tag: 'a' }), ['a b', 'a w']);
  assertSame(await found({ tag: 'A' }), []);
  assertSame(await found({ tag: 'a', domain: 'b.example.com' }), ['a b']);
  assertSame(await found({ domain: 'www.example.com', state: 'complete' }), ['b w', 'a w']);
  assertSame(await found({ state: 'passing' }), ['c w']);
  assertSame(await found({ state: 'waiting' }), ['a b']);
  assertSame(await found({ state: 'settled' }), []);
  assertSame(await found({ subject: 'entry:1' }), ['a w']);
  assertSame(await found({ subject: 'entry:1', actor: 'bob' }), []);
  assertSame(await found({ actor: 'bob' }), ['c w']);
  assertSame(await found({ sinceMs: begin + 1000 }), ['a b', 'c w']);
  assertSame(await found({ untilMs: begin + 1000 }), ['b w', 'a w']);
  assertSame(await found({ sinceMs: begin + 1, untilMs: begin + 1001 }), ['c w']);
  const [entry] = await store.history({ subject: 'entry:1' });
  assert.ok(entry !== undefined);
  const { id: _, batch, ...row } = entry;
  const common = { appendedAtMs: begin, state: 'complete', attempts: 0, problem: undefined };
  assertSame(row, { domain: 'www.example.com', tag: 'a', force: true, ...about, ...common });
  assert.equal(batch?.id, 'ended');
}

async function pagesHistory({ open }: World): Promise<void> {
  const store = await open();
  await store.append(rowsOf(1200));
  assert.equal((await store.history()).length, 100);
  assert.equal((await store.history({ limit: 5000 })).length, 1000);
  const seen: string[] = [];
  let page = await store.history({ limit: 500 });
  while (page.length > 0) {
    seen.push(...tagsOf(page));
    page = await store.history({ limit: 500, beforeId: page.at(-1)?.id ?? 0 });
  }
  assertSame(seen, tagsOf(rowsOf(1200)).toReversed());
}

async function prunesAge({ open, clock }: World): Promise<void> {
  const store = await open();
  await acceptNew(store, rowsOf(3), { ...batchOf('old'), waitMs: 0 });
  await complete(store);
  await acceptNew(store, [rowOf('parked')], { ...batchOf('parked'), waitMs: 0 });
  const lease = leaseOf();
  await store.claimBatches(lease);
  const step = { state: 'parked', pass: 2, attempts: 0, calls: [], waitMs: 0 } as const;
  await store.step(lease.holder, 'parked', { ...step, problem: REFUSED });
  await acceptNew(store, [rowOf('under way')], batchOf('under way'));
  await store.append([rowOf('waiting'), rowOf('refused')]);
  const rows = leaseOf();
  const [, refused = 0] = idsOf(await store.claim(rows));
  await store.park(rows.holder, [refused], REFUSED);
  clock.move(10_000);
  await acceptNew(store, [rowOf('young')], { ...batchOf('young'), waitMs: 0 });
  await complete(store);
  clock.move(9000);
  const large = { maxRows: 1_000_000 };
  assert.equal(await store.prune({ ...large, maxAgeMs: 19_001 }), 0);
  assert.equal(await store.prune({ ...large, maxAgeMs: 19_000 }), 3);
  const kept = ['young', 'refused', 'waiting', 'under way', 'parked'];
  assertSame(tagsOf(await store.history()), kept);
  assert.equal(await store.prune({ maxAgeMs: 0, maxRows: 0 }), 1);
  assertSame(tagsOf(await store.history()), kept.slice(1));
}

async function prunesRows({ open, clock }: World): Promise<void> {
  const store = await open();
  for (const name of ['a', 'b', 'c', 'd']) {
    const rows = rowsOf(3).map(({ tag }) => rowOf(`${name}-${tag}`));
    await acceptNew(store, rows, { ...batchOf(name), waitMs: 0 });
    await complete(store);
    clock.move(1000);
  }
  const old = { maxAgeMs: HOUR_MS };
  assert.equal(await store.prune({ ...old, maxRows: 12 }), 0);
  assert.equal(await store.prune({ ...old, maxRows: 8 }), 6);
  const batches = (await store.history()).map(({ batch }) => batch?.id);
  assertSame(batches, ['d', 'd', 'd', 'c', 'c', 'c']);
  assert.equal(await store.prune({ ...old, maxRows: 2 }), 6);
}

async function neverReuses({ open }: World): Promise<void> {
  const store = await open();
  const before = await acceptNew(store, rowsOf(3), { ...batchOf('b'), waitMs: 0 });
  await complete(store);
  assert.equal(await store.prune({ maxAgeMs: 0, maxRows: 0 }), 3);
  await store.append([rowOf('next')]);
  const [next] = await store.claim(leaseOf());
  assert.ok((next?.id ?? 0) > Math.max(...before));
}
