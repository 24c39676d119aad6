import { MAX_DIRECTORIES_A_CALL } from '../../dcdn/refresh-object-caches.ts';
import type { Instance } from './instance.ts';
import { lengthAt, listAt } from './lists.ts';
import { callsFor, type Objective, type Size } from './objective.ts';
import { sumOffers, type OpenGroup } from './offers.ts';
import { Selection } from './selection.ts';

/** What no cover can cost less than, given what is decided already. */
export type LowerBound = (selection: Selection, excluded: Uint8Array) => number;

type Dimension = 'tags' | 'characters' | 'bytes';
const DIMENSIONS = ['tags', 'characters', 'bytes'] as const satisfies readonly Dimension[];

/** Prices at which a call's room is offered for, as parts of what a call costs. */
const PRICES_IN_SEARCH = [0, 1] as const;
const PRICES = [0, 0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.5, 2, 4] as const;

/** What no cover of an instance can cost less than. */
export function leastPossible(instance: Instance, objective: Objective): number {
  const nothing = new Uint8Array(instance.targets.length);
  return createBound(instance, objective, PRICES)(new Selection(instance), nothing);
}

/** Whether no cover at all can keep to the limits of tags and calls, whatever it drops. */
export function isBeyondLimits(instance: Instance, objective: Objective): boolean {
  const { room, maxTags, maxCalls } = objective;
  if (maxTags === Infinity && maxCalls === Infinity) return false;
  const selection = new Selection(instance);
  const open = new Uint8Array(instance.targets.length).fill(1);
  const groups = openGroups(selection, open, byFewestColumns(instance));
  if (groups === undefined) return true;
  const decided = withoutBundles(selection, groups);
  return DIMENSIONS.some((dimension) => {
    const least = leastTaken(decided, { instance, groups, dimension });
    const calls = Math.ceil(least / room[dimension] - 1e-9);
    return calls > maxCalls || (dimension === 'tags' && Math.ceil(least - 1e-9) > maxTags);
  });
}

/** What no cover can cost less than, less sharp and in less time, for selections of which a part is decided. */
export function createLowerBound(instance: Instance, objective: Objective): LowerBound {
  return createBound(instance, objective, PRICES_IN_SEARCH);
}

/**
 * Makes lower bounds from the dual of the covering problem: what uncovered groups can offer without any
 * column getting more than it costs, no cover can cost less than. Unchanged pages that several columns
 * drop are shared out among these.
 *
 * Calls are whole, and cost all or nothing, so their room is priced at several prices. For a number of
 * calls, each price tells what the rest must cost at least; the highest holds. The number of calls for
 * which that comes to least is the bound.
 */
function createBound(
  instance: Instance,
  objective: Objective,
  prices: readonly number[],
): LowerBound {
  const order = byFewestColumns(instance);
  const dimension = fullestDimension(instance, objective);
  return (selection, excluded) => {
    const open = selection.chosen.map((isChosen, column) =>
      isChosen === 0 && excluded[column] === 0 ? 1 : 0,
    );
    const groups = openGroups(selection, open, order);
    if (groups === undefined) return Infinity;
    return leastCost(selection, { open, groups, objective, dimension, prices });
  };
}

function byFewestColumns({ bundles, columnsOf }: Instance): Int32Array {
  const order = Int32Array.from(bundles.keys());
  return order.sort((a, b) => lengthAt(columnsOf, a) - lengthAt(columnsOf, b) || a - b);
}

function fullestDimension(instance: Instance, { room }: Objective): Dimension {
  const { totals } = new Selection(instance);
  const fullness = (dimension: Dimension): number => totals[dimension] / room[dimension];
  return DIMENSIONS.reduce((best, each) => (fullness(each) > fullness(best) ? each : best));
}

