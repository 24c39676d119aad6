import type { Instance } from './instance.ts';
import { invert, lengthAt, listAt, type Lists } from './lists.ts';
import type { Size } from './objective.ts';

/** Columns are compared each with each only where that is at most so many comparisons of numbers. */
const MAX_COMPARISONS = 2_000_000;

/**
 * Leaves out columns that another one can always stand in for: it hits at least the same, drops at
 * most the same, and takes no more room. Some best choice is still there.
 */
export function reduceInstance(instance: Instance): Instance {
  const merged = mergeEqualColumns(instance);
  const { groupsOf, dropsOf, targets } = merged;
  const comparisons = targets.length * (groupsOf.items.length + dropsOf.items.length);
  if (comparisons > MAX_COMPARISONS) return merged;
  const dominated = Uint8Array.from(targets, (_, column) => (isDominated(merged, column) ? 1 : 0));
  return keepColumns(merged, dominated);
}

/** Of columns that hit and drop the same, the one that takes least room stays. */
function mergeEqualColumns(instance: Instance): Instance {
  const { groupsOf, dropsOf, targets } = instance;
  const byHash = new Map<number, number[]>();
  const gone = new Uint8Array(targets.length);
  for (let column = 0; column < targets.length; column += 1) {
    const groups = listAt(groupsOf, column);
    const drops = listAt(dropsOf, column);
    const hash = hashOf(drops, hashOf(groups, groups.length));
    const alike = byHash.get(hash) ?? [];
    const twin = alike.find(
      (other) => isEqual(listAt(groupsOf, other), groups) && isEqual(listAt(dropsOf, other), drops),
    );
    if (twin === undefined) byHash.set(hash, [...alike, column]);
    else if (isNoLarger(instance.sizes[twin], instance.sizes[column])) gone[column] = 1;
    else if (isNoLarger(instance.sizes[column], instance.sizes[twin])) {
      gone[twin] = 1;
      alike[alike.indexOf(twin)] = column;
    }
  }
  return keepColumns(instance, gone);
}

function isDominated(instance: Instance, column: number): boolean {
  const { groupsOf, dropsOf, columnsOf, sizes } = instance;
  const groups = listAt(groupsOf, column);
  const [first] = groups;
  if (first === undefined) return true;
  const drops = listAt(dropsOf, column);
  // Whatever can stand in for it hits its first group too.
  return listAt(columnsOf, first).some((other) => {
    if (other === column || !isNoLarger(sizes[other], sizes[column])) return false;
    const otherGroups = listAt(groupsOf, other);
    const otherDrops = listAt(dropsOf, other);
    if (!isSubset(groups, otherGroups) || !isSubset(otherDrops, drops)) return false;
    const isSame =
      groups.length === otherGroups.length &&
      drops.length === otherDrops.length &&
      isNoLarger(sizes[column], sizes[other]);
    return !isSame || other < column;
  });
}

/** What is needed stays: it says how much may be dropped. */
function keepColumns(instance: Instance, gone: Uint8Array): Instance {
  const needed = new Set(instance.needed);
  const kept = [...gone.keys()].filter((column) => gone[column] !== 1 || needed.has(column));
  if (kept.length === instance.targets.length) return instance;
  const numbers = new Map(kept.map((column, index) => [column, index]));
  const groupsOf = pick(instance.groupsOf, kept);
  const dropsOf = pick(instance.dropsOf, kept);
  return {
    ...instance,
    targets: kept.map((column) => instance.targets[column] ?? ''),
    sizes: kept.flatMap((column) => instance.sizes[column] ?? []),
    needed: instance.needed.flatMap((column) => numbers.get(column) ?? []),
    groupsOf,
    dropsOf,
    columnsOf: invert(groupsOf, instance.bundles.length),
    droppedBy: invert(dropsOf, instance.dropWeights.length),
  };
}

function pick(lists: Lists, kept: readonly number[]): Lists {
  const starts = new Int32Array(kept.length + 1);
  for (const [index, list] of kept.entries())
    starts[index + 1] = (starts[index] ?? 0) + lengthAt(lists, list);
  const items = new Int32Array(starts[kept.length] ?? 0);
  for (const [index, list] of kept.entries()) items.set(listAt(lists, list), starts[index]);
  return { starts, items };
}

function hashOf(items: Int32Array, seed: number): number {
  let hash = seed;
  for (const item of items) hash = Math.imul(hash ^ item, 0x01_00_01_93) ^ (hash >>> 15);
  return hash;
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** Both ascending. */
function isSubset(part: Int32Array, whole: Int32Array): boolean {
  if (part.length > whole.length) return false;
  let at = 0;
  for (const item of part) {
    while (at < whole.length && (whole[at] ?? 0) < item) at += 1;
    if (whole[at] !== item) return false;
  }
  return true;
}

function isNoLarger(a: Size | undefined, b: Size | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return (
    a.directories <= b.directories &&
    a.tags <= b.tags &&
    a.bytes <= b.bytes &&
    a.characters <= b.characters
  );
}
