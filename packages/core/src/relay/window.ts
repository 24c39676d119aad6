import type { Waiting } from './outbox.ts';

/** How long rows gather, so that one call carries many. */
export interface WindowOptions {
  /** Rows are carried when none came for so long, in milliseconds. Default 1,000. */
  readonly idleMs: number;
  /** … or when the oldest has waited for so long, in milliseconds. Default 5,000. */
  readonly maxMs: number;
}

export const DEFAULT_WINDOW: WindowOptions = { idleMs: 1000, maxMs: 5000 };

/** When the window closes, in milliseconds from now: 0 or less if it has closed. */
export function closesInMs(waiting: Waiting, { idleMs, maxMs }: WindowOptions): number {
  return Math.min(idleMs - waiting.newestAgeMs, maxMs - waiting.oldestAgeMs);
}
