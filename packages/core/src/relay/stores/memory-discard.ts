import { randomUUID } from 'node:crypto';

import { FREE } from './held.ts';
import { problemOf, type Kept, type KeptBatch, type KeptRow } from './memory-kept.ts';

/** See `OutboxStore.discard`. */
export function discardIn(kept: Kept, change: string, nowMs: number): number {
  const isMeant = ({ row }: KeptRow): boolean => row.change === change;
  const rows = [...kept.open.values()].filter((row) => row.state === 'parked' && isMeant(row));
  const lots = Map.groupBy(rows, ({ row }) => `${row.domain} ${row.force}`);
  for (const lot of lots.values()) discardRows(kept, lot, nowMs);
  let total = rows.length;
  for (const parked of [...kept.batches.values()].filter(({ batch }) => batch.state === 'parked')) {
    const own = parked.rows.filter(isMeant);
    if (own.length === 0) continue;
    const others = parked.rows.filter((row) => !isMeant(row));
    kept.batches.delete(parked.batch.id);
    discardRows(kept, own, nowMs, parked);
    if (others.length > 0) keepParked(kept, parked, { own, others });
    total += own.length;
  }
  return total;
}

/** @param from the batch that they were in */
function discardRows(
  { open, batches, ended }: Kept,
  rows: readonly KeptRow[],
  nowMs: number,
  from?: KeptBatch,
): void {
  const [first] = rows;
  if (first === undefined) return;
  const { problem } = from ?? first;
  const { domain, force } = first.row;
  const progress = from?.batch ?? { pass: 1, attempts: 0, calls: [] };
  const tags = [...new Set(rows.map(({ row }) => row.tag))];
  const about = { id: randomUUID(), domain, force, tags, problem: problemOf(from ?? first) };
  const batch: KeptBatch = {
    batch: { ...progress, ...about, directories: undefined, state: 'discarded' },
    rows,
    endedAtMs: nowMs,
    hold: FREE,
    holder: undefined,
    problem,
  };
  batches.set(about.id, batch);
  ended.add(batch);
  for (const row of rows) {
    Object.assign(row, { state: 'accepted', batch });
    open.delete(row.id);
  }
}

/** What others need of a batch stays in it. */
function keepParked(
  { batches }: Kept,
  parked: KeptBatch,
  { own, others }: Readonly<Record<'own' | 'others', readonly KeptRow[]>>,
): void {
  const needed = new Set(others.map(({ row }) => row.tag));
  const leaving = new Set(own.map(({ row }) => row.tag).filter((tag) => !needed.has(tag)));
  const tags = parked.batch.tags.filter((tag) => !leaving.has(tag));
  const rest: KeptBatch = { ...parked, rows: others, batch: { ...parked.batch, tags } };
  for (const row of others) row.batch = rest;
  batches.set(rest.batch.id, rest);
}
