// Judges covers by trying everything. Imports nothing of what it judges.

export interface BruteNeed {
  readonly path: string;
  readonly anyOf: readonly string[];
}

export interface BrutePage {
  readonly path: string;
  readonly tags: readonly string[];
}

export interface BruteProblem {
  readonly needs: readonly BruteNeed[];
  readonly unchanged: readonly BrutePage[];
}

export interface BruteRules {
  readonly costs: { readonly page: number; readonly tag: number; readonly call: number };
  readonly maxOverRefresh: number;
  readonly maxTags: number;
  readonly maxCalls: number;
  readonly tagsPerCall: number;
  readonly weightOf: (path: string) => number;
}

/** Paths of the needs that a set of tags leaves unhit. */
export function unhit(needs: readonly BruteNeed[], tags: readonly string[]): string[] {
  return needs.filter((need) => !need.anyOf.some((tag) => tags.includes(tag))).map((n) => n.path);
}

/** Unchanged pages that a set of tags drops. */
export function dropped(unchanged: readonly BrutePage[], tags: readonly string[]): BrutePage[] {
  return unchanged.filter((page) => page.tags.some((tag) => tags.includes(tag)));
}

/** Cost of a set of tags that all fit into calls by their number alone. */
export function priceOf(
  { unchanged }: BruteProblem,
  tags: readonly string[],
  { costs, weightOf, tagsPerCall }: BruteRules,
): { readonly cost: number; readonly over: number; readonly calls: number } {
  const over = dropped(unchanged, tags).reduce((sum, { path }) => sum + weightOf(path), 0);
  const calls = Math.ceil(tags.length / tagsPerCall);
  return { cost: costs.page * over + costs.tag * tags.length + costs.call * calls, over, calls };
}

/** The least cost of all sets of tags that hit everything and keep the rules; `undefined` if none does. */
export function leastCost(problem: BruteProblem, rules: BruteRules): number | undefined {
  const tags = [...new Set(problem.needs.flatMap((need) => need.anyOf))];
  const total = problem.unchanged.reduce((sum, { path }) => sum + rules.weightOf(path), 0);
  const allowed = Math.max(rules.maxOverRefresh * total, unavoidable(problem, rules));
  let least: number | undefined;
  for (let bits = 0; bits < 2 ** tags.length; bits += 1) {
    const chosen = tags.filter((_, index) => (bits & (1 << index)) !== 0);
    if (chosen.length > rules.maxTags || unhit(problem.needs, chosen).length > 0) continue;
    const { cost, over, calls } = priceOf(problem, chosen, rules);
    if (over > allowed + 1e-9 || calls > rules.maxCalls) continue;
    if (least === undefined || cost < least) least = cost;
  }
  return least;
}

/**
 * What has to be allowed because some need has no tag that drops nothing: the union of what the
 * gentlest tag of each such need drops, of several the first by name. It is 0 where every page has a tag of its own.
 */
function unavoidable({ needs, unchanged }: BruteProblem, rules: BruteRules): number {
  const weigh = (tags: readonly string[]): number =>
    dropped(unchanged, tags).reduce((sum, { path }) => sum + rules.weightOf(path), 0);
  const gentlest = needs
    .filter(({ anyOf }) => !anyOf.some((tag) => weigh([tag]) === 0))
    .map(({ anyOf }) => anyOf.toSorted().reduce((a, b) => (weigh([b]) < weigh([a]) ? b : a)));
  return weigh(gentlest);
}
