import { FreshtagError } from '../errors.ts';
import { NOT_FOUND_TAG } from '../tags/names.ts';
import type { EdgePage, EdgeState } from './edge-state.ts';
import type { Manifest } from './manifest.ts';

/**
 * Refuses a build that lacks more than half of the known pages: one that was cut off looks like that, and
 * a plan would remove the pages that it lacks. Hashed assets and what was removed before do not count.
 *
 * @throws FreshtagError `OUTPUT_SHRUNK`
 */
export function checkShrink(
  state: EdgeState | undefined,
  manifest: Manifest,
  {
    dir,
    allowShrink = false,
  }: { readonly dir: string; readonly allowShrink?: boolean | undefined },
): void {
  if (state === undefined || allowShrink) return;
  let left = 0;
  for (const { path } of manifest.pages) if (isKnown(path, state.pages.get(path))) left += 1;
  let known = 0;
  for (const [path, page] of state.pages) if (isKnown(path, page)) known += 1;
  if (left * 2 >= known) return;
  const missing = firstMissing(state, manifest);
  throw new FreshtagError(
    'OUTPUT_SHRUNK',
    `${dir} holds ${left} of the ${known} pages that the edge may have of ${state.domain} (${state.environment}); ${missing} is the first that is missing. A build that was cut off looks like this, so nothing was planned. Build again; or, if the others were removed, say so with allowShrink (--allow-shrink).`,
  );
}

function firstMissing(state: EdgeState, manifest: Manifest): string {
  const built = new Set(manifest.pages.map(({ path }) => path));
  for (const [path, page] of state.pages) if (isKnown(path, page) && !built.has(path)) return path;
  return '?';
}

/** A removed page whose refresh is not over may be stored as a 404; a page that is built can be new too. */
function isKnown(path: string, page: EdgePage | undefined): boolean {
  if (page === undefined) return false;
  const { digest, tags, immutable } = page;
  const mayBeGone = digest === null && tags.includes(NOT_FOUND_TAG);
  return path.startsWith('/') && immutable !== true && !mayBeGone;
}
