import { ALL_PAGES_TAG } from '../../tags/names.ts';
import { climb, type Rung, type RungOptions } from './ladder.ts';
import type { CoverProblem, CoverSettings, UnchangedPage } from './problem.ts';
import type { CoverFigures, CoverStep, CoverStepName } from './step.ts';
import { createDropTest, directoryTarget, isDirectory, pathOfDirectory } from './target.ts';

/** What a plan costs, and how near it is to the least that any could. */
export interface CoverSummary extends CoverFigures {
  /** The step that was taken: of those within the limits the one that drops least. */
  readonly step: CoverStepName;
  /** The first of the unchanged pages that are dropped too. */
  readonly overSome: readonly string[];
  /** No cover of the same step costs less. */
  readonly lowerBound: number;
  /**
   * `exact`: nothing is cheaper; above the step `cheapest`, nothing within the limits drops less.
   * `greedy`: something may.
   */
  readonly method: 'exact' | 'greedy';
  /** By how much it may be above the cheapest, as a part of the lower bound: 0.02 is 2 %. */
  readonly gap: number;
  /** The steps that were tried, in order. */
  readonly steps: readonly CoverStep[];
}

/** What to refresh, and which of it hits what. */
export interface Cover {
  /** Each once, sorted. */
  readonly tags: readonly string[];
  /** URL paths, sorted. */
  readonly directories: readonly string[];
  /** For each need what hits it. */
  readonly hits: readonly Hit[];
  readonly summary: CoverSummary;
}

/** A tag, or the URL path of a directory. */
export type Hit =
  | { readonly tag: string; readonly directory?: never }
  | { readonly directory: string; readonly tag?: never };

/** Most unchanged pages that are named. */
const MOST_NAMED = 10;

/**
 * Finds what to refresh so that every need is hit, at the least cost of unchanged pages that are
 * dropped too, of tags and of calls. It drops no more of them than allowed, unless a need has no tag
 * that does. Where that takes more tags or calls than allowed, it goes up a ladder: tags that drop
 * more, directories, the whole site.
 */
export function findCover(problem: CoverProblem, settings: CoverSettings): Cover {
  const rungs = climbLadder(problem, settings);
  const { step, figures, targets, hits, ...chosen } = best(rungs);
  const lowerBound = chosen.lowerBound();
  const isProven = chosen.isProven();
  return {
    tags: targets.filter((target) => !isDirectory(target)).sort(),
    directories: targets.filter(isDirectory).map(pathOfDirectory).sort(),
    hits: hits.map(toHit),
    summary: {
      step,
      ...figures,
      overSome: firstDropped(problem.unchanged, targets, figures.overPages),
      lowerBound,
      method: isProven ? 'exact' : 'greedy',
      gap: isProven || lowerBound === 0 ? 0 : figures.cost / lowerBound - 1,
      steps: rungs.map((rung) => ({ step: rung.step, ...rung.figures })),
    },
  };
}

/** The steps that were tried. A higher one is tried only where those below do not suffice. */
function climbLadder(problem: CoverProblem, settings: CoverSettings): Rung[] {
  const { forced } = problem;
  const { siteDirectory } = settings;
  const tried: Rung[] = [];
  const suffices = (): boolean => tried.some(({ figures }) => figures.isWithinLimits);
  const attempt = (options: RungOptions): void => {
    tried.push(climb(problem, settings, options));
  };
  const everything = forced.includes(ALL_PAGES_TAG);
  const maxOver = settings.maxOverRefresh * weighPages(problem.unchanged, settings);
  attempt({ step: everything ? 'whole-site' : 'cheapest', maxOver, forced });
  if (everything || suffices()) return tried;
  const wide = { maxOver: Infinity, forced, avoided: ALL_PAGES_TAG };
  attempt({ ...wide, step: 'shared-tags' });
  if (siteDirectory !== undefined) attempt({ ...wide, step: 'directories', siteDirectory });
  const whole = { step: 'whole-site', maxOver: Infinity } as const;
  if (!suffices()) attempt({ ...whole, forced: [...forced, ALL_PAGES_TAG] });
  if (!suffices() && siteDirectory !== undefined)
    attempt({ ...whole, forced: [...forced, directoryTarget(siteDirectory)] });
  return tried;
}

/** Of those within the limits the one that drops least; without any the one with the fewest calls. */
function best(rungs: readonly Rung[]): Rung {
  const within = rungs.filter(({ figures }) => figures.isWithinLimits);
  const key = ({ figures }: Rung): number =>
    within.length > 0 ? figures.overWeight : figures.calls;
  return (within.length > 0 ? within : rungs).reduce((a, b) => (key(b) < key(a) ? b : a));
}

function firstDropped(
  unchanged: readonly UnchangedPage[],
  targets: readonly string[],
  count: number,
): string[] {
  if (count === 0) return [];
  const drops = createDropTest(targets);
  const paths: string[] = [];
  for (const page of unchanged) {
    if (drops(page)) paths.push(page.path);
    if (paths.length === Math.min(count, MOST_NAMED)) break;
  }
  return paths;
}

function toHit(target: string): Hit {
  return isDirectory(target) ? { directory: pathOfDirectory(target) } : { tag: target };
}

const PAGE = /(?:\.html?|\/[^/.]*)$/i;

/**
 * Weight of the pages that people open. Pictures, scripts and feeds are dropped as pages are, and count
 * when they are; but however many of them a site has, it may not lose more of its pages for that.
 */
function weighPages(
  unchanged: readonly UnchangedPage[],
  { weightOf }: Pick<CoverSettings, 'weightOf'>,
): number {
  let weight = 0;
  for (const { path } of unchanged) if (PAGE.test(path)) weight += weightOf(path);
  return weight;
}
