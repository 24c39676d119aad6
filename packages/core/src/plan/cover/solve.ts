import { createLowerBound, isBeyondLimits, leastPossible } from './bound.ts';
import { searchExactly } from './exact.ts';
import { chooseGreedily } from './greedy.ts';
import { improveSelection } from './improve.ts';
import type { Instance } from './instance.ts';
import { costOf, fits, isMore, type Objective } from './objective.ts';
import { DEFAULT_COSTS } from './problem.ts';
import { Selection } from './selection.ts';

/** A selection for an instance, and what is known of it. */
export interface Solution {
  readonly selection: Selection;
  /** `false`: it is the cheapest that was found, and takes or drops more than allowed. */
  readonly isWithinLimits: boolean;
  /** No selection costs less. Takes time to find. */
  readonly lowerBound: () => number;
  /** Whether nothing cheaper is within the limits. Takes as much time. */
  readonly isProven: () => boolean;
}

/** Greed is tried at several prices of a call: 0 keeps to what drops nothing. */
const CALL_PRICES = [0, 0.05, 0.2, 1] as const;
/** What is refused anyway need only show about what it would take. */
const HOPELESS_PRICES = [1] as const;
/** Where limits do not leave room for these, at higher ones, up to where tags are all that counts. */
const HIGH_PRICES = Array.from({ length: 14 }, (_, step) => 8 ** (step + 1));
/** So many columns and groups take seconds to go through at every price. */
const MANY = 100_000;
/** A search is only begun on what it can have a chance to finish. */
const MOST_COLUMNS_TO_SEARCH = 64;

/** Finds a cheap selection within the limits: the cheapest, where that can be known. */
export function solve(instance: Instance, objective: Objective): Solution {
  const unavoidable = select(instance, instance.needed).totals.over;
  const relaxed = { ...objective, maxOver: Math.max(objective.maxOver, unavoidable) };
  const attempts = new Attempts(instance, relaxed);
  const isLarge = instance.targets.length + instance.groupsOf.items.length > MANY;
  const isHopeless = isLarge && isBeyondLimits(instance, relaxed);
  for (const part of isHopeless ? HOPELESS_PRICES : CALL_PRICES) attempts.tryPrice(part);
  for (const part of isHopeless ? [] : HIGH_PRICES)
    if (!attempts.isWithinLimits) attempts.tryPrice(part);
  const { selection, isWithinLimits, cost } = attempts;
  const least = once(() => Math.min(cost, leastPossible(instance, relaxed)));
  const isProven = (): boolean => isWithinLimits && !isMore(cost, least());
  const lowerBound = (): number => (isProven() ? cost : least());
  const known = { selection, isWithinLimits, lowerBound, isProven };
  if (instance.targets.length > MOST_COLUMNS_TO_SEARCH || isProven()) return known;
  return search(instance, relaxed, known);
}

function once(find: () => number): () => number {
  let found: number | undefined;
  return () => (found ??= find());
}

/** Goes through all selections that may be cheaper than a known one. */
function search(instance: Instance, objective: Objective, known: Solution): Solution {
  const found = searchExactly(instance, objective, {
    knownCost: known.isWithinLimits ? costOf(known.selection.totals, objective) : Infinity,
    lowerBound: createLowerBound(instance, objective),
  });
  const selection = found.columns === undefined ? known.selection : select(instance, found.columns);
  const isWithinLimits = known.isWithinLimits || found.columns !== undefined;
  const isProven = isWithinLimits && found.isComplete;
  const lowerBound = isProven ? costOf(selection.totals, objective) : known.lowerBound();
  return { selection, isWithinLimits, lowerBound: () => lowerBound, isProven: () => isProven };
}

/** Keeps the best of several attempts: one within the limits, if there is any; of these the cheapest. */
class Attempts {
  selection: Selection;
  isWithinLimits = false;
  cost = Infinity;
  readonly #instance: Instance;
  readonly #objective: Objective;

  constructor(instance: Instance, objective: Objective) {
    this.selection = select(instance, instance.needed);
    this.#instance = instance;
    this.#objective = objective;
    this.#judge(this.selection);
  }

  tryPrice(partOfCall: number): void {
    const { call } = this.#objective.costs;
    // Where calls are free and only limited, greed needs a price all the same.
    const costOfCall = partOfCall * (call === 0 ? DEFAULT_COSTS.call : call);
    const choose = (first: readonly number[]): Selection =>
      chooseGreedily(this.#instance, this.#objective, { costOfCall, first });
    const free = choose([]);
    // Greed can use up what may be dropped before all that has no tag of its own is covered.
    const selection = free.missing > 0 ? choose(this.#instance.needed) : free;
    improveSelection(selection, this.#objective);
    this.#judge(selection);
  }

  #judge(selection: Selection): void {
    const isWithin = fits(selection.totals, this.#objective);
    const cost = costOf(selection.totals, this.#objective);
    const isBest = isWithin === this.isWithinLimits ? isMore(this.cost, cost) : isWithin;
    if (!isBest) return;
    this.selection = selection;
    this.isWithinLimits = isWithin;
    this.cost = cost;
  }
}

function select(instance: Instance, columns: readonly number[]): Selection {
  const selection = new Selection(instance);
  for (const column of columns) if (selection.chosen[column] === 0) selection.add(column);
  return selection;
}
