import type { BatchCall, HistoryQuery } from '@freshtag/core/relay';

import { MOST_COUNTED, type Summary, type SummaryHour } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';
import { rowsOfChange } from './changes.ts';
import { countStale } from './count-stale.ts';
import { quotaDay } from './quota-day.ts';
import { knownQuota } from './quota.ts';
import { findChanges, readChanges } from './read-changes.ts';
import type { Reader } from './reader.ts';
import { showProblem } from './show-problem.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;

type Call = Pick<BatchCall, 'atMs' | 'ending'>;

export async function summary(instance: Instance, reader: Reader): Promise<Summary> {
  const stages = stagesOf(instance);
  const { nowMs, startMs: dayMs } = quotaDay(instance);
  const hours = hoursBefore(nowMs);
  const sinceMs = Math.min(dayMs, hours[0] ?? dayMs);
  const figures = await Promise.all(stages.map(({ store }) => store.statistics()));
  const calls = await Promise.all(
    stages.filter(({ kind }) => kind === 'dynamic').map(({ store }) => store.callsSince(sinceMs)),
  );
  const all = calls.flat();
  const waiting = await findAny(instance, WAITING);
  const failed = (await findAny(instance, [{ state: 'parked' }])).length;
  const stale = await countStale(instance, reader, nowMs - HOURS * HOUR_MS);
  const problem = figures.find((each) => each.problem !== undefined)?.problem;
  return {
    state: stateOf({ stages: stages.length, waiting: waiting.length, failed, stale }),
    oldestAgeMs: Math.max(
      await ageOf(instance, waiting.at(-1), nowMs),
      ...figures.map((each) => each.oldestAgeMs),
    ),
    waiting: waiting.length,
    failed,
    stale,
    problem: showProblem(problem, { isAll: reader.mayReadEverything(), isOwn: false }),
    callsToday: all.filter(({ atMs }) => atMs >= dayMs).length,
    quota: knownQuota(instance, nowMs),
    hours: hours.map((startMs) => hourOf(startMs, all)),
  };
}

/** What is not accepted, or not in the second pass that it needs. */
const WAITING: readonly RowFilter[] = [
  { state: 'waiting' },
  { state: 'passing', hasProblem: true },
  { state: 'completing', hasProblem: true },
];

type RowFilter = Pick<HistoryQuery, 'state' | 'hasProblem'>;

/** Changes of which a row fulfils one of the filters, newest first: each has a row for each tag and domain. */
async function findAny(
  instance: Instance,
  filters: readonly RowFilter[],
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const filter of filters)
    for (const id of await findChanges(instance, filter, { limit: MOST_COUNTED })) found.add(id);
  return [...found].sort().toReversed().slice(0, MOST_COUNTED);
}

async function ageOf(
  instance: Instance,
  change: string | undefined,
  nowMs: number,
): Promise<number> {
  if (change === undefined) return 0;
  const rows = (await readChanges(instance, [change])).flatMap(rowsOfChange);
  return Math.max(0, ...rows.map(({ appendedAtMs }) => nowMs - appendedAtMs));
}

function stateOf({
  stages,
  waiting,
  failed,
  stale,
}: Readonly<Record<'stages' | 'waiting' | 'failed' | 'stale', number>>): Summary['state'] {
  if (stages === 0) return 'idle';
  if (failed > 0) return 'stuck';
  if (waiting > 0) return 'behind';
  return stale > 0 ? 'stale' : 'fresh';
}

function hoursBefore(nowMs: number): readonly number[] {
  const last = Math.floor(nowMs / HOUR_MS);
  return Array.from({ length: HOURS }, (_, index) => (last - HOURS + 1 + index) * HOUR_MS);
}

function hourOf(startMs: number, calls: readonly Call[]): SummaryHour {
  const own = calls.filter(({ atMs }) => startMs <= atMs && atMs < startMs + HOUR_MS);
  const failures = own.filter(({ ending }) => ending === 'failed' || ending === 'unfinished');
  return { startMs, calls: own.length, failures: failures.length };
}
