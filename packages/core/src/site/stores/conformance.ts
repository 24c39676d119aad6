import assert from 'node:assert/strict';

import { isFreshtagError } from '../../errors.ts';
import type { StateStore, StoreGuarantee } from './store.ts';

/** Somewhere empty where one state can be kept. */
export interface StorePlace {
  /** A store there. Each call gives one as another process would open it. */
  readonly open: () => StateStore | Promise<StateStore>;
}

/** One thing that a store must do, for any test runner: `for (const { title, run } of cases) test(title, run)`. */
export interface StateStoreCase {
  readonly title: string;
  /** Rejects if the store does not do it. */
  readonly run: () => Promise<void>;
}

const LARGE_CHARACTERS = 3_000_000;
const WRITERS = 8;
const ROUNDS = 5;
const TEXT = `{"kind":"edge state","text":"ä 漢字 \\u2028 \\"'<&>% \u{1f600}"}\n`;

/**
 * What every store must do.
 *
 * @param createPlace makes an empty place for each case
 * @param guarantee what the store says of itself; cases of another guarantee are left out
 */
export function stateStoreCases(
  createPlace: () => StorePlace | Promise<StorePlace>,
  guarantee: StoreGuarantee,
): StateStoreCase[] {
  const withPlace =
    (run: (place: StorePlace) => Promise<void>): (() => Promise<void>) =>
    async () =>
      run(await createPlace());
  const cases = [
    ['is empty before the first write, and has a name and a guarantee', isEmpty(guarantee)],
    ['gives back every character of what was written, to another process too', givesBack],
    ['keeps a text of some megabytes', keepsLargeText],
    ['takes one write after the other, each on the version of the one before', takesChain],
    ['refuses a first write where there is something, and keeps that', refusesFirst],
    ['refuses a write on an old version, and keeps the newer', refusesOld],
    ['stops at once when its signal is aborted', stopsWhenAborted],
    ...(guarantee === 'compare-and-set' ? COMPARE_AND_SET : []),
    ...(guarantee === 'lease' ? LEASE : []),
  ] as const;
  return cases.map(([title, run]) => ({ title, run: withPlace(run) }));
}

type Case = readonly [title: string, run: (place: StorePlace) => Promise<void>];

const COMPARE_AND_SET: readonly Case[] = [
  ['lets exactly one of several first writes at once through', oneFirstWriteWins],
  ['lets exactly one of several writes on the same version through', oneWriteWins],
  [
    'loses no update of several writers that read, change and write',
    (place) => countUp(place, add),
  ],
];

const LEASE: readonly Case[] = [
  [
    'loses no update of several writers that hold its lease',
    (place) => countUp(place, addWithLease),
  ],
  ['gives its lease to one at a time, and to the next when it is given back', leasesInTurn],
  ['gives its lease to the next when it was never given back', leaseEnds],
];

const isEmpty =
  (guarantee: StoreGuarantee) =>
  async ({ open }: StorePlace): Promise<void> => {
    const store = await open();
    assert.equal(await store.read(), undefined);
    assert.notEqual(store.name, '');
    assert.equal(store.guarantee, guarantee);
  };

async function givesBack({ open }: StorePlace): Promise<void> {
  const version = await (await open()).write(TEXT, { expected: undefined });
  const [one, other] = [await (await open()).read(), await (await open()).read()];
  assert.equal(one?.text, TEXT);
  assert.equal(one.version, other?.version);
  assert.equal(one.version, version);
}

async function keepsLargeText({ open }: StorePlace): Promise<void> {
  // Hardly to be compressed.
  const numbers = Array.from({ length: LARGE_CHARACTERS / 20 }, (_, index) =>
    Math.sin(index).toFixed(17),
  );
  const large = JSON.stringify(numbers);
  await (await open()).write(large, { expected: undefined });
  const stored = await (await open()).read();
  assert.ok(stored?.text === large, 'the text that was read is not the one that was written');
}

async function takesChain({ open }: StorePlace): Promise<void> {
  const store = await open();
  let version: string | undefined;
  const seen = new Set<string>();
  for (const text of ['{"1":1}', '{"2":2}', '{"3":3}']) {
    version = await store.write(text, { expected: version });
    seen.add(version);
    assert.equal((await store.read())?.text, text);
  }
  assert.equal(seen.size, 3);
}

