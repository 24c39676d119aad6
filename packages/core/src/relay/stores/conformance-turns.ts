import assert from 'node:assert/strict';

import type { OutboxStore, Turn } from '../outbox.ts';
import { HOUR_MS, type Case, type World } from './conformance-support.ts';

const REST_MS = 1000;
const FIVE = { slots: 5, longestMs: 30_000 };

let accounts = 0;

/** What every store must do for the pace of an account. */
export const TURN_CASES: readonly Case[] = [
  ['gives as many turns as there are slots, and says when to ask again', givesTurns],
  ['gives turns to several who ask at once, and none twice', givesTurnsAtOnce],
  ['lets no sliding second begin more calls than there are slots', keepsPace],
  ['gives a slot again when its turn was never ended', turnEnds],
  ['changes nothing for a turn that ends when another has its slot', lateEnd],
  ['has a pace of its own for each account, and one for all environments', accountsApart],
  ['makes no turn late when its clock is set forward or back by an hour', turnsAfterJump],
];

function newAccount(): string {
  accounts += 1;
  return `account ${accounts} ${Math.random()}`;
}

async function granted(store: OutboxStore, account: string, options = FIVE): Promise<number> {
  const turn = await store.takeTurn(account, options);
  assert.ok(turn.granted, 'no turn was given');
  return turn.slot;
}

async function refusedFor(store: OutboxStore, account: string, options = FIVE): Promise<number> {
  const turn = await store.takeTurn(account, options);
  assert.ok(!turn.granted, 'a turn was given');
  return turn.waitMs;
}

async function givesTurns({ open, clock }: World): Promise<void> {
  const [store, account] = [await open(), newAccount()];
  const turns: number[] = [];
  for (let count = 0; count < 5; count += 1) turns.push(await granted(store, account));
  assert.equal(new Set(turns).size, 5);
  assert.equal(await refusedFor(store, account), 1000);
  clock.move(100);
  await store.endTurn(account, turns[3] ?? 0, REST_MS);
  clock.move(400);
  assert.equal(await refusedFor(store, account), 600);
  clock.move(600);
  await granted(store, account);
  await refusedFor(store, account);
  // Another relay may know of a higher rate.
  await granted(await open(), account, { ...FIVE, slots: 6 });
}

async function givesTurnsAtOnce({ open }: World): Promise<void> {
  const account = newAccount();
  const stores = await Promise.all(Array.from({ length: 4 }, async () => open()));
  const asked = stores.flatMap((store) => Array.from({ length: 5 }, () => store));
  const turns = await Promise.all(asked.map((store) => store.takeTurn(account, FIVE)));
  const given = turns.filter(isGranted);
  assert.ok(given.length <= 5 && given.length > 0, `${given.length} turns of five slots`);
  assert.equal(new Set(given.map(({ slot }) => slot)).size, given.length);
  for (let left = given.length; left < 5; left += 1) await granted(await open(), account);
  await refusedFor(await open(), account);
}

function isGranted(turn: Turn): turn is Turn & { readonly granted: true } {
  return turn.granted;
}

async function keepsPace({ open, clock }: World): Promise<void> {
  const account = newAccount();
  const stores = [await open(), await open(), await open()];
  const begun: number[] = [];
  const underWay: { readonly turn: number; readonly endMs: number; readonly store: OutboxStore }[] =
    [];
  for (let step = 0; step < 300; step += 1) {
    const ended = underWay.filter(({ endMs }) => endMs <= clock.now());
    for (const call of ended) {
      await call.store.endTurn(account, call.turn, REST_MS);
      underWay.splice(underWay.indexOf(call), 1);
    }
    const store = stores[step % 3];
    const turn = await store?.takeTurn(account, { slots: 3, longestMs: 30_000 });
    if (store !== undefined && turn?.granted === true) {
      // It reaches the edge at some time before its answer is there.
      const endMs = clock.now() + ((step * 37) % 120);
      begun.push(endMs);
      underWay.push({ turn: turn.slot, endMs, store });
    }
    clock.move(7 + (step % 5));
  }
  begun.sort((one, other) => one - other);
  const most = begun.map(
    (fromMs) => begun.filter((at) => at >= fromMs && at < fromMs + 1000).length,
  );
  assert.ok(begun.length >= 6, 'there were hardly any turns');
  assert.ok(Math.max(...most) <= 3, `${Math.max(...most)} calls in a second`);
}

async function turnEnds({ open, clock }: World): Promise<void> {
  const [store, account] = [await open(), newAccount()];
  const one = { slots: 1, longestMs: 30_000 };
  await granted(store, account, one);
  clock.move(29_999);
  assert.equal(await refusedFor(store, account, one), 1);
  clock.move(1);
  await granted(store, account, one);
}

async function lateEnd({ open, clock }: World): Promise<void> {
  const [frozen, other, account] = [await open(), await open(), newAccount()];
  const one = { slots: 1, longestMs: 5000 };
  const late = await granted(frozen, account, one);
  clock.move(5000);
  await granted(other, account, one);
  await frozen.endTurn(account, late, 0);
  await refusedFor(other, account, one);
}

async function accountsApart({ open }: World): Promise<void> {
  const [account, another] = [newAccount(), newAccount()];
  const [production, preview] = [await open(), await open({ environment: 'preview' })];
  const one = { slots: 1, longestMs: 5000 };
  await granted(production, account, one);
  await refusedFor(preview, account, one);
  const turn = await granted(preview, another, one);
  await preview.endTurn(account, turn, 0);
  await refusedFor(preview, another, one);
  await production.endTurn(another, turn, 0);
  await granted(preview, another, one);
}

async function turnsAfterJump({ open, clock }: World): Promise<void> {
  const [store, account] = [await open(), newAccount()];
  const one = { slots: 1, longestMs: 30_000 };
  for (const jumpMs of [-HOUR_MS, HOUR_MS, -HOUR_MS]) {
    await granted(store, account, one);
    await refusedFor(store, account, one);
    clock.move(jumpMs);
  }
}
