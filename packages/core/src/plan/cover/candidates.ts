import { isPageTag } from '../../tags/names.ts';
import { ListWriter, listAt, type Lists } from './lists.ts';
import { isMore, sizeOfTarget } from './objective.ts';
import type { Need, UnchangedPage } from './problem.ts';
import { directoriesHitting, directoriesTouching, isDirectory } from './target.ts';

/** Which targets there are to choose from. */
interface Choice {
  /** Directories below it may be refreshed too; `undefined`: tags only. */
  readonly siteDirectory: string | undefined;
  /** A tag that only a need without any other may use. */
  readonly avoided: string | undefined;
}

export interface CandidateOptions {
  readonly choice: Choice;
  readonly weightOf: (path: string) => number;
  /** Most weight that may be dropped. */
  readonly maxOver: number;
}

/** Everything that hits some need. */
export interface Candidates {
  /** Name of each. */
  readonly targets: readonly string[];
  /** For each need the targets that hit it, each once. */
  readonly ofNeeds: Lists;
  /** For each unchanged page those that drop it, each once, of those that drop no more than allowed. */
  readonly ofUnchanged: Lists;
  /** How many needs each target hits. */
  readonly uses: Int32Array;
  /** Weight of the unchanged pages that each target drops. */
  readonly drops: Float64Array;
  /** 1 for each target that drops any, if only some without weight. */
  readonly dropsAny: Uint8Array;
}

export function findCandidates(
  needs: readonly Need[],
  unchanged: readonly UnchangedPage[],
  options: CandidateOptions,
): Candidates {
  const ids = new Map<string, number>();
  const targets: string[] = [];
  const writer = new ListWriter();
  const uses: number[] = [];
  for (const need of needs) {
    for (const target of new Set(targetsOfNeed(need, options.choice))) {
      const id = ids.get(target) ?? targets.length;
      if (id === targets.length) {
        ids.set(target, id);
        targets.push(target);
        uses.push(0);
      }
      uses[id] = (uses[id] ?? 0) + 1;
      writer.push(id);
    }
    writer.end();
  }
  const weighed = weighDrops(unchanged, ids, options);
  return { targets, ofNeeds: writer.finish(), uses: Int32Array.from(uses), ...weighed };
}

function targetsOfNeed({ path, anyOf }: Need, { siteDirectory, avoided }: Choice): string[] {
  const tags = anyOf.filter((tag) => tag !== avoided);
  const directories = siteDirectory === undefined ? [] : directoriesHitting(path, siteDirectory);
  const targets = [...tags, ...directories];
  return targets.length > 0 ? targets : [...anyOf];
}

function weighDrops(
  unchanged: readonly UnchangedPage[],
  ids: ReadonlyMap<string, number>,
  { choice, weightOf, maxOver }: CandidateOptions,
): Pick<Candidates, 'drops' | 'dropsAny' | 'ofUnchanged'> {
  const { siteDirectory } = choice;
  const drops = new Float64Array(ids.size);
  const dropsAny = new Uint8Array(ids.size);
  const lastPage = new Int32Array(ids.size).fill(-1);
  const writer = new ListWriter();
  for (const [index, page] of unchanged.entries()) {
    let weight: number | undefined;
    const note = (target: string): void => {
      const id = ids.get(target);
      if (id === undefined || lastPage[id] === index) return;
      lastPage[id] = index;
      weight ??= weightOf(page.path);
      drops[id] = (drops[id] ?? 0) + weight;
      dropsAny[id] = 1;
      // The tag of all pages is on all pages: what can no longer be chosen is not worth the memory.
      if (!isMore(drops[id] ?? 0, maxOver)) writer.push(id);
    };
    for (const tag of page.tags) note(tag);
    if (siteDirectory !== undefined)
      for (const directory of directoriesTouching(page.path, siteDirectory)) note(directory);
    writer.end();
  }
  return { drops, dropsAny, ofUnchanged: writer.finish() };
}

/** Which candidates are worth a choice, and the tag of its own that each need falls back to. */
export interface Kept {
  /** For each need the number of a target that hits nothing else, or -1. */
  readonly own: Int32Array;
  /** 1 for each target that remains to choose from. */
  readonly kept: Uint8Array;
  /** 1 for each of them that some need has nothing gentler than. */
  readonly needed: Uint8Array;
  /** Most weight that may be dropped, or that has to be. */
  readonly most: number;
}

/**
 * A tag that hits one need and nothing else is the best of all that hit this need alone. What is left
 * are those that hit several; and for a need without such a tag, all that hit it. What drops more
 * than allowed goes, unless some need has nothing better.
 */
export function keepCandidates(candidates: Candidates, maxOver: number): Kept {
  const { targets, ofNeeds, uses, drops, dropsAny } = candidates;
  const count = ofNeeds.starts.length - 1;
  const own = new Int32Array(count).fill(-1);
  const kept = new Uint8Array(targets.length);
  const needed = new Uint8Array(targets.length);
  for (let need = 0; need < count; need += 1) {
    const ids = listAt(ofNeeds, need);
    const best = bestOf(
      ids,
      targets,
      (id) => uses[id] === 1 && dropsAny[id] === 0 && !isDirectory(targets[id] ?? ''),
    );
    own[need] = best;
    if (best === -1) needed[leastDropping(ids, candidates)] = 1;
    for (const id of ids) if ((uses[id] ?? 0) > 1 || best === -1) kept[id] = 1;
  }
  // What is needed may drop more than allowed; then other choices that drop no more may too.
  const most = Math.max(
    maxOver,
    drops.reduce((sum, drop, id) => sum + drop * (needed[id] ?? 0), 0),
  );
  for (const id of kept.keys()) {
    if (needed[id] !== 1 && isMore(drops[id] ?? 0, most)) kept[id] = 0;
  }
  return { own, kept, needed, most };
}

function bestOf(
  ids: Int32Array,
  targets: readonly string[],
  allows: (id: number) => boolean,
): number {
  let best = -1;
  for (const id of ids) {
    if (!allows(id)) continue;
    if (best === -1 || comesFirst(targets[id] ?? '', targets[best] ?? '')) best = id;
  }
  return best;
}

function leastDropping(ids: Int32Array, { targets, drops }: Candidates): number {
  let best = ids[0] ?? 0;
  for (const id of ids) {
    const less = (drops[id] ?? 0) - (drops[best] ?? 0);
    if (less < 0 || (less === 0 && comesFirst(targets[id] ?? '', targets[best] ?? ''))) best = id;
  }
  return best;
}

/**
 * The same whatever the order in which targets were met: a page's own tag, which it keeps whatever
 * else it may be tagged with; then what takes less room, then by name.
 */
function comesFirst(a: string, b: string): boolean {
  if (isPageTag(a) !== isPageTag(b)) return isPageTag(a);
  const [sizeA, sizeB] = [sizeOfTarget(a), sizeOfTarget(b)];
  const less = sizeA.directories - sizeB.directories || sizeA.bytes - sizeB.bytes;
  return less === 0 ? a < b : less < 0;
}