/** @returns `undefined` if some group cannot be covered any more */
function openGroups(
  { instance, coverCounts }: Selection,
  open: Uint8Array,
  order: Int32Array,
): OpenGroup[] | undefined {
  const groups: OpenGroup[] = [];
  for (const group of order) {
    if (coverCounts[group] !== 0) continue;
    const columns = listAt(instance.columnsOf, group).filter((column) => open[column] === 1);
    const bundle = instance.bundles[group];
    if (columns.length > 0) groups.push({ columns, bundle });
    else if (bundle === undefined) return undefined;
  }
  return groups;
}

interface Pricing {
  readonly open: Uint8Array;
  readonly groups: readonly OpenGroup[];
  readonly objective: Objective;
  readonly dimension: Dimension;
  readonly prices: readonly number[];
}

function leastCost(selection: Selection, pricing: Pricing): number {
  const { groups, objective, dimension, prices } = pricing;
  const { costs, room } = objective;
  const decided = withoutBundles(selection, groups);
  const { instance } = selection;
  const parts = (size: Size): number => size[dimension] / room[dimension];
  const apart = (size: Size): number =>
    costs.tag * size.tags + directoryCosts(size.directories, objective);
  const drops = sharedDrops(selection, pricing);
  // What all costs at least, were a call's room to be had at a price.
  const bounds = prices.map((price) => {
    const priceOf = (size: Size): number => apart(size) + price * costs.call * parts(size);
    const slack = Float64Array.from(
      instance.sizes,
      (size, column) => priceOf(size) + (drops[column] ?? 0),
    );
    return costs.page * decided.over + priceOf(decided) + sumOffers(groups, slack, priceOf);
  });
  const fewest = fewestCalls(selection, pricing, decided);
  const most = Math.max(fewest, Math.ceil(parts(selection.totals)));
  let least = Infinity;
  for (let calls = fewest; calls <= most; calls += 1) {
    const cost = (bound: number, index: number): number =>
      bound + (1 - (prices[index] ?? 0)) * costs.call * calls;
    least = Math.min(least, Math.max(...bounds.map(cost)));
  }
  return least;
}

/** Calls for tags that every cover takes. */
function fewestCalls(
  { instance }: Selection,
  { groups, dimension, objective: { room } }: Pricing,
  decided: Size,
): number {
  const forDecided = callsFor({ ...decided, directories: 0 }, room);
  const taken = leastTaken(decided, { instance, groups, dimension });
  return Math.max(forDecided, Math.ceil(taken / room[dimension] - 1e-9));
}

/** What every cover takes of one kind of a call's room. */
function leastTaken(
  decided: Size,
  {
    instance,
    groups,
    dimension,
  }: { readonly instance: Instance } & Pick<Pricing, 'groups' | 'dimension'>,
): number {
  const slack = Float64Array.from(instance.sizes, (size) => size[dimension]);
  return decided[dimension] + sumOffers(groups, slack, (size) => size[dimension]);
}

function directoryCosts(directories: number, { costs }: Objective): number {
  return costs.directory * directories + (costs.call * directories) / MAX_DIRECTORIES_A_CALL;
}

/** What is decided: all that is taken, less the own tags of groups that may yet be covered. */
function withoutBundles({ totals }: Selection, groups: readonly OpenGroup[]): typeof totals {
  const decided = { ...totals };
  for (const { bundle } of groups) {
    if (bundle === undefined) continue;
    decided.tags -= bundle.tags;
    decided.characters -= bundle.characters;
    decided.bytes -= bundle.bytes;
  }
  return decided;
}

/** For each column its part of the unchanged pages that are not dropped yet. */
function sharedDrops(
  { instance, dropCounts }: Selection,
  { open, objective: { costs } }: Pricing,
): Float64Array {
  const shares = new Float64Array(instance.targets.length);
  for (const [drop, weight] of instance.dropWeights.entries()) {
    if (dropCounts[drop] !== 0) continue;
    const columns = listAt(instance.droppedBy, drop);
    let sharing = 0;
    for (const column of columns) sharing += open[column] ?? 0;
    for (const column of columns)
      if (open[column] === 1)
        shares[column] = (shares[column] ?? 0) + (costs.page * weight) / sharing;
  }
  return shares;
}
