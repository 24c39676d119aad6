import { goal, type Goal } from '../goal.ts';
import { table } from '../table.ts';
import { STRATEGIES, type StrategyName } from './strategies.ts';
import type { HistoryFigures, Spread } from './tally-up.ts';

const WHOLE = { is: 'at least', ratio: 1 } as const;
const WITHIN = { is: 'at most', ratio: 1 } as const;
const MOST_OVER = 0.01;
const MOST_CALLS = 0.5;

/** What a history shall come to. */
export function goalsOf(name: string, figures: HistoryFigures): Goal[] {
  const { recall, fileRecall, over, fileOver } = figures.strategies.ours;
  const share = { unit: '%' } as const;
  const large = figures.large.shared === 0 ? [] : largeGoals(figures);
  return [
    goal({
      ...share,
      name: `${name}: recall`,
      ours: percent(Math.min(recall, fileRecall)),
      theirs: 100,
      limit: WHOLE,
    }),
    goal({
      ...share,
      name: `${name}: worst over-refresh, pages`,
      ours: percent(over.max),
      theirs: percent(MOST_OVER),
    }),
    goal({
      ...share,
      name: `${name}: worst over-refresh, all files`,
      ours: percent(fileOver.max),
      theirs: percent(MOST_OVER),
      limit: WITHIN,
    }),
    ...large,
  ];
}

function largeGoals({ large }: HistoryFigures): Goal[] {
  const about = `${large.shared} deploys of > 100 pages`;
  return [
    goal({
      name: `  ${about}: over-refresh`,
      unit: '%',
      ours: percent(large.worstOver),
      theirs: percent(MOST_OVER),
      limit: WITHIN,
    }),
    goal({
      name: `  ${about}: calls`,
      unit: '%',
      ours: percent(large.worstCalls),
      theirs: percent(MOST_CALLS),
      limit: WITHIN,
    }),
  ];
}

const SHORT: Readonly<Record<StrategyName, string>> = {
  'purge-all': 'purge all',
  directories: 'directories',
  'raw digests': 'a tag a page',
  ours: 'freshtag',
};

/** One history beside all strategies. */
export function historyTable(name: string, figures: HistoryFigures): string {
  const rows = STRATEGIES.map((strategy) => {
    const { recall, over, names, calls } = figures.strategies[strategy];
    return [
      SHORT[strategy],
      recall.toFixed(4),
      `${shown(over, (value) => percent(value).toFixed(1))} %`,
      shown(names, rounded),
      shown(calls, rounded),
    ];
  });
  const head = ['', 'recall', 'over-refresh', 'tags or directories', 'calls'];
  return [describe(name, figures), table(head, rows), ...notes(figures)].join('\n');
}

function describe(name: string, figures: HistoryFigures): string {
  const { measured, isSampled, deploys, pages, changed, seen, head } = figures;
  const drawn = isSampled
    ? `${measured} of ${deploys} deploys, spread evenly`
    : `${measured} deploys`;
  return `${name} at ${head.slice(0, 10)}: ${drawn}, ${pages} pages; of a deploy’s pages ${percent(changed).toFixed(1)} % change, ${percent(seen).toFixed(1)} % where a reader sees it (medians)`;
}

function notes({ noise, large, left, empty, strategies }: HistoryFigures): string[] {
  const noisy = Object.entries(noise).map(
    ([marker, count]) => `${count} pages differ by ${marker} alone, and count as unchanged.`,
  );
  const { deploys, shared, failed } = large;
  return [
    ...noisy,
    ...(deploys > shared
      ? [
          `${deploys - shared} of ${deploys} deploys of more than 100 pages share no tags that could halve the calls.`,
        ]
      : []),
    ...(failed.length > 0 ? [`Missed at ${failed.slice(0, 5).join(', ')}.`] : []),
    ...strategies.ours.missed.map((path) => `Not refreshed: ${path}`),
    ...(left > 0 ? [`${left} files are not in the clone and were left out.`] : []),
    ...(empty > 0 ? [`${empty} builds without a page were left out.`] : []),
  ];
}

function shown({ mean, median, max }: Spread, show: (value: number) => string): string {
  return [mean, median, max].map(show).join(' / ');
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

function percent(part: number): number {
  return part * 100;
}