async function refusesFirst({ open }: StorePlace): Promise<void> {
  await (await open()).write('{"first":1}', { expected: undefined });
  await assert.rejects((await open()).write('{"second":2}', { expected: undefined }), isConflict);
  assert.equal((await (await open()).read())?.text, '{"first":1}');
}

async function refusesOld({ open }: StorePlace): Promise<void> {
  const old = await (await open()).write('{"old":1}', { expected: undefined });
  await (await open()).write('{"newer":2}', { expected: old });
  await assert.rejects((await open()).write('{"late":3}', { expected: old }), isConflict);
  assert.equal((await (await open()).read())?.text, '{"newer":2}');
}

async function stopsWhenAborted({ open }: StorePlace): Promise<void> {
  const store = await open();
  const signal = AbortSignal.abort(new Error('enough'));
  await assert.rejects(store.read({ signal }), isEnough);
  await assert.rejects(store.write('{}', { expected: undefined, signal }), isEnough);
  assert.equal(await store.read(), undefined);
}

async function oneFirstWriteWins(place: StorePlace): Promise<void> {
  await oneOfMany(place, undefined);
}

async function oneWriteWins(place: StorePlace): Promise<void> {
  const expected = await (await place.open()).write('{"before":true}', { expected: undefined });
  await oneOfMany(place, expected);
}

async function oneOfMany({ open }: StorePlace, expected: string | undefined): Promise<void> {
  const stores = await Promise.all(Array.from({ length: WRITERS }, async () => open()));
  const texts = stores.map((_, index) => `{"writer":${index}}`);
  const results = await Promise.allSettled(
    stores.map((store, index) => store.write(texts[index] ?? '', { expected })),
  );
  for (const result of results)
    if (result.status === 'rejected') assert.ok(isConflict(result.reason), String(result.reason));
  const winners = texts.filter((_, index) => results[index]?.status === 'fulfilled');
  assert.equal(winners.length, 1, `${winners.length} of ${WRITERS} writers won`);
  assert.equal((await (await open()).read())?.text, winners[0]);
}

async function countUp(
  { open }: StorePlace,
  addOne: (store: StateStore, writer: number) => Promise<void>,
): Promise<void> {
  const writer = async (_: unknown, index: number): Promise<void> => {
    const store = await open();
    for (let round = 0; round < ROUNDS; round += 1) await addOne(store, index);
  };
  await Promise.all(Array.from({ length: 3 }, writer));
  assert.equal((await (await open()).read())?.text, `{"count":${3 * ROUNDS}}`);
}

/** Tries again until nobody else wrote in between. */
async function add(store: StateStore): Promise<void> {
  for (;;) {
    try {
      return await addOnce(store);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

async function addWithLease(store: StateStore, writer: number): Promise<void> {
  const release = await store.acquire?.({ ttlMs: 60_000, owner: `writer ${writer}` });
  await addOnce(store);
  await release?.();
}

async function addOnce(store: StateStore): Promise<void> {
  const before = await store.read();
  const count = Number(/\d+/.exec(before?.text ?? '0')?.[0]);
  await store.write(`{"count":${count + 1}}`, { expected: before?.version });
}

async function leasesInTurn({ open }: StorePlace): Promise<void> {
  const [first, second] = [await open(), await open()];
  const order: string[] = [];
  const release = await first.acquire?.({ ttlMs: 60_000, owner: 'first' });
  const takeSecond = async (): Promise<void> => {
    const giveBack = await second.acquire?.({ ttlMs: 60_000, owner: 'second' });
    order.push('second');
    await giveBack?.();
  };
  const waiting = takeSecond();
  await second.read();
  order.push('first');
  await release?.();
  await waiting;
  assert.deepEqual(order, ['first', 'second']);
}

async function leaseEnds({ open }: StorePlace): Promise<void> {
  await (await open()).acquire?.({ ttlMs: 1, owner: 'gone' });
  const release = await (await open()).acquire?.({ ttlMs: 60_000, owner: 'next' });
  assert.ok(release !== undefined);
  await release();
}

function isEnough(error: unknown): boolean {
  return error instanceof Error && error.message === 'enough';
}

function isConflict(error: unknown): boolean {
  return isFreshtagError(error, 'STATE_CONFLICT');
}
