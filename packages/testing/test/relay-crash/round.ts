import { setTimeout as sleep } from 'node:timers/promises';

import type { Actor } from '../../src/index.ts';
import {
  countOpen,
  findBroken,
  findLost,
  findStale,
  findUncalled,
  findUncommitted,
  findUnpassed,
  measureExtent,
  type Committed,
  type Extent,
} from './checker.ts';
import type { Choice, Trap } from './choices.ts';
import { TIMES } from './settings.ts';
import type { CrashWorld } from './world.ts';

/** What is carried from round to round. */
export interface Ledger {
  /** How often each tag is refreshed. */
  readonly passes: number;
  /** Every transaction that was ever committed. */
  readonly known: Set<string>;
  lastId: number;
}

export interface RoundResult {
  readonly problems: readonly string[];
  readonly stale: readonly string[];
  readonly committed: number;
  readonly rolledBack: number;
  readonly rows: number;
  readonly refreshes: number;
  readonly extent: Extent;
  readonly froze: boolean;
  /** Kills whose moment did not come. */
  readonly late: number;
  readonly slowestFillMs: number;
}

const LONGEST_WAIT_MS = 2000;
const LONGEST_DRAIN_MS = 60_000;
const CONTROL_CHANGES = 20;
const OUTAGE_MS = 1000;
const FREEZE_MS = TIMES.leaseMs + 600;

/** Two kills, and what else was chosen, until everything has ended and is judged. */
export async function playRound(
  world: CrashWorld,
  choice: Choice,
  ledger: Ledger,
): Promise<RoundResult> {
  world.forget();
  const faults = choice.faults.map(async ({ fault, atMs }) => {
    if (atMs > 0) await sleep(atMs);
    world.edge.injectFault(fault);
  });
  const kills = choice.kills.map((trap) => armKill(world, trap));
  let frozenUntilMs = 0;
  const { freeze } = choice;
  if (freeze !== undefined)
    world.arm(freeze, () => {
      world.actor(freeze.actor).freeze(FREEZE_MS);
      frozenUntilMs = Date.now() + FREEZE_MS;
    });
  for (const writer of world.writers) writer.tell('go');
  const outage = playOutage(world, choice.outageAtMs);
  const late = await Promise.all(kills.map((kill) => kill.done));
  await sleep(200);
  await outage;
  const victims = new Set(choice.kills.map(({ actor }) => actor));
  await Promise.all(world.writers.filter(({ name }) => !victims.has(name)).map(pause));
  await Promise.all(kills.map((kill) => kill.again));
  world.disarm();
  const needsRedrive = choice.faults.some(({ fault }) => fault.kind === 'task-failed');
  await Promise.all(faults);
  const stuck = await drain(world, needsRedrive);
  await sleep(Math.max(0, frozenUntilMs + 200 - Date.now()));
  // What a thawed process has taken up again.
  const stuckAgain = frozenUntilMs > 0 ? await drain(world, needsRedrive) : [];
  return judge(world, ledger, {
    problems: [...stuck, ...stuckAgain],
    froze: frozenUntilMs > 0,
    late: late.filter(Boolean).length,
  });
}

/** Kills at the moment, or when that does not come; the process is started again at once. */
function armKill(
  world: CrashWorld,
  trap: Trap,
): { readonly done: Promise<boolean>; readonly again: Promise<void> } {
  const actor = world.actor(trap.actor);
  const again = Promise.withResolvers<void>();
  const killed = Promise.withResolvers<void>();
  let isKilled = false;
  const kill = (): void => {
    if (isKilled) return;
    isKilled = true;
    actor.kill();
    killed.resolve();
    actor.start().then(again.resolve, again.reject);
  };
  world.arm(trap, kill);
  const limit = new AbortController();
  const done = Promise.race([
    killed.promise.then(() => false),
    sleep(LONGEST_WAIT_MS, true, { signal: limit.signal }),
  ]).then((isLate) => {
    limit.abort();
    kill();
    return isLate;
  });
  return { done, again: again.promise };
}

