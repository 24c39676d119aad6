import assert from 'node:assert/strict';

import type { OutboxStore, ProbePlace, UnprobedRow } from '../outbox.ts';
import {
  acceptNew,
  assertSame,
  batchOf,
  complete,
  HOUR_MS,
  leaseOf,
  rowOf,
  rowsOf,
  tagsOf,
  type Case,
  type World,
} from './conformance-support.ts';

/** What every store must do with the word *verified*. */
export const PROBE_CASES: readonly Case[] = [
  ['gives rows that ended to be probed, by their subjects', findsEnded],
  ['gives all that ended, page by page, each row once', pagesEnded],
  ['gives what ended only when nothing more can have ended before it', lagsBehind],
  ['notes that rows are verified, or why not, and gives them no more', notesProbes],
  ['notes nothing for rows of another environment, and finds none there', probesOwnRows],
];

const ENTRIES = { subjects: ['entry:'], maxAgeMs: HOUR_MS };

/** Rows in a batch of their own that is complete. */
async function carry(
  store: OutboxStore,
  id: string,
  rows: Parameters<typeof acceptNew>[1],
): Promise<number[]> {
  const ids = await acceptNew(store, rows, { ...batchOf(id), waitMs: 0 });
  await complete(store);
  return ids;
}

async function findsEnded({ open, clock }: World): Promise<void> {
  const store = await open();
  await carry(store, 'too old', [rowOf('old', { subject: 'entry:0' })]);
  clock.move(HOUR_MS);
  const late = { ...batchOf('late'), waitMs: 5000 };
  await acceptNew(store, [rowOf('late', { subject: 'entry:1' })], late);
  const about = ['entry:2', 'other:2', 'Entry:2', 'page:2', 'an entry:2'];
  const [entry = 0] = await carry(store, 'early', [
    ...about.map((subject) => rowOf(subject, { subject })),
    rowOf('nothing'),
  ]);
  await acceptNew(store, [rowOf('under way', { subject: 'entry:3' })], batchOf('under way'));
  await store.append([rowOf('waiting', { subject: 'entry:4' })]);
  clock.move(5000);
  const lease = leaseOf();
  const end = { state: 'settled', pass: 2, attempts: 0, calls: [], waitMs: 0 } as const;
  await store.claimBatches(lease);
  await store.step(lease.holder, 'late', end);
  clock.move(5000);
  const { rows } = await store.unprobed(ENTRIES);
  assertSame(tagsOf(rows).toSorted(), ['entry:2', 'late']);
  const expected = { id: entry, domain: 'www.example.com', tag: 'entry:2', subject: 'entry:2' };
  assertSame(
    rows.find(({ id }) => id === entry),
    expected,
  );
  const pages = await store.unprobed({ ...ENTRIES, subjects: ['page:', 'entry:1'] });
  assertSame(tagsOf(pages.rows).toSorted(), ['late', 'page:2']);
  assertSame((await store.unprobed({ ...ENTRIES, subjects: [] })).rows, []);
  assertSame(tagsOf((await store.unprobed({ ...ENTRIES, maxAgeMs: 5000 })).rows), ['late']);
}

async function pagesEnded({ open, clock }: World): Promise<void> {
  const store = await open();
  const tags: string[] = [];
  for (let number = 0; number < 230; number += 1) {
    const rows = rowsOf(2, { subject: 'entry:1' }).map((row) => ({
      ...row,
      tag: `${row.tag}-${number}`,
    }));
    tags.push(...tagsOf(rows));
    await carry(store, `batch ${number}`, rows);
    if (number % 50 === 0) clock.move(1);
  }
  clock.move(2000);
  const seen = await readOn(store, undefined);
  assertSame(tagsOf(seen.rows), tags);
  await carry(store, 'next', [rowOf('next', { subject: 'entry:1' })]);
  assertSame((await store.unprobed({ ...ENTRIES, after: seen.next })).next, seen.next);
  clock.move(2000);
  assertSame(tagsOf((await readOn(store, seen.next)).rows), ['next']);
}

async function readOn(
  store: OutboxStore,
  after: ProbePlace | undefined,
): Promise<{ readonly rows: readonly UnprobedRow[]; readonly next: ProbePlace | undefined }> {
  const page = await store.unprobed({ ...ENTRIES, after });
  if (JSON.stringify(page.next) === JSON.stringify(after)) return page;
  const more = await readOn(store, page.next);
  return { rows: [...page.rows, ...more.rows], next: more.next };
}

async function lagsBehind({ open, clock }: World): Promise<void> {
  const store = await open();
  await carry(store, 'b', [rowOf('a', { subject: 'entry:1' })]);
  clock.move(1999);
  assertSame(await store.unprobed(ENTRIES), { rows: [], next: undefined });
  clock.move(1);
  assertSame(tagsOf((await store.unprobed(ENTRIES)).rows), ['a']);
}

async function notesProbes({ open, clock }: World): Promise<void> {
  const store = await open();
  const rows = rowsOf(4, { subject: 'entry:1' });
  const [one = 0, two = 0, three = 0] = await carry(store, 'b', rows);
  clock.move(5000);
  assert.equal((await store.history())[0]?.probe, undefined);
  assert.equal(await store.noteProbe([one, two, 10 ** 12]), 2);
  clock.move(1000);
  const problem = `The edge still serves an old copy of ü\0${'x'.repeat(3000)}`;
  assert.equal(await store.noteProbe([three], problem), 1);
  const probes = (await store.history()).map(({ probe }) => probe).toReversed();
  const nowMs = clock.now();
  assertSame(probes[0], { atMs: nowMs - 1000, verified: true });
  assertSame(probes[1], probes[0]);
  assert.equal(probes[2]?.atMs, nowMs);
  assert.equal(probes[2].verified, false);
  assert.match(probes[2].problem ?? '', /^The edge still serves an old copy of ü.x{1900}/);
  assert.equal(probes[3], undefined);
  assertSame(tagsOf(await store.history({ verified: true })), ['tag:1', 'tag:0']);
  assertSame(tagsOf(await store.history({ verified: false })), ['tag:2']);
  assertSame(tagsOf((await (await open()).unprobed(ENTRIES)).rows), ['tag:3']);
  assert.equal(await store.noteProbe([three]), 1);
  assertSame((await store.history())[1]?.probe, { atMs: nowMs, verified: true });
  assert.equal((await store.history())[1]?.state, 'complete');
}

async function probesOwnRows({ open, clock }: World): Promise<void> {
  const store = await open();
  const ids = await carry(store, 'b', [rowOf('a', { subject: 'entry:1' })]);
  clock.move(5000);
  const other = await open({ environment: 'preview' });
  assertSame(await other.unprobed(ENTRIES), { rows: [], next: undefined });
  assert.equal(await other.noteProbe(ids), 0);
  assert.equal((await store.history())[0]?.probe, undefined);
}
