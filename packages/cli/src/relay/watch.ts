import { systemClock } from '@freshtag/core';
import type { HistoryEntry, OutboxStatistics } from '@freshtag/core/relay';
import { styleText } from 'node:util';

import type { Outcome } from '../outcome.ts';
import { printLine, write } from '../output.ts';
import type { Session } from '../session.ts';
import { ageText, historyLines, statusLines } from './lines.ts';
import type { OpenOutbox } from './open-outbox.ts';

export interface WatchFlags {
  readonly interval: number;
  readonly json?: true;
}

const NEWEST = 10;
const CLEAR = '\u001B[H\u001B[J';

/** Shows the figures again and again: on a terminal in place, else a line each time. */
export async function watchOutbox(
  { store }: OpenOutbox,
  { interval, json }: WatchFlags,
  { signal }: Session,
): Promise<Outcome | undefined> {
  const inPlace = process.stdout.isTTY && json !== true && process.env['TERM'] !== 'dumb';
  const show = async (): Promise<void> => {
    const statistics = await store.statistics();
    if (json === true) printLine(JSON.stringify({ atMs: Date.now(), ...statistics }));
    else if (!inPlace) printLine(oneLine(statistics));
    else write('stdout', CLEAR + page(store.name, statistics, await newest(store)));
  };
  try {
    for (;;) {
      await show();
      await systemClock.sleep(interval, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return undefined;
}

function newest(store: OpenOutbox['store']): Promise<HistoryEntry[]> {
  return store.history({ limit: NEWEST });
}

function page(
  name: string,
  statistics: OutboxStatistics,
  entries: readonly HistoryEntry[],
): string {
  const behind =
    statistics.oldestAgeMs > 60_000 || statistics.parked + statistics.parkedBatches > 0;
  const title = `${name}  ${new Date().toISOString().slice(11, 19)} UTC`;
  const verdict = behind ? styleText('yellow', '● behind') : styleText('green', '● up to date');
  const lines = [styleText('bold', title), verdict, '', ...statusLines(statistics), ''];
  return `${[...lines, ...historyLines(entries)].join('\n')}\n`;
}

function oneLine({
  waiting,
  oldestAgeMs,
  batches,
  parked,
  parkedBatches,
}: OutboxStatistics): string {
  const time = new Date().toISOString().slice(11, 19);
  return `${time} waiting ${waiting} (${ageText(oldestAgeMs)}), on their way ${batches}, parked ${parked + parkedBatches}`;
}
