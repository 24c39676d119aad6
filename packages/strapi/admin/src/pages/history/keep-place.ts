import type { Change } from '../../../../contract/admin-api.ts';

/** The first page of the history, as the reader sees it. */
export interface Shown {
  readonly changes: readonly Change[];
  /** Whether the newest page is another one, and kept back while the reader is looking at these. */
  readonly hasNewer: boolean;
}

/**
 * What is shown once newer changes are known. Under the reader's eyes and pointer nothing moves: rows are
 * brought up to date where they are, and what is new waits.
 * @param newest first page as it is now, newest first
 */
export function keepPlace(
  shown: readonly Change[],
  newest: readonly Change[],
  isBeingRead: boolean,
): Shown {
  if (!isBeingRead || shown.length === 0) return { changes: newest, hasNewer: false };
  const current = new Map(newest.map((change) => [change.id, change]));
  return {
    changes: shown.map((change) => current.get(change.id) ?? change),
    hasNewer:
      shown.length !== newest.length || shown.some(({ id }, index) => id !== newest[index]?.id),
  };
}
