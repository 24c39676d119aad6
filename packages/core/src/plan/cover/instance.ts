import {
  findCandidates,
  keepCandidates,
  type CandidateOptions,
  type Candidates,
  type Kept,
} from './candidates.ts';
import { invert, ListWriter, listAt, SetNumbers, type Lists } from './lists.ts';
import { addSizes, NOTHING, sizeOfTarget, type Size } from './objective.ts';
import type { Need, UnchangedPage } from './problem.ts';

/**
 * What is left to decide, in numbers. A column is a target to choose or not. A group are needs that
 * the same columns hit: it is covered by one of these, or by its bundle, the tags that its needs have
 * for themselves. A drop are unchanged pages that the same columns drop.
 */
export interface Instance {
  /** Name of each column. */
  readonly targets: readonly string[];
  readonly sizes: readonly Size[];
  /** Groups of each column, and columns of each group. */
  readonly groupsOf: Lists;
  readonly columnsOf: Lists;
  /** Own tags of each group's needs; `undefined` if some have none, so that a column is needed. */
  readonly bundles: readonly (Size | undefined)[];
  /** Drops of each column, and columns of each drop. */
  readonly dropsOf: Lists;
  readonly droppedBy: Lists;
  readonly dropWeights: Float64Array;
  /** Columns that together hit all needs without an own tag, each dropping as little as it can. */
  readonly needed: readonly number[];
  /** Own tags of the needs that no column hits, and what is refreshed in any case. */
  readonly fixed: Size;
}

/** An instance, and how it hangs together with the needs. */
export interface BuiltInstance {
  readonly instance: Instance;
  /** Group of each need, -1 if no column hits it. */
  readonly groupOf: Int32Array;
  /** The tag that each need has for itself; `undefined` where it has none. */
  readonly ownOf: readonly (string | undefined)[];
}

export interface BuildOptions extends CandidateOptions {
  /** What is refreshed in any case. */
  readonly forced: Size;
}

/** Time and memory are near-linear in the pages and their tags. */
export function buildInstance(
  needs: readonly Need[],
  unchanged: readonly UnchangedPage[],
  options: BuildOptions,
): BuiltInstance {
  let candidates = findCandidates(needs, unchanged, options);
  let chosen = keepCandidates(candidates, options.maxOver);
  if (chosen.most > options.maxOver) {
    candidates = findCandidates(needs, unchanged, { ...options, maxOver: chosen.most });
    chosen = keepCandidates(candidates, options.maxOver);
  }
  const columnOf = numberKept(chosen.kept, candidates.targets);
  const targets: string[] = [];
  for (const [id, column] of columnOf.entries()) {
    if (column !== -1) targets[column] = candidates.targets[id] ?? '';
  }
  const groups = groupNeeds(candidates, chosen, columnOf);
  const drops = groupUnchanged(unchanged, { candidates, columnOf, options });
  const ownOf = Array.from(chosen.own, (id) => candidates.targets[id]);
  return {
    instance: {
      targets,
      sizes: targets.map(sizeOfTarget),
      columnsOf: groups.columnsOf,
      groupsOf: invert(groups.columnsOf, targets.length),
      bundles: groups.bundles,
      droppedBy: drops.droppedBy,
      dropsOf: invert(drops.droppedBy, targets.length),
      dropWeights: drops.weights,
      needed: [...columnOf].filter((column, id) => column !== -1 && chosen.needed[id] === 1),
      fixed: addSizes(groups.fixed, options.forced),
    },
    groupOf: groups.groupOf,
    ownOf,
  };
}

/** Columns in the order of their names, so that no result hangs on the order of pages. */
function numberKept(kept: Uint8Array, targets: readonly string[]): Int32Array {
  const ids = [...kept.keys()].filter((id) => kept[id] === 1);
  ids.sort((a, b) => ((targets[a] ?? '') < (targets[b] ?? '') ? -1 : 1));
  const columnOf = new Int32Array(kept.length).fill(-1);
  for (const [column, id] of ids.entries()) columnOf[id] = column;
  return columnOf;
}

interface Groups {
  readonly columnsOf: Lists;
  readonly bundles: (Size | undefined)[];
  readonly groupOf: Int32Array;
  readonly fixed: Size;
}

function groupNeeds(candidates: Candidates, { own }: Kept, columnOf: Int32Array): Groups {
  const width = candidates.targets.length + 2;
  const numbers = new SetNumbers(width);
  const groupOf = new Int32Array(own.length).fill(-1);
  const bundles: (Size | undefined)[] = [];
  let fixed: Size = NOTHING;
  for (const [need, ownId] of own.entries()) {
    const columns = columnsAmong(listAt(candidates.ofNeeds, need), columnOf);
    const size = ownId === -1 ? undefined : sizeOfTarget(candidates.targets[ownId] ?? '');
    if (columns.length === 0) {
      fixed = addSizes(fixed, size ?? NOTHING);
      continue;
    }
    // The mark keeps needs with and without an own tag apart.
    const group = numbers.numberOf(size === undefined ? [...columns, width - 1] : columns);
    groupOf[need] = group;
    const bundle = bundles[group];
    bundles[group] =
      size === undefined ? undefined : bundle === undefined ? size : addSizes(bundle, size);
  }
  return { columnsOf: withoutMark(numbers.finish(), width - 1), bundles, groupOf, fixed };
}

function withoutMark(lists: Lists, mark: number): Lists {
  const writer = new ListWriter();
  for (let list = 0; list < lists.starts.length - 1; list += 1) {
    for (const item of listAt(lists, list)) if (item !== mark) writer.push(item);
    writer.end();
  }
  return writer.finish();
}

function groupUnchanged(
  unchanged: readonly UnchangedPage[],
  {
    candidates,
    columnOf,
    options,
  }: {
    readonly candidates: Candidates;
    readonly columnOf: Int32Array;
    readonly options: BuildOptions;
  },
): { readonly droppedBy: Lists; readonly weights: Float64Array } {
  const numbers = new SetNumbers(candidates.targets.length + 1);
  const weights: number[] = [];
  const someDrops = columnOf.some((column, id) => column !== -1 && (candidates.drops[id] ?? 0) > 0);
  for (const [index, page] of (someDrops ? unchanged : []).entries()) {
    const columns = columnsAmong(listAt(candidates.ofUnchanged, index), columnOf);
    if (columns.length === 0) continue;
    const drop = numbers.numberOf(columns);
    weights[drop] = (weights[drop] ?? 0) + options.weightOf(page.path);
  }
  return { droppedBy: numbers.finish(), weights: Float64Array.from(weights) };
}

function columnsAmong(ids: Iterable<number>, columnOf: Int32Array): number[] {
  const columns: number[] = [];
  for (const id of ids) {
    const column = columnOf[id] ?? -1;
    if (column !== -1) columns.push(column);
  }
  if (columns.length < 2) return columns;
  columns.sort((a, b) => a - b);
  return columns.filter((column, index) => column !== columns[index - 1]);
}
