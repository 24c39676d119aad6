import type { HistoryEntry, OutboxStatistics, RelayEvent } from '@freshtag/core/relay';

import { count, formatTable } from '../table.ts';

/** A time span for people: `340 ms`, `12 s`, `5 min`, `3 h`, `4 d`. */
export function ageText(ageMs: number): string {
  if (ageMs < 1000) return `${Math.round(ageMs)} ms`;
  if (ageMs < 120_000) return `${Math.round(ageMs / 1000)} s`;
  if (ageMs < 7_200_000) return `${Math.round(ageMs / 60_000)} min`;
  return ageMs < 172_800_000
    ? `${Math.round(ageMs / 3_600_000)} h`
    : `${Math.round(ageMs / 86_400_000)} d`;
}

/** The figures of an outbox. */
export function statusLines(statistics: OutboxStatistics): string[] {
  const { waiting, oldestAgeMs, batches, parked, parkedBatches, problem } = statistics;
  const rows = [
    ['waiting', count(waiting, 'row'), waiting > 0 ? `the oldest for ${ageText(oldestAgeMs)}` : ''],
    ['on their way', count(batches, 'call'), batches > 0 ? 'later passes, completion' : ''],
    [
      'parked',
      `${count(parked, 'row')}, ${count(parkedBatches, 'call')}`,
      parked + parkedBatches > 0 ? 'freshtag relay redrive, once mended' : '',
    ],
  ];
  return [
    ...formatTable(rows),
    ...(problem === undefined ? [] : [`${problem.code}: ${problem.message}`]),
  ];
}

/** Rows and what became of them, newest first. */
export function historyLines(entries: readonly HistoryEntry[]): string[] {
  if (entries.length === 0) return ['no rows'];
  const rows = entries.map((entry) => [
    String(entry.id),
    new Date(entry.appendedAtMs).toISOString().slice(5, 19).replace('T', ' '),
    entry.probe?.verified === true ? 'verified' : entry.state,
    entry.tag,
    entry.problem?.code ?? entry.probe?.problem ?? entry.subject ?? entry.domain,
  ]);
  return formatTable(
    [['row', 'appended (UTC)', 'state', 'tag', 'about'], ...rows],
    [10, 14, 10, 28],
  );
}

/** One line of what a relay did; `undefined` for what people need not see. */
export function eventLine(event: RelayEvent): string | undefined {
  switch (event.type) {
    case 'accepted':
      return event.pass === 1
        ? `${event.domain}: ${count(event.tags, 'tag')} of ${count(event.rows, 'row')} accepted, the oldest ${ageText(event.oldestAgeMs ?? 0)} old`
        : `${event.domain}: ${count(event.tags, 'tag')} accepted, pass ${event.pass}`;
    case 'completed':
      return `${event.domain}: ${count(event.tags, 'tag')} ${event.state}`;
    case 'waiting':
      return `${event.domain}: ${count(event.tags, 'tag')} wait ${ageText(event.waitMs)}: ${event.problem.message}`;
    case 'parked':
      return `${event.domain}: ${count(event.tags, 'tag')} parked: ${event.problem.message}`;
    case 'degraded':
      return `${event.domain}: ${event.step}: ${event.cost}`;
    case 'circuit':
      return event.state === 'half-open'
        ? undefined
        : `calls are ${event.state === 'open' ? 'stopped for a while: the last ones all failed' : 'made again'}`;
    case 'quota':
      return `the quota is used up; calls go on in ${ageText(event.waitMs)}`;
    case 'store-unavailable':
      return `the outbox cannot be read: ${event.problem.message}`;
    case 'alarm':
      return `${event.alarm.raised ? 'ALARM' : 'over'}: ${event.alarm.message}`;
    default:
      return undefined;
  }
}
