import assert from 'node:assert/strict';

import { newChange } from '../new-change.ts';
import type { HistoryQuery } from '../outbox.ts';
import {
  acceptNew,
  assertSame,
  batchOf,
  callOf,
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

/** What every store must do with what became of rows, and with what has ended. */
export const HISTORY_CASES: readonly Case[] = [
  ['finds what became of rows, by each of their sides', findsHistory],
  ['tells all who changed something, however much others changed since', tellsActors],
  ['gives what is parked page by page, whether by itself or in a batch', pagesParked],
  ['gives the history page by page, newest first', pagesHistory],
  [
    'tells changes apart, one append from the next, and unites those that callers name',
    tellsChanges,
  ],
  ['tells rows and batches with a problem from those without', tellsProblems],
  ['tells which calls were accepted since then, whatever became of them', tellsCalls],
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
  const { id: _, change: __, batch, ...row } = entry;
  const common = { appendedAtMs: begin, state: 'complete', attempts: 0, problem: undefined };
  assertSame(row, { domain: 'www.example.com', tag: 'a', force: true, ...about, ...common });
  assert.equal(batch?.id, 'ended');
}

async function tellsActors({ open }: World): Promise<void> {
  const store = await open();
  const other = await open({ environment: 'preview' });
  const told = async (): Promise<string[]> => (await store.actors()).sort();
  assertSame(await told(), []);
  await store.append([rowOf('a')]);
  assertSame(await told(), []);
  await acceptNew(store, [rowOf('b', { actor: 'ann' }), rowOf('c', { actor: '' })], {
    ...batchOf('ended'),
    waitMs: 0,
  });
  await complete(store);
  await other.append([rowOf('d', { actor: 'elsewhere' })]);
  await store.append([rowOf('e', { actor: 'Ann' }), ...rowsOf(1200, { actor: 'bob' })]);
  assertSame(await told(), ['', 'Ann', 'ann', 'bob']);
  await store.prune({ maxAgeMs: 0, maxRows: 0 });
  assertSame(await told(), ['Ann', 'bob']);
  await store.append(rowsOf(1200).map((row) => ({ ...row, actor: `by ${row.tag}` })));
  const some = await store.actors();
  assert.equal(some.length, 1000);
  assert.equal(new Set(some).size, 1000);
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

/** Rows that were refused, one in three by itself and the others with their batch; between others. */
async function pagesParked({ open }: World): Promise<void> {
  const store = await open();
  const other = await open({ environment: 'preview' });
  const names = Array.from({ length: 9 }, newChange);
  const parked = { state: 'parked', problem: REFUSED } as const;
  for (const [index, change] of names.entries()) {
    const about = { change, subject: `entry:${index % 2}` };
    const row = rowOf(String(index), about);
    await acceptNew(store, [rowOf('under way', about)], batchOf(`under way ${index}`));
    await acceptNew(other, [row], batchOf(`elsewhere ${index}`, parked));
    if (index % 3 > 0) await acceptNew(store, [row, row], batchOf(`parked ${index}`, parked));
    else {
      await store.append([row, row]);
      const lease = leaseOf();
      await store.park(lease.holder, idsOf(await store.claim(lease)), REFUSED);
    }
  }
  const found = async (query: HistoryQuery): Promise<string> =>
    tagsOf(await store.history({ ...query, state: 'parked' })).join('');
  assert.equal(await found({}), '887766554433221100');
  assert.equal(await found({ limit: 3 }), '887');
  const [, , last] = await store.history({ state: 'parked', limit: 3 });
  assert.equal(await found({ limit: 4, beforeId: last?.id ?? 0 }), '7665');
  assert.equal(await found({ limit: 5, beforeChange: names[4] ?? '' }), '33221');
  assert.equal(
    await found({ changes: [3, 4, 8].flatMap((index) => names[index] ?? []) }),
    '884433',
  );
  assert.equal(await found({ changes: [] }), '');
  assert.equal(await found({ subject: 'entry:1', limit: 3 }), '775');
  assert.equal(await found({ hasProblem: true, limit: 3 }), '887');
  assert.equal(await found({ hasProblem: false }), '');
  assertSame(tagsOf(await store.history({ state: 'passing', limit: 1 })), ['under way']);
}

async function tellsChanges({ open }: World): Promise<void> {
  const store = await open();
  const other = await open({ environment: 'preview' });
  const [first, second] = [newChange(), newChange()];
  // One is appended last that began first: its rows come after those of the later one all the same.
  await store.append([rowOf('a', { change: second })]);
  await store.append([rowOf('b', { change: first })]);
  await store.append([rowOf('c', { change: second }), rowOf('d', { change: first })]);
  await other.append([rowOf('e', { change: second })]);
  await store.append(rowsOf(2));
  await store.append([rowOf('last')]);
  const entries = await store.history();
  const changes = entries.map(({ change }) => change);
  assertSame(tagsOf(entries), ['last', 'tag:1', 'tag:0', 'c', 'a', 'd', 'b']);
  assertSame(changes, changes.toSorted().toReversed());
  assert.equal(new Set(changes).size, 4);
  const found = async (query: HistoryQuery): Promise<string[]> =>
    tagsOf(await store.history(query));
  assertSame(await found({ changes: [first] }), ['d', 'b']);
  assertSame(await found({ changes: [first, second], tag: 'a' }), ['a']);
  assertSame(await found({ changes: [] }), []);
  assertSame(tagsOf(await other.history({ changes: [second] })), ['e']);
  assertSame(await found({ beforeChange: second }), ['d', 'b']);
  const id = entries.find(({ tag }) => tag === 'c')?.id ?? 0;
  assertSame(await found({ beforeId: id }), ['a', 'd', 'b']);
  assertSame(await found({ beforeId: id, beforeChange: second }), ['d', 'b']);
  assertSame(await found({ beforeId: 1_000_000 }), []);
}

async function tellsProblems({ open }: World): Promise<void> {
  const store = await open();
  await acceptNew(store, [rowOf('passes')], batchOf('passes'));
  await acceptNew(store, [rowOf('again')], batchOf('again', { problem: THROTTLED }));
  await acceptNew(store, [rowOf('stuck')], batchOf('stuck', { state: 'parked', problem: REFUSED }));
  await store.append([rowOf('waits'), rowOf('failed'), rowOf('parked')]);
  const lease = leaseOf();
  const [, failed = 0, parked = 0] = idsOf(await store.claim(lease));
  await store.failUntil(lease.holder, [failed], { waitMs: 0, failed: true, problem: THROTTLED });
  await store.park(lease.holder, [parked], REFUSED);
  const found = async (query: HistoryQuery): Promise<string[]> =>
    tagsOf(await store.history(query));
  assertSame(await found({ hasProblem: true }), ['parked', 'failed', 'stuck', 'again']);
  assertSame(await found({ hasProblem: false }), ['waits', 'passes']);
  assertSame(await found({ hasProblem: true, state: 'waiting' }), ['failed']);
  assertSame(await found({ hasProblem: false, state: 'waiting' }), ['waits']);
  assertSame(await found({ hasProblem: true, state: 'passing' }), ['again']);
  assertSame(await found({ hasProblem: false, state: 'passing' }), ['passes']);
}

async function tellsCalls({ open }: World): Promise<void> {
  const store = await open();
  const other = await open({ environment: 'preview' });
  const first = callOf({ atMs: 10 });
  const failed = callOf({ atMs: 20, ending: 'failed' });
  await acceptNew(store, [rowOf('a')], { ...batchOf('ended', { calls: [first] }), waitMs: 0 });
  await complete(store);
  await acceptNew(store, [rowOf('b')], batchOf('passing', { calls: [first, failed] }));
  await acceptNew(store, [rowOf('c')], batchOf('parked', { state: 'parked', calls: [failed] }));
  await acceptNew(other, [rowOf('d')], batchOf('elsewhere', { calls: [failed] }));
  const since = async (sinceMs: number): Promise<unknown> =>
    (await store.callsSince(sinceMs)).sort((one, next) => one.atMs - next.atMs);
  const told = { atMs: 20, ending: 'failed' };
  assertSame(await since(10), [{ atMs: 10 }, { atMs: 10 }, told, told]);
  assertSame(await since(11), [told, told]);
  assertSame(await since(21), []);
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
