import type { Problem, OutboxStatistics } from './outbox.ts';

/**
 * What somebody should look at.
 * - `behind`: the oldest row has waited for longer than `maxAgeMs`.
 * - `parked`: rows or batches cannot pass until a person mends something.
 * - `store-unavailable`: the store did not answer.
 */
export type AlarmKind = 'behind' | 'parked' | 'store-unavailable';

export interface Alarm {
  readonly kind: AlarmKind;
  /** `true` when it begins, `false` when it is over. */
  readonly raised: boolean;
  readonly message: string;
  readonly problem?: Problem | undefined;
}

export interface AlarmOptions {
  /** Age of the oldest waiting row that raises an alarm, in milliseconds. Default 300,000. */
  readonly maxAgeMs?: number;
  readonly onAlarm?: (alarm: Alarm) => void | Promise<void>;
  /** Address that gets each alarm as JSON, by POST. It is in no event, error or log: it may hold a secret. */
  readonly webhook?: { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
}

export const DEFAULT_MAX_AGE_MS = 300_000;

/** What is to be said now, given what was raised before. Pure. */
export function alarmsOf(
  statistics: OutboxStatistics | Problem,
  raised: ReadonlySet<AlarmKind>,
  maxAgeMs: number,
): Alarm[] {
  const now = 'code' in statistics ? storeAlarm(statistics) : figureAlarms(statistics, maxAgeMs);
  const begun = [...now.values()].filter(({ kind }) => !raised.has(kind));
  // Of what cannot be seen nothing is known: the other alarms stay as they are.
  const over = [...raised].filter((kind) => !now.has(kind) && !now.has('store-unavailable'));
  return [...begun, ...over.map(overAlarm)];
}

function storeAlarm(problem: Problem): Map<AlarmKind, Alarm> {
  const message = `The outbox cannot be read: ${problem.message}`;
  return new Map([
    ['store-unavailable', { kind: 'store-unavailable', raised: true, message, problem }],
  ]);
}

function figureAlarms(
  { oldestAgeMs, waiting, parked, parkedBatches, problem }: OutboxStatistics,
  maxAgeMs: number,
): Map<AlarmKind, Alarm> {
  const alarms = new Map<AlarmKind, Alarm>();
  if (oldestAgeMs > maxAgeMs) {
    const message = `The oldest of ${waiting} waiting rows is ${Math.round(oldestAgeMs / 1000)} s old: what visitors see is older than what was published.`;
    alarms.set('behind', { kind: 'behind', raised: true, message, problem });
  }
  if (parked + parkedBatches > 0) {
    const message = `${parked} rows and ${parkedBatches} batches are parked: they are refreshed only after somebody has mended the cause and redriven them.`;
    alarms.set('parked', { kind: 'parked', raised: true, message, problem });
  }
  return alarms;
}

const OVER: Readonly<Record<AlarmKind, string>> = {
  behind: 'The relay has caught up.',
  parked: 'Nothing is parked any more.',
  'store-unavailable': 'The outbox can be read again.',
};

function overAlarm(kind: AlarmKind): Alarm {
  return { kind, raised: false, message: OVER[kind] };
}
