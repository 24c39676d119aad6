import { MAX_DIRECTORIES_A_CALL } from '../../dcdn/refresh-object-caches.ts';
import { packDirectories } from '../../refresh/pack-directories.ts';
import { packTags } from '../../refresh/pack.ts';
import { leastPossible } from './bound.ts';
import { buildInstance, type BuiltInstance } from './instance.ts';
import { lengthAt, listAt } from './lists.ts';
import { addSizes, costOf, createObjective, isMore, NOTHING, sizeOfTarget } from './objective.ts';
import type { CoverProblem, CoverSettings, PlanCosts, UnchangedPage } from './problem.ts';
import { reduceInstance } from './reduce.ts';
import type { Selection } from './selection.ts';
import { solve } from './solve.ts';
import type { CoverFigures, CoverStepName } from './step.ts';
import { createDropTest, isDirectory, isHitBy, pathOfDirectory } from './target.ts';

/** What one step may do. */
export interface RungOptions {
  readonly step: CoverStepName;
  /** Most weight of unchanged pages. */
  readonly maxOver: number;
  /** What it refreshes in any case. */
  readonly forced: readonly string[];
  /** Directories below this one are candidates too. */
  readonly siteDirectory?: string;
  /** A tag that is no candidate where there is another. */
  readonly avoided?: string;
}

/** What one step came to. */
export interface Rung {
  readonly step: CoverStepName;
  readonly figures: CoverFigures;
  /** What it refreshes, each once. */
  readonly targets: readonly string[];
  /** The target that hits each need. */
  readonly hits: readonly string[];
  /** No cover of this step costs less. Takes time to find. */
  readonly lowerBound: () => number;
  /** Whether nothing is cheaper; above the first step, whether nothing within the limits drops less. */
  readonly isProven: () => boolean;
}

/** Finds the cheapest cover that one step of the ladder allows. */
export function climb(
  problem: CoverProblem,
  settings: CoverSettings,
  { step, maxOver, forced, siteDirectory, avoided }: RungOptions,
): Rung {
  const hitAnyway = problem.needs.map((need) => forced.find((target) => isHitBy(need, target)));
  const [needs, unchanged] = withoutForced(problem, hitAnyway, forced);
  const built = buildInstance(needs, unchanged, {
    choice: { siteDirectory, avoided },
    maxOver,
    weightOf: settings.weightOf,
    forced: forced.map(sizeOfTarget).reduce(addSizes, NOTHING),
  });
  const objective = createObjective(settings, maxOver);
  const aim = step === 'cheapest' ? objective : { ...objective, costs: sparing(settings.costs) };
  const instance = reduceInstance(built.instance);
  const solution = solve(instance, aim);
  const chosen = hitsOf(built, solution.selection).values();
  const hits = hitAnyway.map((target) => target ?? chosen.next().value ?? '');
  const targets = [...new Set([...forced, ...hits])];
  const size = targets.map(sizeOfTarget).reduce(addSizes, NOTHING);
  const calls = countCalls(targets, settings);
  // A tag of a page's own drops no other.
  const columns = new Set(instance.targets);
  const shared = targets.filter((target) => columns.has(target));
  const over = weighDropped(problem.unchanged, [...forced, ...shared], settings);
  const cost = costOf({ ...size, over: over.weight }, objective, calls);
  const forcedOver = weighDropped(problem.unchanged, forced, settings).weight;
  const lowerBound = (): number => {
    const least = aim === objective ? solution.lowerBound() : leastPossible(instance, objective);
    return Math.min(cost, least + settings.costs.page * forcedOver);
  };
  return {
    step,
    figures: {
      tags: size.tags,
      directories: size.directories,
      calls,
      overPages: over.pages,
      overWeight: over.weight,
      cost,
      isWithinLimits: solution.isWithinLimits && calls <= settings.maxCalls,
    },
    targets,
    hits,
    lowerBound,
    // Calls can be more than their room tells, and then a dearer choice could take one less.
    isProven: () => solution.isProven() && (aim !== objective || !isMore(cost, lowerBound())),
  };
}

/** Above the first step calls are free within their limit, so that as little as possible is dropped. */
function sparing(costs: PlanCosts): PlanCosts {
  return { ...costs, call: 0, directory: costs.tag * MAX_DIRECTORIES_A_CALL };
}

/** Unchanged pages that a refresh drops too. */
function weighDropped(
  unchanged: readonly UnchangedPage[],
  targets: readonly string[],
  { weightOf }: Pick<CoverSettings, 'weightOf'>,
): { readonly pages: number; readonly weight: number } {
  let pages = 0;
  let weight = 0;
  if (targets.length === 0) return { pages, weight };
  const drops = createDropTest(targets);
  for (const page of unchanged) {
    if (!drops(page)) continue;
    pages += 1;
    weight += weightOf(page.path);
  }
  return { pages, weight };
}

function withoutForced(
  { needs, unchanged }: CoverProblem,
  hitAnyway: readonly (string | undefined)[],
  forced: readonly string[],
): [CoverProblem['needs'], readonly UnchangedPage[]] {
  if (forced.length === 0) return [needs, unchanged];
  const drops = createDropTest(forced);
  return [
    needs.filter((_, index) => hitAnyway[index] === undefined),
    unchanged.filter((page) => !drops(page)),
  ];
}

/** For each need the chosen target that hits the fewest others: the fewer hang on it, the better. */
function hitsOf({ groupOf, ownOf }: BuiltInstance, { instance, chosen }: Selection): string[] {
  const hitOfGroup = instance.bundles.map((_, group) => {
    let best = -1;
    for (const column of listAt(instance.columnsOf, group)) {
      if (chosen[column] !== 1) continue;
      const isNarrower =
        best === -1 || lengthAt(instance.groupsOf, column) < lengthAt(instance.groupsOf, best);
      if (isNarrower) best = column;
    }
    return best;
  });
  return ownOf.map((own, need) => {
    const column = hitOfGroup[groupOf[need] ?? -1] ?? -1;
    return (column === -1 ? own : instance.targets[column]) ?? '';
  });
}

function countCalls(targets: readonly string[], { frame, limits }: CoverSettings): number {
  const tags = targets.filter((target) => !isDirectory(target));
  const directories = targets.filter(isDirectory).map(pathOfDirectory);
  const forTags = tags.length === 0 ? 0 : packTags(tags, frame, limits).length;
  return forTags + packDirectories(directories, frame, limits).length;
}
