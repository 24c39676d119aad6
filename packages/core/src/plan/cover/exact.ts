import type { LowerBound } from './bound.ts';
import type { Instance } from './instance.ts';
import { lengthAt, listAt } from './lists.ts';
import { costOf, fits, isMore, type Objective } from './objective.ts';
import { Selection } from './selection.ts';

/** Numbers that a search may look at: less than a tenth of a second, and the same on every machine. */
const MOST_WORK = 5_000_000;

/** What a search found. */
export interface Found {
  /** The cheapest selection that fits, if any is cheaper than what was known. */
  readonly columns: readonly number[] | undefined;
  /** Whether it looked at everything: then nothing is cheaper. */
  readonly isComplete: boolean;
}

/**
 * Looks for the cheapest selection by branch and bound: each column in turn is taken or left, and
 * what cannot become cheaper than the best so far is not looked at.
 */
export function searchExactly(
  instance: Instance,
  objective: Objective,
  { knownCost, lowerBound }: { readonly knownCost: number; readonly lowerBound: LowerBound },
): Found {
  const search = new Search(instance, objective, lowerBound, knownCost);
  search.visit(0);
  return { columns: search.best, isComplete: search.work <= MOST_WORK };
}

class Search {
  best: readonly number[] | undefined;
  work = 0;
  #bestCost: number;
  readonly #selection: Selection;
  readonly #excluded: Uint8Array;
  readonly #order: readonly number[];
  readonly #workOfVisit: number;
  readonly #objective: Objective;
  readonly #lowerBound: LowerBound;

  constructor(instance: Instance, objective: Objective, lowerBound: LowerBound, cost: number) {
    const { targets, groupsOf, dropsOf } = instance;
    this.#objective = objective;
    this.#lowerBound = lowerBound;
    this.#bestCost = cost;
    this.#selection = new Selection(instance);
    this.#excluded = new Uint8Array(targets.length);
    this.#order = inOrderOfNeighbours(instance);
    // A bound goes through all groups several times, at several prices.
    this.#workOfVisit =
      100 + targets.length * 4 + groupsOf.items.length * 24 + dropsOf.items.length * 4;
  }

  visit(depth: number): void {
    this.work += this.#workOfVisit;
    if (this.work > MOST_WORK) return;
    const selection = this.#selection;
    this.#keepIfBest();
    const column = this.#order[depth];
    if (column === undefined) return;
    const bound = this.#lowerBound(selection, this.#excluded);
    if (!isMore(this.#bestCost, bound) || isMore(selection.totals.over, this.#objective.maxOver))
      return;
    selection.add(column);
    this.visit(depth + 1);
    selection.remove(column);
    this.#excluded[column] = 1;
    this.visit(depth + 1);
    this.#excluded[column] = 0;
  }

  #keepIfBest(): void {
    const { missing, totals } = this.#selection;
    if (missing > 0 || !fits(totals, this.#objective)) return;
    const cost = costOf(totals, this.#objective);
    if (!isMore(this.#bestCost, cost)) return;
    this.#bestCost = cost;
    this.best = this.#selection.columns();
  }
}

/** Columns that hit most first, and after each those that hit some of the same: what hangs together is decided together. */
function inOrderOfNeighbours({ targets, groupsOf, columnsOf }: Instance): number[] {
  const waiting = [...targets.keys()].sort(
    (a, b) => lengthAt(groupsOf, b) - lengthAt(groupsOf, a) || a - b,
  );
  const order = new Set<number>();
  for (const column of waiting) {
    order.add(column);
    for (const group of listAt(groupsOf, column))
      for (const neighbour of listAt(columnsOf, group)) order.add(neighbour);
  }
  return [...order];
}
