import type { Extent } from './checker.ts';
import type { StoreKind } from './database.ts';

/** What the runs of one store came to. */
export interface CrashFigures {
  readonly store: StoreKind;
  readonly seed: number;
  readonly secondPass: boolean;
  readonly seconds: number;
  kills: number;
  freezes: number;
  outages: number;
  /** Kills whose moment did not come, so that they came by time. */
  late: number;
  committed: number;
  rolledBack: number;
  rows: number;
  refreshes: number;
  lost: number;
  stale: number;
  /** Rounds with a fetch slower than the delay of the second pass, which promises nothing then. */
  tooSlow: number;
  most: Extent;
  faults: Readonly<Record<string, number>>;
  /** Of the rounds that went wrong. */
  readonly failures: string[];
}

export function noFigures(what: Pick<CrashFigures, 'store' | 'seed' | 'secondPass'>): CrashFigures {
  return {
    ...what,
    seconds: 0,
    kills: 0,
    freezes: 0,
    outages: 0,
    late: 0,
    committed: 0,
    rolledBack: 0,
    rows: 0,
    refreshes: 0,
    lost: 0,
    stale: 0,
    tooSlow: 0,
    most: { tags: 0, characters: 0, urlBytes: 0, refreshesInASecond: 0, callsInASecond: 0 },
    faults: {},
    failures: [],
  };
}
