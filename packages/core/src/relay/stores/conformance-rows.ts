import assert from 'node:assert/strict';

import type { OutboxStore } from '../outbox.ts';
import {
  assertSame,
  batchOf,
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

/** What every store must do with rows, until they are accepted. */
export const ROW_CASES: readonly Case[] = [
  ['is empty at first, has a name, and can be migrated again', isEmpty],
  ['gives back what was appended, oldest first, to another store of the place too', givesBack],
  ['keeps each row, also of the same tag with another force', keepsEachRow],
  ['appends ten thousand rows at once, and lends them at once', appendsMany],
  ['cleans and cuts what no database could keep, and keeps every other character', cleans],
  ['says how many rows wait, and the age of the oldest and the newest', countsWaiting],
  ['does nothing with no rows', noRows],
  ['lends rows that failed when they have waited, and counts the failures', failsUntil],
  ['lends parked rows no more until they are redriven', parks],
  ['redrives rows that wait after a failure, but none that is held or just waits', redrivesLater],
  ['redrives those of a domain, of a tag, or of a reason', redrivesSome],
];

async function isEmpty({ open }: World): Promise<void> {
  const store = await open();
  await store.migrate();
  assert.notEqual(store.name, '');
  assertSame(await store.waiting(), { rows: 0, oldestAgeMs: 0, newestAgeMs: 0 });
  assertSame(await store.claim(leaseOf()), []);
  assertSame(await store.claimBatches(leaseOf()), []);
  assertSame(await store.history(), []);
  assertSame(await store.statistics(), {
    waiting: 0,
    parked: 0,
    batches: 0,
    parkedBatches: 0,
    oldestAgeMs: 0,
    problem: undefined,
  });
}

async function givesBack({ open, clock }: World): Promise<void> {
  await (await open()).append([rowOf('country:fr'), rowOf('country', { force: false })]);
  await (await open()).append([rowOf('Country:FR', { domain: 'b.example.com' })]);
  const rows = await (await open()).claim(leaseOf());
  const common = { appendedAtMs: clock.now(), attempts: 0 };
  assertSame(
    rows.map(({ domain, tag, force, appendedAtMs, attempts }) => ({
      domain,
      tag,
      force,
      appendedAtMs,
      attempts,
    })),
    [
      { domain: 'www.example.com', tag: 'country:fr', force: true, ...common },
      { domain: 'www.example.com', tag: 'country', force: false, ...common },
      { domain: 'b.example.com', tag: 'Country:FR', force: true, ...common },
    ],
  );
  assertSame(
    idsOf(rows),
    idsOf(rows).toSorted((one, other) => one - other),
  );
  assert.equal(new Set(idsOf(rows)).size, 3);
}

async function keepsEachRow({ open }: World): Promise<void> {
  const store = await open();
  await store.append([rowOf('a'), rowOf('a'), rowOf('a', { force: false })]);
  const [first] = await store.claim(leaseOf({ limit: 1 }));
  await store.append([rowOf('a')]);
  const rest = await store.claim(leaseOf());
  assert.equal(first?.tag, 'a');
  assertSame(
    rest.map(({ force }) => force),
    [true, false, true],
  );
}

async function appendsMany({ open }: World): Promise<void> {
  const store = await open();
  await store.append(rowsOf(10_000, { subject: 'entry 1', actor: 'somebody', reason: 'publish' }));
  await store.append([rowOf('last')]);
  assert.equal((await store.waiting()).rows, 10_000);
  const lease = leaseOf({ limit: 20_000 });
  const rows = await store.claim(lease);
  assertSame(tagsOf(rows), [...tagsOf(rowsOf(10_000)), 'last']);
  assert.equal(await store.extend(lease), 10_001);
  assert.equal(await store.accept(lease.holder, idsOf(rows), batchOf('large')), 10_001);
  assert.equal((await store.statistics()).waiting, 0);
}

async function cleans({ open }: World): Promise<void> {
  const store = await open();
  const subject = 'Zürich "\'\\ 漢字 😀 \u2028 ? :name $1 %s';
  await store.append([
    rowOf('a', { subject, actor: 'a\0b', reason: 'half \ud83d' }),
    rowOf('b', { subject: '😀'.repeat(400), actor: 'x'.repeat(5000) }),
    rowOf('c', { subject: '' }),
  ]);
  const [third, second, first] = await store.history();
  assert.equal(first?.subject, subject);
  assert.equal(first.actor, 'a\ufffdb');
  assert.equal(first.reason, 'half \ufffd');
  const cut = second?.subject ?? '';
  assert.ok(cut.startsWith('😀'.repeat(100)) && cut.length <= 255 && cut.isWellFormed());
  assert.equal(second?.actor, 'x'.repeat(255));
  assert.equal(second.reason, undefined);
  assert.equal(third?.subject, '');
  assert.equal((await store.history({ subject })).length, 1);
  assert.equal((await store.history({ subject: '😀'.repeat(400) })).length, 1);
}

async function countsWaiting({ open, clock }: World): Promise<void> {
  const store = await open();
  await store.append([rowOf('a')]);
  clock.move(4000);
  await store.append([rowOf('b'), rowOf('c')]);
  clock.move(1000);
  assertSame(await store.waiting(), { rows: 3, oldestAgeMs: 5000, newestAgeMs: 1000 });
  const lease = leaseOf({ limit: 2 });
  const [first, second] = idsOf(await store.claim(lease));
  assertSame(await store.waiting(), { rows: 1, oldestAgeMs: 1000, newestAgeMs: 1000 });
  assert.ok(first !== undefined && second !== undefined);
  await store.failUntil(lease.holder, [first], { waitMs: 5000, failed: false });
  await store.park(lease.holder, [second], REFUSED);
  assert.equal((await store.waiting()).rows, 1);
  clock.move(5000);
  assertSame(await store.waiting(), { rows: 2, oldestAgeMs: 10_000, newestAgeMs: 6000 });
}

async function noRows({ open }: World): Promise<void> {
  const store = await open();
  await store.append([]);
  assert.equal(await store.accept('nobody', [], batchOf('none')), 0);
  assert.equal(await store.failUntil('nobody', [], { waitMs: 0, failed: true }), 0);
  assert.equal(await store.park('nobody', [], REFUSED), 0);
  assert.equal(await store.redrive(), 0);
  assert.equal((await store.statistics()).batches, 0);
}

async function failsUntil({ open, clock }: World): Promise<void> {
  const store = await open();
  await store.append(rowsOf(3));
  const lease = leaseOf();
  const [one = 0, two = 0, three = 0] = idsOf(await store.claim(lease));
  const failure = { waitMs: 5000, failed: true, problem: THROTTLED };
  assert.equal(await store.failUntil(lease.holder, [one], failure), 1);
  assert.equal(await store.failUntil(lease.holder, [two], { waitMs: 0, failed: false }), 1);
  assert.equal(await store.extend(lease), 1);
  const [, , entry] = await store.history();
  assertSame(entry?.problem, THROTTLED);
  assertSame(tagsOf(await store.claim(leaseOf())), ['tag:1']);
  assert.equal(await store.accept(lease.holder, [three], batchOf('three')), 1);
  clock.move(4999);
  assertSame(await store.claim(leaseOf()), []);
  clock.move(1);
  const again = leaseOf();
  const [row] = await store.claim(again);
  assertSame({ id: row?.id, attempts: row?.attempts }, { id: one, attempts: 1 });
  await store.accept(again.holder, [one], batchOf('one'));
  const [, , after] = await store.history();
  assertSame(
    { problem: after?.problem, attempts: after?.attempts },
    { problem: undefined, attempts: 1 },
  );
}

async function parks({ open, clock }: World): Promise<void> {
  const store = await open();
  await store.append(rowsOf(2));
  const lease = leaseOf({ limit: 1 });
  const [id = 0] = idsOf(await store.claim(lease));
  await store.failUntil(lease.holder, [id], { waitMs: 0, failed: true });
  const next = leaseOf({ limit: 1 });
  await store.claim(next);
  assert.equal(await store.park(next.holder, [id], REFUSED), 1);
  clock.move(HOUR_MS);
  assertSame(tagsOf(await store.claim(leaseOf())), ['tag:1']);
  const [entry] = await store.history({ state: 'parked' });
  assertSame(
    { id: entry?.id, problem: entry?.problem, attempts: entry?.attempts },
    { id, problem: REFUSED, attempts: 1 },
  );
  assert.equal(await store.redrive(), 1);
  const [row] = await store.claim(leaseOf());
  assertSame({ id: row?.id, attempts: row?.attempts }, { id, attempts: 0 });
  assert.equal((await store.history({ state: 'parked' })).length, 0);
}

async function redrivesLater({ open }: World): Promise<void> {
  const store = await open();
  await store.append(rowsOf(3));
  const lease = leaseOf();
  const [failed = 0, held = 0, waits = 0] = idsOf(await store.claim(lease));
  const failure = { waitMs: HOUR_MS, failed: true, problem: THROTTLED };
  await store.failUntil(lease.holder, [held], { ...failure, waitMs: 0 });
  assert.equal((await store.claim(lease)).length, 1);
  await store.failUntil(lease.holder, [failed], failure);
  await store.failUntil(lease.holder, [waits], { waitMs: HOUR_MS, failed: false });
  assert.equal(await store.redrive({ code: THROTTLED.code }), 1);
  const [row, ...more] = await store.claim(leaseOf());
  assertSame({ id: row?.id, attempts: row?.attempts }, { id: failed, attempts: 0 });
  assertSame(more, []);
  assert.equal(await store.extend(lease), 1);
}

async function redrivesSome({ open }: World): Promise<void> {
  const store = await open();
  await store.append([
    rowOf('a'),
    rowOf('b', { domain: 'b.example.com' }),
    rowOf('c'),
    rowOf('d', { domain: 'b.example.com' }),
  ]);
  const lease = leaseOf();
  const ids = idsOf(await store.claim(lease));
  await store.park(lease.holder, ids.slice(0, 2), REFUSED);
  await store.park(lease.holder, ids.slice(2), { code: 'FORBIDDEN', message: 'Not allowed.' });
  const redriven = async (query: Parameters<OutboxStore['redrive']>[0]): Promise<string[]> => {
    const count = await store.redrive(query);
    const rows = await store.claim(leaseOf());
    assert.equal(rows.length, count);
    return tagsOf(rows);
  };
  assertSame(await redriven({ tag: 'nothing' }), []);
  assertSame(await redriven({ tag: 'c' }), ['c']);
  assertSame(await redriven({ code: 'FORBIDDEN', domain: 'www.example.com' }), []);
  assertSame(await redriven({ code: 'FORBIDDEN' }), ['d']);
  assertSame(await redriven({ domain: 'b.example.com' }), ['b']);
  assertSame(await redriven({}), ['a']);
}
