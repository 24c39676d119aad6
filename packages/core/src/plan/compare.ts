import type { EdgePage, EdgeState } from '../site/edge-state.ts';
import { isSamePage } from './merge.ts';

/**
 * How a page of an edge state differs from another state or a build.
 * - `unsettled`: several versions may be stored, here or there.
 * - `content`: another digest. `tags`: the same digest, other tags.
 * - `here`: only in the state. `there`: only in the other.
 */
export type PageDifference = 'unsettled' | 'content' | 'tags' | 'here' | 'there';

export interface DifferentPage {
  readonly path: string;
  readonly difference: PageDifference;
}

export interface Comparison {
  /** Sorted by path. */
  readonly pages: readonly DifferentPage[];
  readonly same: number;
}

/** Compares an edge state, page by page, with the pages of another one or of a build. */
export function compareStates(
  state: Pick<EdgeState, 'pages'>,
  other: Pick<EdgeState, 'pages'>,
): Comparison {
  const paths = [...new Set([...state.pages.keys(), ...other.pages.keys()])].sort();
  const pages = paths.flatMap((path) => {
    const difference = differenceOf(state.pages.get(path), other.pages.get(path));
    return difference === undefined ? [] : [{ path, difference }];
  });
  return { pages, same: paths.length - pages.length };
}

function differenceOf(
  here: EdgePage | undefined,
  there: EdgePage | undefined,
): PageDifference | undefined {
  if (there === undefined) return 'here';
  if (here === undefined) return 'there';
  if (isSamePage(here, there)) return undefined;
  if (here.digest === null || there.digest === null) return 'unsettled';
  return here.digest === there.digest ? 'tags' : 'content';
}
