import assert from 'node:assert/strict';

import type { Clock } from '../../clock.ts';
import type { Batch, BatchCall, ClaimedRow, NewRow, OutboxStore } from '../outbox.ts';

/** Somewhere empty where rows can be kept, with the time that is handed to it. */
export interface OutboxPlace {
  /** A store there, whose tables were made. Each call gives one as another process would open it. */
  readonly open: (options?: { readonly environment?: string }) => Promise<OutboxStore>;
  /** Removes the place. */
  readonly close?: () => Promise<void>;
}

/** One thing that a store must do, for any test runner: `for (const { title, run } of cases) test(title, run)`. */
export interface OutboxStoreCase {
  readonly title: string;
  /** Rejects if the store does not do it. */
  readonly run: () => Promise<void>;
}

/** A place, and its time. */
export interface World {
  readonly open: OutboxPlace['open'];
  readonly clock: ManualClock;
}

export type Case = readonly [title: string, run: (world: World) => Promise<void>];

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Time that stands still but when a case moves it. */
export class ManualClock implements Pick<Clock, 'now'> {
  #nowMs: number = Date.parse('2026-05-01T12:00:00Z');

  now(): number {
    return this.#nowMs;
  }

  move(byMs: number): void {
    this.#nowMs += byMs;
  }
}

export function rowOf(tag: string, more: Partial<NewRow> = {}): NewRow {
  return { domain: 'www.example.com', tag, force: true, ...more };
}

export function rowsOf(count: number, more: Partial<NewRow> = {}): NewRow[] {
  return Array.from({ length: count }, (_, index) => rowOf(`tag:${index}`, more));
}

export function idsOf(rows: readonly ClaimedRow[]): number[] {
  return rows.map(({ id }) => id);
}

export function tagsOf(rows: readonly { readonly tag: string }[]): string[] {
  return rows.map(({ tag }) => tag);
}

/** A call that was accepted. */
export function callOf(more: Partial<BatchCall> = {}): BatchCall {
  return { pass: 1, atMs: 5, waitedMs: 0, requestId: 'request', taskIds: ['1'], ...more };
}

/** A batch as a relay makes it after the first call. */
export function batchOf(
  id: string,
  more: Partial<Batch> = {},
): Batch & { readonly waitMs: number } {
  const call = callOf({ requestId: `request ${id}`, taskIds: ['1', '2'] });
  return {
    id,
    domain: 'www.example.com',
    force: true,
    tags: ['tag:0'],
    state: 'passing',
    pass: 2,
    attempts: 0,
    calls: [call],
    ...more,
    waitMs: 30_000,
  };
}

/** Compares what JSON has of two values: a key without a value is as good as none. */
export function assertSame(actual: unknown, expected: unknown): void {
  assert.deepEqual(plain(actual), plain(expected));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify({ value }));
}

let holders = 0;

/** What a claim is made with: a holder that nobody had before. */
export function leaseOf({
  leaseMs = MINUTE_MS,
  limit = 1000,
}: { readonly leaseMs?: number; readonly limit?: number } = {}): Readonly<{
  holder: string;
  leaseMs: number;
  limit: number;
}> {
  holders += 1;
  return { holder: `holder ${holders}`, leaseMs, limit };
}

/** Appends rows and puts them into a batch. @returns the numbers of the rows */
export async function acceptNew(
  store: OutboxStore,
  rows: readonly NewRow[],
  batch: Batch & { readonly waitMs: number },
): Promise<number[]> {
  await store.append(rows);
  const lease = leaseOf();
  const ids = idsOf(await store.claim(lease));
  await store.accept(lease.holder, ids, batch);
  return ids;
}

/** The last step of a batch that is due. */
export async function complete(store: OutboxStore, count = 1): Promise<void> {
  const lease = leaseOf({ limit: count });
  const end = { state: 'complete', attempts: 0, waitMs: 0 } as const;
  for (const { id, pass, calls } of await store.claimBatches(lease))
    await store.step(lease.holder, id, { ...end, pass, calls });
}

export const REFUSED = { code: 'PARAMETER_REFUSED', message: 'The cloud refused it.' } as const;
export const THROTTLED = { code: 'THROTTLED', message: 'Too many calls.' } as const;
