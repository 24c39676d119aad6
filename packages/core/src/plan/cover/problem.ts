import type { CallFrame } from '../../refresh/pack.ts';
import type { RefreshLimits } from '../../refresh/limits.ts';

/** Copies of one page that must be hit, all of which carry each of these tags. */
export interface Need {
  /** URL path of the page. */
  readonly path: string;
  /** Tags each of which alone hits them. Not empty. */
  readonly anyOf: readonly string[];
}

/** A page that may stay, with all tags that a copy of it may carry. */
export interface UnchangedPage {
  readonly path: string;
  readonly tags: readonly string[];
}

/** What must be refreshed, and what better stays. */
export interface CoverProblem {
  readonly needs: readonly Need[];
  readonly unchanged: readonly UnchangedPage[];
  /** Tags that are refreshed in any case. */
  readonly forced: readonly string[];
}

/** What things cost, in pages of weight 1 that have to be fetched anew. */
export interface PlanCosts {
  /** An unchanged page of weight 1 that is dropped too. Default 1. */
  readonly page: number;
  /** A tag. Default 0.01: to spare all 100 tags of a call is worth no more than one page. */
  readonly tag: number;
  /** A call. Default 1,000. */
  readonly call: number;
  /** A directory, besides its call. Default 1,000: an account has 100 a day. */
  readonly directory: number;
}

export const DEFAULT_COSTS: PlanCosts = { page: 1, tag: 0.01, call: 1000, directory: 1000 };

/** How to choose. */
export interface CoverSettings {
  readonly costs: PlanCosts;
  /** What may be dropped too, as a part of the weight of the unchanged HTML pages, 0 to 1. */
  readonly maxOverRefresh: number;
  readonly maxTags: number;
  readonly maxCalls: number;
  /** The folder of URLs under which the whole site is; `undefined` if no directory may be refreshed. */
  readonly siteDirectory: string | undefined;
  readonly weightOf: (path: string) => number;
  readonly frame: CallFrame;
  readonly limits: RefreshLimits;
}
