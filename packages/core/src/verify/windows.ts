import type { Sighting, Verdict } from './outcome.ts';

/** What the edge answered in one minute. */
export interface StaleWindow {
  /** Minutes since the beginning, from 0. */
  readonly minute: number;
  /** Its beginning, in milliseconds since the epoch. */
  readonly fromMs: number;
  /** Answers: each page counts at each address each time. */
  readonly answers: Readonly<Record<Verdict, number>>;
  /** Share of the stale ones among those that are fresh or stale, 0 to 1; `null` without any. */
  readonly staleRate: number | null;
}

const MINUTE_MS = 60_000;

/** Counts answers by the minute. */
export interface WindowCounter {
  readonly add: (sighting: Sighting) => void;
  /** Those that had any answer and are over by then, each told once; without a time: all that are left. */
  readonly takeEnded: (nowMs?: number) => StaleWindow[];
  /** All that had any answer, in their order. */
  readonly list: () => StaleWindow[];
}

export function createWindowCounter(sinceMs: number): WindowCounter {
  const counts = new Map<number, Record<Verdict, number>>();
  const told = new Set<number>();
  const list = (): StaleWindow[] =>
    [...counts.keys()]
      .sort((a, b) => a - b)
      .map((minute) => describeWindow(minute, sinceMs, counts.get(minute)));
  return {
    add: ({ atMs, verdict }) => {
      const minute = Math.max(0, Math.floor((atMs - sinceMs) / MINUTE_MS));
      const count = counts.get(minute) ?? { fresh: 0, stale: 0, unknown: 0 };
      counts.set(minute, { ...count, [verdict]: count[verdict] + 1 });
    },
    takeEnded: (nowMs = Infinity) => {
      const ended = list().filter(
        ({ minute, fromMs }) => fromMs + MINUTE_MS <= nowMs && !told.has(minute),
      );
      for (const { minute } of ended) told.add(minute);
      return ended;
    },
    list,
  };
}

function describeWindow(
  minute: number,
  sinceMs: number,
  answers: Readonly<Record<Verdict, number>> = { fresh: 0, stale: 0, unknown: 0 },
): StaleWindow {
  const known = answers.fresh + answers.stale;
  const staleRate = known === 0 ? null : answers.stale / known;
  return { minute, fromMs: sinceMs + minute * MINUTE_MS, answers, staleRate };
}
