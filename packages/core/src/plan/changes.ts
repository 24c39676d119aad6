import { isSameContent } from '../site/digest.ts';
import type { EdgePage, EdgeState } from '../site/edge-state.ts';
import type { Manifest, ManifestPage } from '../site/manifest.ts';
import { ALL_PAGES_TAG, isPageTag, NOT_FOUND_TAG, pageTag } from '../tags/names.ts';
import { forEachPath } from './pairs.ts';
import type { PlannedPage, PlanReason } from './plan.ts';

/**
 * Path of an entry that stands for all that may be stored and that nobody remembers: pages that are
 * long gone, copies from before the origin sent tags. Without an edge state it comes into the plan,
 * and with that into the state, until it was refreshed to the end.
 */
export const EVERYTHING = '*';

/** A page that must be refreshed. */
export interface ChangedPage {
  readonly page: Omit<PlannedPage, 'refresh' | 'directories'>;
  /** For each kind of its copies the tags that all of that kind carry: each kind must be hit by one. */
  readonly copies: readonly (readonly string[])[];
  /** Tags that together hit all its copies, and no other page where it has a tag of its own. */
  readonly ownTags: readonly string[];
}

/** What became of the pages that the edge may hold. */
export interface PageChanges {
  /** Sorted by path. */
  readonly changed: readonly ChangedPage[];
  readonly unchanged: readonly ManifestPage[];
  /** Whether there may be copies that nobody remembers. */
  readonly isForgotten: boolean;
}

/** Compares what the edge may hold with what was built. */
export function comparePages(state: EdgeState | undefined, manifest: Manifest): PageChanges {
  if (state === undefined) return compareWithNothing(manifest);
  const isForgotten = state.pages.has(EVERYTHING);
  const changed: ChangedPage[] = [];
  const unchanged: ManifestPage[] = [];
  forEachPath(state, manifest, (path, held, page) => {
    if (page === undefined) {
      if (held !== undefined) changed.push(removedPage(path, held));
      return;
    }
    const reason = reasonFor(page, held);
    if (reason === undefined) unchanged.push(page);
    else changed.push(changedPage(page, reason, held));
  });
  return { changed, unchanged, isForgotten };
}

function compareWithNothing(manifest: Manifest): PageChanges {
  const ownTags = [ALL_PAGES_TAG, NOT_FOUND_TAG];
  const copies = ownTags.map((tag) => [tag]);
  const about = { reason: 'unknown', stored: null } as const;
  const pages = manifest.pages.map(({ path, ...target }): ChangedPage => ({
    page: { path, ...about, target },
    copies,
    ownTags,
  }));
  const everything = { page: { path: EVERYTHING, ...about, target: null }, copies, ownTags };
  return { changed: [...pages, everything].sort(byPath), unchanged: [], isForgotten: true };
}

function reasonFor(page: ManifestPage, held: EdgePage | undefined): PlanReason | undefined {
  if (held === undefined) return 'new';
  if (held.digest === null) return 'unsettled';
  if (!isSameContent(held.digest, page)) return 'changed';
  // Its copies may outlive it no more, and only what is planned is noted in the state.
  if (held.immutable && !page.immutable) return 'changed';
  return hasSameTags(held.tags, page.tags) ? undefined : 'tags-changed';
}

function changedPage(
  { path, ...target }: ManifestPage,
  reason: PlanReason,
  held: EdgePage | undefined,
): ChangedPage {
  const page = { path, reason, stored: held?.digest ?? null, target };
  // While it did not exist, a 404 may have been stored for it.
  if (held === undefined) return { page, copies: [[NOT_FOUND_TAG]], ownTags: [NOT_FOUND_TAG] };
  const ownTags = ownTagsOf(path, held);
  return { page, copies: copiesOf(held, { ownTags, tagsNow: target.tags }), ownTags };
}

function removedPage(path: string, held: EdgePage): ChangedPage {
  const page = { path, reason: 'removed', stored: held.digest, target: null } as const;
  if (held.immutable) return { page, copies: [], ownTags: [] };
  const ownTags = ownTagsOf(path, held);
  return { page, copies: copiesOf(held, { ownTags, tagsNow: held.tags }), ownTags };
}

/**
 * While every stored copy is the same, each carries all tags, so that any of them will do. Not those
 * that it loses: while a build goes live, an origin may send the old page with the new tags.
 *
 * Of several copies all that is sure is their own tags.
 */
function copiesOf(
  held: EdgePage,
  {
    ownTags,
    tagsNow,
  }: { readonly ownTags: readonly string[]; readonly tagsNow: readonly string[] },
): string[][] {
  if (held.digest === null) return ownTags.map((tag) => [tag]);
  if (held.tags.length === 0) return [];
  const now = new Set(tagsNow);
  const stays = held.tags.filter((tag) => now.has(tag));
  return [stays.length > 0 ? stays : [...held.tags]];
}

/**
 * Every copy that was ever stored of a page carries a page tag of its own, except a stored 404. A
 * copy without one was not tagged by us; then any of its tags may be all that it has.
 *
 * Of several copies each may have another one: where a domain shows another part of the build than it
 * did, the tags of a path come from another file.
 */
function ownTagsOf(path: string, { digest, tags }: EdgePage): string[] {
  const missing = tags.filter((tag) => tag === NOT_FOUND_TAG);
  const own = pageTag(path);
  if (digest !== null && tags.includes(own)) return [own, ...missing];
  const pageTags = tags.filter(isPageTag);
  return pageTags.length > 0 ? [...pageTags, ...missing] : [...tags];
}

function hasSameTags(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  // Nearly always in the same order.
  if (a.every((tag, index) => tag === b[index])) return true;
  return new Set([...a, ...b]).size === a.length;
}

function byPath(a: ChangedPage, b: ChangedPage): number {
  return a.page.path < b.page.path ? -1 : 1;
}
