import type { Behaviour, FaultRow } from './faults.ts';
import type { Goal } from './goal.ts';
import { textIn } from './json.ts';

/** Ratios and what they shall be, in 80 columns. */
export function goalTable(
  goals: readonly Goal[],
  [ours, theirs]: readonly [string, string] = ['ours', 'theirs'],
): string {
  const rows = goals.map((each) => [
    each.name,
    amount(each.ours),
    amount(each.theirs),
    each.unit,
    each.ratio.toFixed(3),
    limitOf(each),
    verdict(each),
  ]);
  return table(['', ours, theirs, '', 'ratio', 'shall be', ''], rows);
}

/** What each caller got and how many calls the edge saw, in 80 columns. */
export function faultTable(rows: readonly FaultRow[]): string {
  return table(
    ['fault', 'ours, calls', 'its class', 'official SDK, calls'],
    rows.map(({ fault, core, coreOnce, sdk }) => [
      fault,
      `${core.outcome}, ${core.calls}`,
      classOf(coreOnce),
      `${classOf(sdk)}${statusOf(sdk)}, ${sdk.calls}`,
    ]),
  );
}

function limitOf({ limit }: Goal): string {
  if (limit === undefined) return '';
  return `${limit.is === 'at most' ? '<=' : '>='} ${limit.ratio}`;
}

function verdict({ met }: Goal): string {
  if (met === undefined) return '';
  return met ? 'met' : 'MISSED';
}

function classOf({ error, outcome }: Behaviour): string {
  if (error === undefined) return outcome;
  return textIn(error, 'code') ?? textIn(error, 'name') ?? 'Error';
}

/** The HTTP status, where the caller is told. */
function statusOf({ error }: Behaviour): string {
  const status = error?.['status'];
  return typeof status === 'number' ? ` ${status}` : '';
}

function amount(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toFixed(1);
}

/** Columns as wide as they need to be. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
