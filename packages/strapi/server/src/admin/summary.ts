import type { BatchCall, RowState } from '@freshtag/core/relay';

import { MOST_COUNTED, type Summary, type SummaryHour } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';
import { quotaDay } from './quota-day.ts';
import { knownQuota } from './quota.ts';
import { findChanges } from './read-changes.ts';
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
  const waiting = await countChanges(instance, 'waiting');
  const failed = await countChanges(instance, 'parked');
  const problem = figures.find((each) => each.problem !== undefined)?.problem;
  return {
    state: stateOf({ stages: stages.length, waiting, failed }),
    oldestAgeMs: figures.reduce((most, each) => Math.max(most, each.oldestAgeMs), 0),
    waiting,
    failed,
    problem: showProblem(problem, { isAll: reader.mayReadEverything(), isOwn: false }),
    callsToday: all.filter(({ atMs }) => atMs >= dayMs).length,
    quota: knownQuota(instance, nowMs),
    hours: hours.map((startMs) => hourOf(startMs, all)),
  };
}

/** A change has a row for each tag and domain. */
async function countChanges(instance: Instance, state: RowState): Promise<number> {
  return (await findChanges(instance, { state }, { limit: MOST_COUNTED })).length;
}

function stateOf({
  stages,
  waiting,
  failed,
}: Readonly<Record<'stages' | 'waiting' | 'failed', number>>): Summary['state'] {
  if (stages === 0) return 'idle';
  if (failed > 0) return 'stuck';
  return waiting > 0 ? 'behind' : 'fresh';
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
