import { Heap } from './heap.ts';
import type { Instance } from './instance.ts';
import { listAt } from './lists.ts';
import { isMore, priceOf, type Objective } from './objective.ts';
import { Selection } from './selection.ts';

/**
 * Chooses the column that pays best, again and again, until none pays any more. A call is priced by
 * the part of it that is taken, at `costOfCall` for the whole: the more it costs, the more unchanged
 * pages are worth a tag that is spared.
 *
 * @param first columns that are chosen in any case
 */
export function chooseGreedily(
  instance: Instance,
  objective: Objective,
  { costOfCall, first }: { readonly costOfCall: number; readonly first: readonly number[] },
): Selection {
  const ledger = new Ledger(instance, objective, costOfCall);
  for (const column of first) ledger.take(column);
  ledger.takeWhileBest((column) => ledger.keyForMissing(column));
  ledger.takeWhileBest((column) => ledger.keyForSaving(column));
  return ledger.selection;
}

/** What every column would bring and cost at this moment, kept up to date as columns are taken. */
class Ledger {
  readonly selection: Selection;
  readonly #instance: Instance;
  readonly #objective: Objective;
  readonly #prices: Float64Array;
  readonly #bundlePrices: Float64Array;
  /** Price of the own tags that a column would make superfluous. */
  readonly #savings: Float64Array;
  /** Weight that a column would drop. */
  readonly #drops: Float64Array;
  /** Groups without own tags that a column would cover. */
  readonly #missing: Int32Array;

  constructor(instance: Instance, objective: Objective, costOfCall: number) {
    this.selection = new Selection(instance);
    this.#instance = instance;
    this.#objective = objective;
    this.#prices = Float64Array.from(instance.sizes, (size) =>
      priceOf(size, objective, costOfCall),
    );
    this.#bundlePrices = Float64Array.from(instance.bundles, (bundle) =>
      bundle === undefined ? 0 : priceOf(bundle, objective, costOfCall),
    );
    this.#savings = new Float64Array(instance.targets.length);
    this.#drops = new Float64Array(instance.targets.length);
    this.#missing = new Int32Array(instance.targets.length);
    for (const column of instance.targets.keys()) this.#countColumn(column);
  }

  /** Least first; `Infinity` for what should not be taken. */
  keyForMissing(column: number): number {
    const covered = this.#missing[column] ?? 0;
    return covered === 0 ? Infinity : this.#pay(column) / covered;
  }

  keyForSaving(column: number): number {
    const saving = this.#savings[column] ?? 0;
    const pay = this.#pay(column);
    return isMore(saving, pay) ? pay / saving : Infinity;
  }

  takeWhileBest(keyOf: (column: number) => number): void {
    const heap = new Heap();
    const push = (column: number): void => {
      const key = keyOf(column);
      if (key < Infinity) heap.push(key, column);
    };
    for (const column of this.#instance.targets.keys()) push(column);
    for (let best = heap.pop(); best !== undefined; best = heap.pop()) {
      const { key, item: column } = best;
      if (this.selection.chosen[column] === 1) continue;
      const keyNow = keyOf(column);
      if (keyNow > key) {
        push(column);
        continue;
      }
      const over = this.selection.totals.over + (this.#drops[column] ?? 0);
      if (isMore(over, this.#objective.maxOver)) continue;
      // What drops less from now on may come earlier than its place in the heap.
      for (const cheaper of this.take(column)) push(cheaper);
    }
  }

  /** @returns columns that drop less than before */
  take(column: number): Iterable<number> {
    const { selection } = this;
    const cheaper = new Set<number>();
    if (selection.chosen[column] === 1) return cheaper;
    const { groupsOf, columnsOf, dropsOf, droppedBy, bundles, dropWeights } = this.#instance;
    for (const group of listAt(groupsOf, column)) {
      if (selection.coverCounts[group] !== 0) continue;
      const isMissing = bundles[group] === undefined;
      for (const other of listAt(columnsOf, group)) {
        if (isMissing) this.#missing[other] = (this.#missing[other] ?? 0) - 1;
        this.#savings[other] = (this.#savings[other] ?? 0) - (this.#bundlePrices[group] ?? 0);
      }
    }
    for (const drop of listAt(dropsOf, column)) {
      if (selection.dropCounts[drop] !== 0) continue;
      for (const other of listAt(droppedBy, drop)) {
        this.#drops[other] = (this.#drops[other] ?? 0) - (dropWeights[drop] ?? 0);
        if (selection.chosen[other] === 0) cheaper.add(other);
      }
    }
    selection.add(column);
    cheaper.delete(column);
    return cheaper;
  }

  #pay(column: number): number {
    const { costs } = this.#objective;
    return (this.#prices[column] ?? 0) + costs.page * Math.max(0, this.#drops[column] ?? 0);
  }

  #countColumn(column: number): void {
    const { groupsOf, dropsOf, bundles, dropWeights } = this.#instance;
    for (const group of listAt(groupsOf, column)) {
      if (bundles[group] === undefined) this.#missing[column] = (this.#missing[column] ?? 0) + 1;
      this.#savings[column] = (this.#savings[column] ?? 0) + (this.#bundlePrices[group] ?? 0);
    }
    for (const drop of listAt(dropsOf, column))
      this.#drops[column] = (this.#drops[column] ?? 0) + (dropWeights[drop] ?? 0);
  }
}
