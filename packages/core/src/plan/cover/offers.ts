import type { Size } from './objective.ts';

/** A group that is not covered, with the columns that still may. */
export interface OpenGroup {
  readonly columns: Int32Array;
  /** Own tags that would do as well. */
  readonly bundle: Size | undefined;
}

/** First all groups raise what they offer together, then one after the other takes what is left. */
const ROUNDS_TOGETHER = 3;

/**
 * What all groups offer: none more than its bundle costs, and together no column more than it costs.
 *
 * @param slack what each column costs; lowered by what is offered for it
 */
export function sumOffers(
  groups: readonly OpenGroup[],
  slack: Float64Array,
  priceOf: (bundle: Size) => number,
): number {
  const most = Float64Array.from(groups, ({ bundle }) =>
    bundle === undefined ? Infinity : priceOf(bundle),
  );
  let sum = 0;
  const raise = (group: number, columns: Int32Array, offered: number): void => {
    if (!(offered > 0)) return;
    sum += offered;
    most[group] = (most[group] ?? 0) - offered;
    for (const column of columns) slack[column] = (slack[column] ?? 0) - offered;
  };
  for (let round = 0; round < ROUNDS_TOGETHER; round += 1) {
    const shares = sharesOf(groups, slack, most);
    for (const [group, { columns }] of groups.entries())
      raise(group, columns, least(columns, shares, most[group] ?? 0));
  }
  for (const [group, { columns }] of groups.entries())
    raise(group, columns, least(columns, slack, most[group] ?? 0));
  return sum;
}

/** What is left of each column's price for each of its groups that can still offer. */
function sharesOf(
  groups: readonly OpenGroup[],
  slack: Float64Array,
  most: Float64Array,
): Float64Array {
  const counts = new Int32Array(slack.length);
  for (const [group, { columns }] of groups.entries()) {
    if ((most[group] ?? 0) <= 0 || least(columns, slack, 1) <= 0) continue;
    for (const column of columns) counts[column] = (counts[column] ?? 0) + 1;
  }
  return slack.map((left, column) => left / Math.max(1, counts[column] ?? 0));
}

function least(columns: Int32Array, values: Float64Array, most: number): number {
  let smallest = most;
  for (const column of columns) smallest = Math.min(smallest, values[column] ?? 0);
  return smallest;
}
