/**
 * How far a plan had to go.
 * - `cheapest`: the cheapest cover that drops no more unchanged pages than allowed.
 * - `shared-tags`: `maxTags` or `maxCalls` leave no room for it; tags that drop more.
 * - `directories`: directories besides tags.
 * - `whole-site`: everything.
 */
export const COVER_STEPS = ['cheapest', 'shared-tags', 'directories', 'whole-site'] as const;

export type CoverStepName = (typeof COVER_STEPS)[number];

/** What one step comes to. */
export interface CoverFigures {
  readonly tags: number;
  readonly directories: number;
  /** Of one pass. */
  readonly calls: number;
  /** Unchanged pages that it drops too. */
  readonly overPages: number;
  readonly overWeight: number;
  readonly cost: number;
  /** Whether it keeps within what the options allow. */
  readonly isWithinLimits: boolean;
}

/** One step that was tried. */
export interface CoverStep extends CoverFigures {
  readonly step: CoverStepName;
}
