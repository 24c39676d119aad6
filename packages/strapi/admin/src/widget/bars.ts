import type { SummaryHour } from '../../../contract/admin-api.ts';

/** One hour of the chart: heights are shares of the whole height, failures on top of the other calls. */
export interface Bar extends SummaryHour {
  readonly goodShare: number;
  readonly failureShare: number;
}

/** A single call must be seen beside thousands. */
const LEAST_SHARE = 0.04;

export function barsOf(hours: readonly SummaryHour[]): readonly Bar[] {
  const most = Math.max(1, ...hours.map(({ calls }) => calls));
  const room = 1 - 2 * LEAST_SHARE;
  const share = (count: number): number => (count === 0 ? 0 : LEAST_SHARE + (count / most) * room);
  return hours.map((hour) => ({
    ...hour,
    goodShare: share(hour.calls - hour.failures),
    failureShare: share(hour.failures),
  }));
}
