import { randomInt } from 'node:crypto';

import { systemClock, type Clock } from '../../clock.ts';
import type {
  Batch,
  ClaimedRow,
  HistoryEntry,
  Lease,
  NewRow,
  OutboxStatistics,
  OutboxStore,
  ProbeQuery,
  Problem,
  UnprobedRows,
} from '../outbox.ts';
import { ageOf, FREE, isEnd, isInForce, MOST_COUNTED, MOST_TURN_WAIT_MS } from './held.ts';
import { discardIn } from './memory-discard.ts';
import { actorsOf, callsSince, historyOf } from './memory-history.ts';
import {
  emptyEnvironment,
  emptyPlace,
  isStuck,
  noteProbeOf,
  problemOf,
  unprobedOf,
} from './memory-kept.ts';
import type { Held, Kept, KeptBatch, KeptRow, Place } from './memory-kept.ts';
import { storableMessage, storableRows } from './storable.ts';

export interface MemoryOutboxOptions {
  /** Whose rows these are: `production`, `preview` … Default `production`. */
  readonly environment?: string | undefined;
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /** Stores with the same object keep what they have together, as in one database. */
  readonly place?: object | undefined;
}

const PLACES = new WeakMap<object, Place>();

/** A store in memory: for tests, and where nothing need outlast the process. */
export function createMemoryOutbox({
  environment = 'production',
  clock = systemClock,
  place = {},
}: MemoryOutboxOptions = {}): OutboxStore {
  const shared = PLACES.get(place) ?? emptyPlace();
  PLACES.set(place, shared);
  const kept = shared.environments.get(environment) ?? emptyEnvironment();
  shared.environments.set(environment, kept);
  return new MemoryOutbox(shared, kept, () => Math.trunc(clock.now()));
}

class MemoryOutbox implements OutboxStore {
  readonly name: string = 'memory';
  readonly #place: Place;
  readonly #kept: Kept;
  readonly #now: () => number;

  constructor(place: Place, kept: Kept, now: () => number) {
    this.#place = place;
    this.#kept = kept;
    this.#now = now;
  }

  async migrate(): Promise<void> {}

  async append(rows: readonly NewRow[]): Promise<void> {
    const appendedAtMs = this.#now();
    for (const row of storableRows(rows)) {
      this.#place.lastId += 1;
      const kept: KeptRow = {
        id: this.#place.lastId,
        row,
        appendedAtMs,
        state: 'waiting',
        attempts: 0,
        hold: FREE,
        holder: undefined,
        problem: undefined,
        batch: undefined,
        probe: undefined,
      };
      this.#kept.rows.set(kept.id, kept);
      this.#kept.open.set(kept.id, kept);
    }
  }

