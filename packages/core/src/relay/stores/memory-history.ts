import type { HistoryEntry, HistoryQuery, OutboxStore } from '../outbox.ts';
import { historyLimit, MOST_ACTORS } from './held.ts';
import { byNewest, entryOf, stateOf, type Kept, type KeptRow } from './memory-kept.ts';
import { storableNote } from './storable.ts';

/** See `OutboxStore.history`. */
export function historyOf({ rows }: Kept, query: HistoryQuery): HistoryEntry[] {
  const last = query.beforeId === undefined ? undefined : rows.get(query.beforeId);
  if (query.beforeId !== undefined && last === undefined) return [];
  return [...rows.values()]
    .filter((kept) => (last === undefined || byNewest(kept, last) > 0) && isMeant(kept, query))
    .sort(byNewest)
    .slice(0, historyLimit(query.limit))
    .map(entryOf);
}

function isMeant(kept: KeptRow, query: HistoryQuery): boolean {
  const { row, appendedAtMs, probe } = kept;
  const { subject, actor, changes, beforeChange } = query;
  const hasProblem = (kept.batch ?? kept).problem !== undefined;
  const { sinceMs = -Infinity, untilMs = Infinity } = query;
  return (
    (query.domain ?? row.domain) === row.domain &&
    (query.tag ?? row.tag) === row.tag &&
    (subject === undefined || storableNote(subject) === row.subject) &&
    (actor === undefined || storableNote(actor) === row.actor) &&
    (query.state ?? stateOf(kept)) === stateOf(kept) &&
    (query.hasProblem ?? hasProblem) === hasProblem &&
    (query.verified ?? probe?.verified) === probe?.verified &&
    (changes === undefined || changes.includes(row.change)) &&
    (beforeChange === undefined || row.change < beforeChange) &&
    sinceMs <= appendedAtMs &&
    appendedAtMs < untilMs
  );
}

/** See `OutboxStore.actors`. */
export function actorsOf({ rows }: Kept): string[] {
  const actors = new Set([...rows.values()].flatMap(({ row }) => row.actor ?? []));
  return [...actors].slice(0, MOST_ACTORS);
}

/** See `OutboxStore.callsSince`. */
export async function callsSince(
  { batches }: Kept,
  sinceMs: number,
): ReturnType<OutboxStore['callsSince']> {
  return [...batches.values()]
    .flatMap(({ batch }) => batch.calls)
    .filter(({ atMs }) => atMs >= sinceMs)
    .map(({ atMs, ending }) => ({ atMs, ending }));
}
