import type { ReplayedDeploy, ReplayedHistory, StrategyDeploy } from './replay-history.ts';
import type { Tally } from './truth.ts';
import { STRATEGIES, type StrategyName } from './strategies.ts';

/** What a history came to; plain data, as it is written to the results. */
export interface HistoryFigures extends ReplayedHistory {
  /** Deploys that were measured. Between those that were drawn, all at once counts for the recall alone. */
  readonly measured: number;
  readonly isSampled: boolean;
  /** HTML files of the newest build, and all files. */
  readonly pages: number;
  readonly files: number;
  /** Part of the pages whose bytes changed, and that changed where a reader can see it; median. */
  readonly changed: number;
  readonly seen: number;
  /** Pages that differ by noise alone, by marker; of all deploys. */
  readonly noise: Readonly<Record<string, number>>;
  readonly strategies: Readonly<Record<StrategyName, StrategyFigures>>;
  readonly large: LargeDeploys;
  readonly times: { readonly collectMs: number; readonly planMs: number };
}

interface StrategyFigures {
  /** Part of the changed pages, and of all changed files, that was dropped, over all deploys. */
  readonly recall: number;
  readonly fileRecall: number;
  /** Part of those that a reader sees to have changed. */
  readonly seenRecall: number;
  /** Part of the unchanged pages that was dropped too, by deploy. */
  readonly over: Spread;
  /** The same of all unchanged files. */
  readonly fileOver: Spread;
  /** Tags, directories or URLs; and calls, of one pass. */
  readonly names: Spread;
  readonly calls: Spread;
  /** The first pages that were missed. */
  readonly missed: readonly string[];
}

export interface Spread {
  readonly mean: number;
  readonly median: number;
  readonly max: number;
}

/** Deploys that change more pages than one call has room for tags. */
interface LargeDeploys {
  readonly deploys: number;
  /** Those for which some choice of tags could do with half the calls of one tag a page. */
  readonly shared: number;
  /** Of those: the largest part of unchanged pages that ours dropped, and its calls beside one tag a page. */
  readonly worstOver: number;
  readonly worstCalls: number;
  /** Commits at which ours dropped more or needed more calls than it should. */
  readonly failed: readonly string[];
}

const LARGE = 100;
const MOST_OVER = 0.01;
const MOST_CALLS = 0.5;
const MOST_NAMED = 20;

/** Adds up deploys as they come; only numbers of them are kept. */
export interface TallyUp {
  readonly add: (deploy: ReplayedDeploy) => void;
  readonly figures: (history: ReplayedHistory) => HistoryFigures;
}

export function createTallyUp(): TallyUp {
  const sums = Object.fromEntries(STRATEGIES.map((name) => [name, createSums()]));
  const shares = { changed: [] as number[], seen: [] as number[] };
  const times = { collectMs: [] as number[], planMs: [] as number[] };
  const noise: Record<string, number> = {};
  const large = createLarge();
  let size = { pages: 0, files: 0 };
  let measured = 0;
  const add = (deploy: ReplayedDeploy): void => {
    const { pages, assets } = deploy.strategies.ours;
    size = { pages: pages.files, files: pages.files + assets.files };
    for (const name of STRATEGIES) sums[name]?.add(deploy.strategies[name], deploy.isWhole);
    if (!deploy.isWhole) return;
    measured += 1;
    for (const [marker, count] of Object.entries(pages.noise))
      noise[marker] = (noise[marker] ?? 0) + count;
    const known = pages.changed + pages.unchanged;
    shares.changed.push(pages.changed / known);
    shares.seen.push(pages.seen / known);
    times.collectMs.push(deploy.times.collectMs);
    times.planMs.push(deploy.times.planMs);
    large.add(deploy);
  };
  return {
    add,
    figures: (history) => ({
      ...history,
      measured,
      isSampled: measured < history.deploys - history.empty,
      ...size,
      changed: spread(shares.changed).median,
      seen: spread(shares.seen).median,
      noise,
      strategies: {
        'purge-all': figuresOf(sums['purge-all']),
        directories: figuresOf(sums['directories']),
        'raw digests': figuresOf(sums['raw digests']),
        ours: figuresOf(sums['ours']),
      },
      large: large.figures(),
      times: { collectMs: spread(times.collectMs).median, planMs: spread(times.planMs).median },
    }),
  };
}

interface Sums {
  readonly add: (deploy: StrategyDeploy, isWhole: boolean) => void;
  readonly figures: () => StrategyFigures;
}

function createSums(): Sums {
  const counts = { pages: 0, missedPages: 0, files: 0, missedFiles: 0, seen: 0, seenMissed: 0 };
  const [over, fileOver]: [number[], number[]] = [[], []];
  const [names, calls]: [number[], number[]] = [[], []];
  const missed: string[] = [];
  const add = (deploy: StrategyDeploy, isWhole: boolean): void => {
    const { pages, assets } = deploy;
    counts.pages += pages.changed;
    counts.missedPages += pages.missed.length;
    counts.files += pages.changed + assets.changed;
    counts.missedFiles += pages.missed.length + assets.missed.length;
    counts.seen += pages.seen;
    counts.seenMissed += pages.seenMissed;
    missed.push(...[...pages.missed, ...assets.missed].slice(0, MOST_NAMED - missed.length));
    if (!isWhole) return;
    over.push(overOf(deploy.pages));
    fileOver.push(overOf(deploy.pages, deploy.assets));
    names.push(deploy.names);
    calls.push(deploy.calls);
  };
  return {
    add,
    figures: () => ({
      recall: recall(counts.missedPages, counts.pages),
      fileRecall: recall(counts.missedFiles, counts.files),
      seenRecall: recall(counts.seenMissed, counts.seen),
      over: spread(over),
      fileOver: spread(fileOver),
      names: spread(names),
      calls: spread(calls),
      missed,
    }),
  };
}

function figuresOf(sums: Sums | undefined): StrategyFigures {
  return (sums ?? createSums()).figures();
}

interface Large {
  readonly add: (deploy: ReplayedDeploy) => void;
  readonly figures: () => LargeDeploys;
}

function createLarge(): Large {
  const found = { deploys: 0, shared: 0, worstOver: 0, worstCalls: 0 };
  const failed: string[] = [];
  const add = ({ strategies, fewestCalls, commit }: ReplayedDeploy): void => {
    const { pages, calls } = strategies.ours;
    if (pages.changed - pages.added <= LARGE) return;
    found.deploys += 1;
    const alone = strategies['raw digests'].calls;
    // Where pages share no tag that others lack, there is nothing to save.
    if (fewestCalls > alone * MOST_CALLS) return;
    found.shared += 1;
    const { assets } = strategies.ours;
    const over = Math.max(overOf(pages), overOf(pages, assets));
    found.worstOver = Math.max(found.worstOver, over);
    found.worstCalls = Math.max(found.worstCalls, calls / alone);
    if (over > MOST_OVER || calls > alone * MOST_CALLS) failed.push(commit);
  };
  return { add, figures: () => ({ ...found, failed }) };
}

function overOf(...tallies: readonly Pick<Tally, 'over' | 'unchanged'>[]): number {
  const sum = (name: 'over' | 'unchanged'): number =>
    tallies.reduce((total, tally) => total + tally[name], 0);
  return sum('unchanged') === 0 ? 0 : sum('over') / sum('unchanged');
}

function recall(missed: number, changed: number): number {
  return changed === 0 ? 1 : 1 - missed / changed;
}

function spread(values: readonly number[]): Spread {
  if (values.length === 0) return { mean: 0, median: 0, max: 0 };
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, median, max: sorted.at(-1) ?? 0 };
}
