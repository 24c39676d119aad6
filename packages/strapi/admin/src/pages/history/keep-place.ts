import type { Change } from '../../../../contract/admin-api.ts';

/** The first page of the history, as the reader sees it. */
export interface Shown {
  readonly changes: readonly Change[];
  /** Whether newer ones are kept back while the reader is looking at these. */
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
  const known = new Set(shown.map(({ id }) => id));
  return {
    changes: shown.map((change) => current.get(change.id) ?? change),
    hasNewer: newest[0] !== undefined && !known.has(newest[0].id),
  };
}
