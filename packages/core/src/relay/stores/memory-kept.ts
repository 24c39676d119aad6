import type {
  Batch,
  HistoryEntry,
  OutboxStore,
  Probe,
  ProbePlace,
  ProbeQuery,
  Problem,
  RowState,
  UnprobedRows,
} from '../outbox.ts';
import { ENDED_LAG_MS, type Hold } from './held.ts';
import { storableMessage, type StorableRow } from './storable.ts';

export interface Held {
  hold: Hold;
  holder: string | undefined;
  problem: (Problem & { readonly order: number }) | undefined;
}

export interface KeptRow extends Held {
  readonly id: number;
  readonly row: StorableRow;
  readonly appendedAtMs: number;
  state: 'waiting' | 'parked' | 'accepted';
  attempts: number;
  batch: KeptBatch | undefined;
  probe: Probe | undefined;
}

export interface KeptBatch extends Held {
  batch: Batch;
  readonly rows: readonly KeptRow[];
  endedAtMs: number;
}

/** What one environment has. What is not accepted, or has not ended, is found without the rest. */
export interface Kept {
  readonly rows: Map<number, KeptRow>;
  readonly open: Map<number, KeptRow>;
  readonly batches: Map<string, KeptBatch>;
  readonly ended: Set<KeptBatch>;
}

export interface Place {
  readonly environments: Map<string, Kept>;
  readonly turns: Map<string, { hold: Hold; turn: number }>;
  /** Of the newest row, and of the newest problem. */
  lastId: number;
  lastProblem: number;
}

export function emptyPlace(): Place {
  return { environments: new Map(), turns: new Map(), lastId: 0, lastProblem: 0 };
}

export function emptyEnvironment(): Kept {
  return { rows: new Map(), open: new Map(), batches: new Map(), ended: new Set() };
}

export function problemOf({ problem }: Held): Problem | undefined {
  return problem && { code: problem.code, message: problem.message };
}

export function stateOf({ state, batch }: KeptRow): RowState {
  return state === 'accepted' ? (batch?.batch.state ?? 'passing') : state;
}

export function entryOf(kept: KeptRow): HistoryEntry {
  const { id, row, appendedAtMs, attempts, batch: under } = kept;
  const { tags: _, domain: __, force: ___, ...batch } = under?.batch ?? {};
  return {
    ...row,
    id,
    appendedAtMs,
    state: stateOf(kept),
    attempts,
    problem: problemOf(under ?? kept),
    batch: 'id' in batch ? batch : undefined,
    probe: kept.probe,
  };
}

/** Parked, or waiting after a problem, which is what a redrive ends. */
export function isStuck({ holder, problem }: Held, state: string): boolean {
  return state === 'parked' || (holder === undefined && problem !== undefined);
}

/** Most batches of one page. */
const PAGE_BATCHES = 100;

/** See `OutboxStore.unprobed`. */
export function unprobedOf(
  { ended }: Kept,
  { subjects, maxAgeMs, after }: ProbeQuery,
  nowMs: number,
): UnprobedRows {
  const batches = [...ended]
    .filter(({ endedAtMs }) => nowMs - maxAgeMs <= endedAtMs && endedAtMs <= nowMs - ENDED_LAG_MS)
    .filter((batch) => after === undefined || byPlace(placeOf(batch), after) > 0)
    .sort((one, other) => byPlace(placeOf(one), placeOf(other)))
    .slice(0, PAGE_BATCHES);
  const last = batches.at(-1);
  const rows = batches
    .flatMap((batch) => batch.rows)
    .flatMap(({ id, row: { domain, tag, subject = '' }, probe }) =>
      probe === undefined && subjects.some((begin) => subject.startsWith(begin))
        ? { id, domain, tag, subject }
        : [],
    );
  return { rows, next: last === undefined ? after : placeOf(last) };
}

/** See `OutboxStore.noteProbe`. */
export function noteProbeOf(
  { rows }: Kept,
  atMs: number,
  ...[rowIds, problem]: Parameters<OutboxStore['noteProbe']>
): number {
  const found = [...new Set(rowIds)].flatMap((id) => rows.get(id) ?? []);
  const verified = problem === undefined;
  const said = verified ? undefined : storableMessage(problem);
  for (const row of found) row.probe = { atMs, verified, problem: said };
  return found.length;
}

/** The place of a batch among those that ended. */
function placeOf({ endedAtMs, rows }: KeptBatch): ProbePlace {
  return { endedAtMs, number: rows[0]?.id ?? 0 };
}

function byPlace(one: ProbePlace, other: ProbePlace): number {
  return one.endedAtMs - other.endedAtMs || one.number - other.number;
}

/** Newest change first, and of a change the newest row. */
export function byNewest(one: KeptRow, other: KeptRow): number {
  if (one.row.change === other.row.change) return other.id - one.id;
  return one.row.change < other.row.change ? 1 : -1;
}
