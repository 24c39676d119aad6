import type { Instance } from './instance.ts';
import { listAt } from './lists.ts';
import type { Size, Totals } from './objective.ts';

/** Columns that are chosen, and what they come to with the own tags of all that they do not cover. */
export class Selection {
  readonly instance: Instance;
  readonly chosen: Uint8Array;
  /** For each group how many chosen columns cover it. */
  readonly coverCounts: Int32Array;
  /** For each set of unchanged pages how many chosen columns drop it. */
  readonly dropCounts: Int32Array;
  /** Groups without tags of their own that are not covered yet. */
  missing = 0;
  #totals: { -readonly [Name in keyof Totals]: Totals[Name] };

  constructor(instance: Instance) {
    this.instance = instance;
    this.chosen = new Uint8Array(instance.targets.length);
    this.coverCounts = new Int32Array(instance.bundles.length);
    this.dropCounts = new Int32Array(instance.dropWeights.length);
    this.#totals = { ...instance.fixed, over: 0 };
    for (const bundle of instance.bundles) {
      if (bundle === undefined) this.missing += 1;
      else this.#count(bundle, 1);
    }
  }

  get totals(): Totals {
    return this.#totals;
  }

  columns(): number[] {
    const columns: number[] = [];
    for (const [column, isChosen] of this.chosen.entries())
      if (isChosen === 1) columns.push(column);
    return columns;
  }

  add(column: number): void {
    this.chosen[column] = 1;
    this.#change(column, 1);
  }

  remove(column: number): void {
    this.chosen[column] = 0;
    this.#change(column, -1);
  }

  #change(column: number, sign: 1 | -1): void {
    const { instance, coverCounts, dropCounts } = this;
    const border = sign === 1 ? 0 : 1;
    const size = instance.sizes[column];
    if (size !== undefined) this.#count(size, sign);
    for (const group of listAt(instance.groupsOf, column)) {
      const count = coverCounts[group] ?? 0;
      coverCounts[group] = count + sign;
      if (count !== border) continue;
      const bundle = instance.bundles[group];
      if (bundle === undefined) this.missing -= sign;
      else this.#count(bundle, sign === 1 ? -1 : 1);
    }
    for (const drop of listAt(instance.dropsOf, column)) {
      const count = dropCounts[drop] ?? 0;
      dropCounts[drop] = count + sign;
      if (count === border) this.#totals.over += sign * (instance.dropWeights[drop] ?? 0);
    }
  }

  #count(size: Size, sign: 1 | -1): void {
    const totals = this.#totals;
    totals.tags += sign * size.tags;
    totals.directories += sign * size.directories;
    totals.characters += sign * size.characters;
    totals.bytes += sign * size.bytes;
  }
}
