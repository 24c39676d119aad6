/** A number of ours beside one of theirs, and what the ratio shall be. */
export interface Goal {
  readonly name: string;
  readonly unit: 'ms' | 'MB' | 'bytes' | 'calls' | 'pages' | 'calls/s' | 'hits/s' | '%';
  readonly ours: number;
  readonly theirs: number;
  /** ours / theirs */
  readonly ratio: number;
  /** A ratio that is only told has none. */
  readonly limit?: Limit;
  readonly met?: boolean;
}

interface Limit {
  readonly is: 'at most' | 'at least';
  readonly ratio: number;
}

/** What one measure found. */
export interface Measured<Values> {
  readonly values: Values;
  readonly goals: readonly Goal[];
}

export function goal(given: Omit<Goal, 'ratio' | 'met'>): Goal {
  const ratio = given.ours / given.theirs;
  return given.limit === undefined
    ? { ...given, ratio }
    : { ...given, ratio, met: isMet(ratio, given.limit) };
}

function isMet(ratio: number, limit: Limit): boolean {
  return limit.is === 'at most' ? ratio <= limit.ratio : ratio >= limit.ratio;
}