  async waiting(): ReturnType<OutboxStore['waiting']> {
    const ages = [...this.#claimable(MOST_COUNTED)].map((row) => this.#ageOf(row));
    return {
      rows: ages.length,
      oldestAgeMs: ages.reduce((most, age) => Math.max(most, age), 0),
      newestAgeMs: ages.reduce((least, age) => Math.min(least, age), ages[0] ?? 0),
    };
  }

  async claim(lease: Lease & { readonly limit: number }): Promise<ClaimedRow[]> {
    const rows = [...this.#claimable(lease.limit)];
    for (const row of rows) this.#lend(row, lease);
    return rows.map(({ id, row, appendedAtMs, attempts }) => ({
      id,
      domain: row.domain,
      tag: row.tag,
      force: row.force,
      appendedAtMs,
      attempts,
    }));
  }

  async claimBatches(lease: Lease & { readonly limit: number }): Promise<Batch[]> {
    const due = this.#underWay()
      .filter(({ batch, hold }) => batch.state !== 'parked' && !isInForce(hold, this.#now()))
      .sort((one, other) => one.hold.untilMs - other.hold.untilMs)
      .slice(0, lease.limit);
    for (const batch of due) this.#lend(batch, lease);
    return due.map(({ batch }) => batch);
  }

  async extend(lease: Lease): Promise<number> {
    const held = this.#heldBy(lease.holder);
    for (const item of held) this.#lend(item, lease);
    return held.length;
  }

  async accept(
    ...[holder, rowIds, { waitMs, ...batch }]: Parameters<OutboxStore['accept']>
  ): Promise<number> {
    const rows = this.#rowsHeldBy(holder, rowIds);
    if (rows.length === 0) return 0;
    const kept: KeptBatch = { batch, rows, endedAtMs: 0, ...this.#waitFor(waitMs, batch.problem) };
    this.#put(kept, batch);
    this.#kept.batches.set(batch.id, kept);
    for (const row of rows) {
      Object.assign(row, { state: 'accepted', batch: kept, ...this.#waitFor(0) });
      this.#kept.open.delete(row.id);
    }
    return rows.length;
  }

  async failUntil(
    ...[holder, rowIds, { waitMs, failed, problem }]: Parameters<OutboxStore['failUntil']>
  ): Promise<number> {
    const rows = this.#rowsHeldBy(holder, rowIds);
    // One moment for all: else a claim in between would part what waits together.
    const waiting = this.#waitFor(waitMs, problem);
    for (const row of rows) {
      Object.assign(row, waiting);
      if (failed) row.attempts += 1;
    }
    return rows.length;
  }

  async park(holder: string, rowIds: readonly number[], problem: Problem): Promise<number> {
    const rows = this.#rowsHeldBy(holder, rowIds);
    const parked = { state: 'parked', ...this.#waitFor(0, problem) };
    for (const row of rows) Object.assign(row, parked);
    return rows.length;
  }

  async step(
    ...[holder, batchId, { waitMs, ...step }]: Parameters<OutboxStore['step']>
  ): Promise<boolean> {
    const kept = this.#kept.batches.get(batchId);
    if (kept?.holder !== holder) return false;
    Object.assign(kept, this.#waitFor(waitMs, step.problem));
    this.#put(kept, { ...kept.batch, ...step });
    return true;
  }

  async redrive(query: Parameters<OutboxStore['redrive']>[0] = {}): Promise<number> {
    const isMeant = ({ problem }: Held, domain: string, rows: readonly KeptRow[]): boolean =>
      (query.domain ?? domain) === domain &&
      (query.code ?? problem?.code) === problem?.code &&
      rows.some(
        ({ row }) =>
          (query.tag ?? row.tag) === row.tag && (query.change ?? row.change) === row.change,
      );
    const rows = [...this.#kept.open.values()].filter(
      (row) => isStuck(row, row.state) && isMeant(row, row.row.domain, [row]),
    );
    const batches = this.#underWay().filter(
      (kept) => isStuck(kept, kept.batch.state) && isMeant(kept, kept.batch.domain, kept.rows),
    );
    for (const row of rows)
      Object.assign(row, { state: 'waiting', attempts: 0, ...this.#waitFor(0) });
    for (const kept of batches) {
      const state = kept.batch.state === 'parked' ? 'passing' : kept.batch.state;
      Object.assign(kept, this.#waitFor(0));
      this.#put(kept, { ...kept.batch, state, attempts: 0 });
    }
    return rows.length + batches.length;
  }

  async discard(change: string): Promise<number> {
    return discardIn(this.#kept, change, this.#now());
  }

  async statistics(): Promise<OutboxStatistics> {
    const rows = [...this.#kept.open.values()];
    const batches = this.#underWay();
    const waiting = rows.filter(({ state }) => state === 'waiting');
    const [problem] = [...rows, ...batches]
      .flatMap((item) => item.problem ?? [])
      .sort((one, other) => other.order - one.order);
    const parkedBatches = batches.filter(({ batch }) => batch.state === 'parked').length;
    return {
      waiting: waiting.length,
      parked: rows.length - waiting.length,
      batches: batches.length - parkedBatches,
      parkedBatches,
      oldestAgeMs: waiting.reduce((most, row) => Math.max(most, this.#ageOf(row)), 0),
      problem: problem && { code: problem.code, message: problem.message },
    };
  }

  async callsSince(sinceMs: number): ReturnType<OutboxStore['callsSince']> {
    return callsSince(this.#kept, sinceMs);
  }

  async actors(): Promise<string[]> {
    return actorsOf(this.#kept);
  }

  async history(query: Parameters<OutboxStore['history']>[0] = {}): Promise<HistoryEntry[]> {
    return historyOf(this.#kept, query);
  }

  async unprobed(query: ProbeQuery): Promise<UnprobedRows> {
    return unprobedOf(this.#kept, query, this.#now());
  }

  async noteProbe(...given: Parameters<OutboxStore['noteProbe']>): Promise<number> {
    return noteProbeOf(this.#kept, this.#now(), ...given);
  }

  async prune(...[{ maxAgeMs, maxRows }]: Parameters<OutboxStore['prune']>): Promise<number> {
    const { ended, rows, batches } = this.#kept;
    let total = 0;
    let removed = 0;
    const newest = [...ended].toReversed().sort((one, other) => other.endedAtMs - one.endedAtMs);
    for (const kept of newest) {
      total += kept.rows.length;
      if (total <= maxRows && kept.endedAtMs > this.#now() - maxAgeMs) continue;
      for (const { id } of kept.rows) rows.delete(id);
      batches.delete(kept.batch.id);
      ended.delete(kept);
      removed += kept.rows.length;
    }
    return removed;
  }

  async takeTurn(
    ...[account, { slots, longestMs }]: Parameters<OutboxStore['takeTurn']>
  ): ReturnType<OutboxStore['takeTurn']> {
    const nowMs = this.#now();
    let firstMs = nowMs + MOST_TURN_WAIT_MS;
    for (let slot = 0; slot < slots; slot += 1) {
      const { hold = FREE } = this.#place.turns.get(`${slot} ${account}`) ?? {};
      if (!isInForce(hold, nowMs)) {
        const turn = randomInt(2 ** 48 - 1);
        const taken = { fromMs: nowMs, untilMs: nowMs + longestMs };
        this.#place.turns.set(`${slot} ${account}`, { hold: taken, turn });
        return { granted: true, slot: turn };
      }
      firstMs = Math.min(firstMs, hold.untilMs);
    }
    return { granted: false, waitMs: firstMs - nowMs };
  }

  async endTurn(account: string, turn: number, restMs: number): Promise<void> {
    const nowMs = this.#now();
    for (const [key, taken] of this.#place.turns)
      if (taken.turn === turn && key.endsWith(` ${account}`))
        taken.hold = { fromMs: nowMs, untilMs: nowMs + restMs };
  }

  async close(): Promise<void> {}

  #ageOf({ appendedAtMs }: KeptRow): number {
    return ageOf(appendedAtMs, this.#now());
  }

  *#claimable(limit: number): Generator<KeptRow> {
    let left = limit;
    for (const row of this.#kept.open.values()) {
      if (left === 0) return;
      if (row.state !== 'waiting' || isInForce(row.hold, this.#now())) continue;
      left -= 1;
      yield row;
    }
  }

  #lend(item: Held, { holder, leaseMs }: Lease): void {
    item.hold = { fromMs: this.#now(), untilMs: this.#now() + leaseMs };
    item.holder = holder;
  }

  /** What is given back: nobody's, held until its time. */
  #waitFor(waitMs: number, problem?: Problem): Held {
    const hold = { fromMs: this.#now(), untilMs: this.#now() + waitMs };
    if (problem === undefined) return { hold, holder: undefined, problem };
    this.#place.lastProblem += 1;
    const message = storableMessage(problem.message);
    const order = this.#place.lastProblem;
    return { hold, holder: undefined, problem: { code: problem.code, message, order } };
  }

  #put(kept: KeptBatch, batch: Batch): void {
    kept.batch = { ...batch, problem: problemOf(kept) };
    if (!isEnd(batch.state)) return;
    kept.endedAtMs = this.#now();
    this.#kept.ended.add(kept);
  }

  #underWay(): KeptBatch[] {
    const { batches, ended } = this.#kept;
    return [...batches.values()].filter((kept) => !ended.has(kept));
  }

  #heldBy(holder: string): Held[] {
    return [...this.#kept.open.values(), ...this.#underWay()].filter(
      (item) => item.holder === holder,
    );
  }

  #rowsHeldBy(holder: string, rowIds: readonly number[]): KeptRow[] {
    return [...new Set(rowIds)].flatMap((id) => {
      const row = this.#kept.open.get(id);
      return row?.holder === holder ? row : [];
    });
  }
}
