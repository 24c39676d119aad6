import type { EdgePage, EdgeState } from '../site/edge-state.ts';
import type { Manifest, ManifestPage } from '../site/manifest.ts';

/** What the edge may hold of a path, and what was built there; at least one of them. */
type Visit = (path: string, held: EdgePage | undefined, page: ManifestPage | undefined) => void;

/**
 * Goes through all paths of a state and a manifest, sorted. Both are nearly always sorted already;
 * then a walk along both is several times as fast as looking each path up.
 */
export function forEachPath(state: EdgeState, manifest: Manifest, visit: Visit): void {
  const held = sortedEntries(state.pages);
  let last: readonly [string, EdgePage] | undefined;
  let next = held.next();
  for (const page of sortedPages(manifest.pages)) {
    const { path } = page;
    while (!next.done && next.value[0] < path) {
      visit(next.value[0], next.value[1], undefined);
      next = held.next();
    }
    if (!next.done && next.value[0] === path) {
      last = next.value;
      next = held.next();
    }
    // Whatever made the manifest may have listed a path twice.
    visit(path, last?.[0] === path ? last[1] : undefined, page);
  }
  for (; !next.done; next = held.next()) visit(next.value[0], next.value[1], undefined);
}

function sortedEntries(
  pages: ReadonlyMap<string, EdgePage>,
): Iterator<readonly [string, EdgePage]> {
  return isSorted(pages.keys())
    ? pages.entries()
    : [...pages].sort(([a], [b]) => (a < b ? -1 : 1)).values();
}

function sortedPages(pages: readonly ManifestPage[]): readonly ManifestPage[] {
  let last = '';
  for (const { path } of pages) {
    if (path < last) return pages.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    last = path;
  }
  return pages;
}

function isSorted(paths: Iterable<string>): boolean {
  let last = '';
  for (const path of paths) {
    if (path < last) return false;
    last = path;
  }
  return true;
}
