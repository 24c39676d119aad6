import type { Batch, HistoryEntry, NewRow, Problem, RowState } from '../outbox.ts';
import type { Hold } from './held.ts';

export interface Held {
  hold: Hold;
  holder: string | undefined;
  problem: (Problem & { readonly order: number }) | undefined;
}

export interface KeptRow extends Held {
  readonly id: number;
  readonly row: NewRow;
  readonly appendedAtMs: number;
  state: 'waiting' | 'parked' | 'accepted';
  attempts: number;
  batch: KeptBatch | undefined;
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
  };
}

/** Parked, or waiting after a problem, which is what a redrive ends. */
export function isStuck({ holder, problem }: Held, state: string): boolean {
  return state === 'parked' || (holder === undefined && problem !== undefined);
}
