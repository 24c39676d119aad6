import type { EdgePage, EdgeState } from '../site/edge-state.ts';
import { NOT_FOUND_TAG } from '../tags/names.ts';

/** Two states that were written without knowing of each other. */
export interface DivergedStates {
  /** What both began with, where it is known; then a page that one side left alone is the other's. */
  readonly base?: EdgeState | undefined;
  readonly ours: EdgeState;
  /** The one that was written last; its build stays the one that may be applied. */
  readonly theirs: EdgeState;
}

/**
 * The edge state after two deploys that did not know of each other: page by page whatever either of
 * them says may be stored. It may say more than is stored, never less.
 */
export function mergeEdgeStates({ base, ours, theirs }: DivergedStates): EdgeState {
  const pages = new Map<string, EdgePage>();
  for (const path of new Set([...ours.pages.keys(), ...theirs.pages.keys()])) {
    const sides = [ours.pages.get(path), theirs.pages.get(path)] as const;
    const page = base === undefined ? unite(...sides) : mergePage(base.pages.get(path), ...sides);
    if (page !== undefined) pages.set(path, page);
  }
  return { ...theirs, pages };
}

function mergePage(
  base: EdgePage | undefined,
  ours: EdgePage | undefined,
  theirs: EdgePage | undefined,
): EdgePage | undefined {
  if (isSamePage(ours, base)) return theirs;
  if (isSamePage(theirs, base)) return ours;
  return unite(ours, theirs);
}

function unite(ours: EdgePage | undefined, theirs: EdgePage | undefined): EdgePage | undefined {
  if (isSamePage(ours, theirs)) return ours;
  const held = [ours, theirs].filter((page) => page !== undefined);
  // Where one side knows of no copy, it may have let a 404 be stored.
  const missing = held.length < 2 ? [NOT_FOUND_TAG] : [];
  const tags = [...new Set([...held.flatMap((page) => page.tags), ...missing])].sort();
  // Copies whose tags alone differ are several as well: a tag of one side is not on all of them.
  const isSame = ours?.digest === theirs?.digest && isSameSet(ours?.tags ?? [], theirs?.tags ?? []);
  const digest = isSame ? (ours?.digest ?? null) : null;
  return { digest, tags, ...(held.every((page) => page.immutable) ? { immutable: true } : {}) };
}

/** Whether two entries say the same; the order of tags says nothing. */
export function isSamePage(a: EdgePage | undefined, b: EdgePage | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.digest === b.digest && a.immutable === b.immutable && isSameSet(a.tags, b.tags);
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const tags = new Set(a);
  return b.every((tag) => tags.has(tag)) && new Set(b).size === tags.size;
}
