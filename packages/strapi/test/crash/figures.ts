import type { RoundResult } from './round.ts';
import { SECOND_PASS_MS } from './settings.ts';

/** What all rounds came to. */
export interface StrapiCrashFigures {
  readonly seed: number;
  seconds: number;
  kills: number;
  /** Kills whose moment did not come, so that they came by time. */
  late: number;
  /** Transactions with a change of public content. */
  committed: number;
  rows: number;
  requests: number;
  refused: number;
  /** Requests whose connection died, and how many of them had been committed all the same. */
  died: number;
  diedCommitted: number;
  lost: number;
  stale: number;
  compared: number;
  hits: number;
  /** Rounds with a fetch slower than the delay of the second pass, which promises nothing then. */
  tooSlow: number;
  /** Of the rounds that went wrong. */
  readonly failures: string[];
}

export function noFigures(seed: number): StrapiCrashFigures {
  return {
    seed,
    seconds: 0,
    kills: 0,
    late: 0,
    committed: 0,
    rows: 0,
    requests: 0,
    refused: 0,
    died: 0,
    diedCommitted: 0,
    lost: 0,
    stale: 0,
    compared: 0,
    hits: 0,
    tooSlow: 0,
    failures: [],
  };
}

/** @returns what went wrong, if anything did */
export function addRound(
  figures: StrapiCrashFigures,
  result: RoundResult,
  what: string,
): string | undefined {
  const { problems, slowestFillMs, stale } = result;
  for (const of of [
    'committed',
    'rows',
    'requests',
    'refused',
    'died',
    'diedCommitted',
    'compared',
    'hits',
  ] as const)
    figures[of] += result[of];
  figures.kills += 1;
  figures.late += Number(result.isLate);
  figures.lost += problems.filter((problem) => problem.startsWith('lost')).length;
  const isTooSlow = stale.length > 0 && slowestFillMs >= SECOND_PASS_MS;
  if (isTooSlow) figures.tooSlow += 1;
  else figures.stale += stale.length;
  const wrong = isTooSlow ? problems : [...problems, ...stale];
  if (wrong.length === 0) return undefined;
  const text = [what, ...wrong.slice(0, 20)].join('\n  ');
  figures.failures.push(text);
  return `FAILED ${text}\n`;
}