/** No fault, no kill, and relays that have time: nothing may be done twice. */
export async function playControl(world: CrashWorld, ledger: Ledger): Promise<RoundResult> {
  const { passes } = ledger;
  world.forget();
  for (const writer of world.writers) writer.tell('go');
  while (world.said.filter(({ type }) => type === 'committing').length < CONTROL_CHANGES)
    await sleep(20);
  await Promise.all(world.writers.map(pause));
  const problems = await drain(world, false);
  const counts = new Map<string, number>();
  for (const tag of world.refreshes.flatMap(({ tags }) => tags))
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  for (const { tx } of await readCommitted(world)) {
    const count = counts.get(tx) ?? 0;
    if (count !== passes)
      problems.push(`double work: ${tx} was in ${count} calls, not in ${passes}`);
  }
  return judge(world, ledger, { problems, froze: false, late: 0 });
}

async function playOutage(world: CrashWorld, atMs: number | undefined): Promise<void> {
  if (atMs === undefined) return;
  await sleep(atMs);
  world.cut();
  await sleep(OUTAGE_MS);
  world.restore();
}

async function pause(writer: Actor): Promise<void> {
  const paused = writer.heard('paused');
  writer.tell('pause');
  await paused;
}

/** Waits until every row has ended. @returns what has not */
async function drain(world: CrashWorld, needsRedrive: boolean): Promise<string[]> {
  const deadlineMs = Date.now() + LONGEST_DRAIN_MS;
  for (let turn = 1; ; turn += 1) {
    const { open, parked } = await countOpen(world.database);
    if (parked > 0) return [`${parked} rows or batches were parked`];
    if (open === 0) return [];
    if (Date.now() > deadlineMs)
      return [`lost: ${open} rows or batches have not ended`, ...(await describeOpen(world))];
    // A failed task waits for 7.5 s and more: somebody redrives it.
    if (needsRedrive && turn % 10 === 0) for (const worker of world.workers) worker.tell('redrive');
    await sleep(60);
  }
}

/** Where what has not ended is, and what the relays said of it. */
async function describeOpen({ database, said }: CrashWorld): Promise<string[]> {
  const rows = await Promise.all(
    [
      `SELECT * FROM freshtag_outbox WHERE state IN ('waiting', 'parked')`,
      `SELECT * FROM freshtag_batch WHERE state NOT IN ('complete', 'settled')`,
      `SELECT slot, holder, held_until_ms FROM freshtag_turn WHERE held_until_ms > ${Date.now()}`,
    ].map((sql) => database.query(sql)),
  );
  const events = said.filter(({ type }) => !WRITERS.has(type));
  return [...rows.flat(), ...events].map((one) => `  ${Date.now()} ${JSON.stringify(one)}`);
}

const WRITERS = new Set(['committing', 'rolled-back', 'paused']);

async function judge(
  world: CrashWorld,
  ledger: Ledger,
  {
    problems,
    froze,
    late,
  }: { readonly problems: readonly string[]; readonly froze: boolean; readonly late: number },
): Promise<RoundResult> {
  world.edge.clearFaults();
  const { database, refreshes, calls } = world;
  const committed = await readCommitted(world);
  for (const { tx } of committed) ledger.known.add(tx);
  const stale = await findStale(database, world.edge);
  const { lost, rows, lastId } = await findLost(database, committed, ledger.lastId);
  ledger.lastId = lastId;
  await database.query('DELETE FROM committed');
  const extent = measureExtent(calls, refreshes);
  const of = (type: string): number => world.said.filter((said) => said.type === type).length;
  return {
    problems: [
      ...problems,
      ...lost,
      ...findUncalled(committed, refreshes),
      ...findUnpassed(committed, refreshes, ledger.passes),
      ...findUncommitted(refreshes, ledger.known),
      ...findBroken(extent),
      ...world.said
        .filter(({ type }) => type === 'crashed' || type === 'parked')
        .map((said) => `${JSON.stringify(said)} ${world.actor(said.actor).errors}`),
    ],
    stale,
    committed: committed.length,
    rolledBack: of('rolled-back'),
    rows,
    refreshes: refreshes.length,
    extent,
    froze,
    late,
    slowestFillMs: world.slowestFillMs,
  };
}

/** What the database has kept. None of it was committed before its writer said that it would be. */
async function readCommitted(world: CrashWorld): Promise<Committed[]> {
  const told = new Map(
    world.said
      .filter(({ type }) => type === 'committing')
      .map((said) => [String(said['tx']), Number(said['atMs'])]),
  );
  const rows = await world.database.query('SELECT tx, tags FROM committed');
  return rows.map((row) => ({
    tx: String(row['tx']),
    tags: String(row['tags']).split(' '),
    afterMs: told.get(String(row['tx'])) ?? Infinity,
  }));
}
