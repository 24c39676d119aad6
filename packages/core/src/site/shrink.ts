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
  const built = new Set(manifest.pages.map(({ path }) => path));
  const known = [...state.pages].filter(([path, page]) => isKnown(path, page));
  const left = known.filter(([path]) => built.has(path)).length;
  if (left * 2 >= known.length) return;
  const missing = known.find(([path]) => !built.has(path))?.[0] ?? '?';
  throw new FreshtagError(
    'OUTPUT_SHRUNK',
    `${dir} holds ${left} of the ${known.length} pages that the edge may have of ${state.domain} (${state.environment}); ${missing} is the first that is missing. A build that was cut off looks like this, so nothing was planned. Build again; or, if the others were removed, say so with allowShrink (--allow-shrink).`,
  );
}

/** A removed page whose refresh is not over may be stored as a 404; a page that is built can be new too. */
function isKnown(path: string, { digest, tags, immutable }: EdgePage): boolean {
  const mayBeGone = digest === null && tags.includes(NOT_FOUND_TAG);
  return path.startsWith('/') && immutable !== true && !mayBeGone;
}
