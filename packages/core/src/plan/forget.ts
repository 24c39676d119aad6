import type { EdgeState, Site } from '../site/edge-state.ts';
import { ALL_PAGES_TAG, NOT_FOUND_TAG } from '../tags/names.ts';

/** What a state names as its build when it was reset: no plan that was made before can be applied. */
const RESET_BUILD = 'reset';

/**
 * The edge state of somebody who knows nothing: any copy of any page may be stored. The next plan
 * drops every tagged page from the edge once.
 */
export function forgetEverything({ domain, environment }: Site): EdgeState {
  const everything = { digest: null, tags: [ALL_PAGES_TAG, NOT_FOUND_TAG] };
  return {
    version: 1,
    domain,
    environment,
    build: RESET_BUILD,
    pages: new Map([['*', everything]]),
  };
}
