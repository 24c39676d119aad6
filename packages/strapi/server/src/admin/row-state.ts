import type { HistoryEntry } from '@freshtag/core/relay';

import type { ApiProblem, RefreshState } from '../../../contract/admin-api.ts';
import { STALE } from '../probe/look.ts';

/** How far something is, since when, and what is in its way. */
export interface Progress {
  readonly state: RefreshState;
  readonly sinceMs: number;
  readonly problem?: ApiProblem | undefined;
}

/** The worst first: what one part is stands for the whole. */
const WORST: readonly RefreshState[] = [
  'failed',
  'quota',
  'retrying',
  'waiting',
  'accepted',
  'stale',
  'discarded',
  'settled',
  'complete',
  'live',
];

/** How far one row is. */
export function progressOfRow(row: HistoryEntry): Progress {
  const { state, problem, probe, batch, appendedAtMs } = row;
  const calls = batch?.calls ?? [];
  const lastMs = Math.max(appendedAtMs, ...calls.map(({ atMs, waitedMs }) => atMs + waitedMs));
  if (state === 'complete' || state === 'settled') {
    if (probe === undefined) return { state, sinceMs: lastMs };
    if (probe.verified) return { state: 'live', sinceMs: probe.atMs };
    const { problem: message = '', atMs } = probe;
    if (message.startsWith(STALE))
      return { state: 'stale', sinceMs: atMs, problem: { code: 'EDGE_STALE', message } };
    return { state, sinceMs: lastMs, problem: { code: 'NOT_VERIFIED', message } };
  }
  if (state === 'discarded') return { state, sinceMs: lastMs };
  if (state === 'parked') return { state: 'failed', sinceMs: lastMs, problem };
  if (problem !== undefined)
    return {
      state: problem.code === 'QUOTA_EXCEEDED' ? 'quota' : 'retrying',
      sinceMs: lastMs,
      problem,
    };
  if (state === 'waiting') return { state, sinceMs: appendedAtMs };
  return { state: 'accepted', sinceMs: calls[0]?.atMs ?? appendedAtMs };
}

/**
 * How far the rows of one target are together. Pages that were seen to be new speak for the rest of what
 * ended with them: lists have no address of their own. Not for pages that could not be looked at, nor for
 * another locale.
 * @param localeTags of the document, one for each locale
 */
export function progressOfRows(
  rows: readonly HistoryEntry[],
  localeTags: ReadonlySet<string>,
): Progress | undefined {
  const each = rows.map(progressOfRow);
  const isOver = each.every(
    ({ state, problem }) =>
      ['complete', 'settled', 'live'].includes(state) && problem === undefined,
  );
  const seen = new Set(rows.flatMap(({ tag }, row) => (each[row]?.state === 'live' ? tag : [])));
  const isSeen = seen.size > 0 && rows.every(({ tag }) => !localeTags.has(tag) || seen.has(tag));
  return worstOf(isOver && isSeen ? each.filter(({ state }) => state === 'live') : each);
}

/** Of those that are as bad as the worst, one that says why, and the one that became so last. */
export function worstOf<Part extends Progress>(parts: readonly Part[]): Part | undefined {
  const order = ({ state, problem, sinceMs }: Part): readonly number[] => [
    WORST.indexOf(state),
    problem === undefined ? 1 : 0,
    -sinceMs,
  ];
  return parts.toSorted((one, other) => {
    const others = order(other);
    return order(one).reduce((sum, value, index) => sum || value - (others[index] ?? 0), 0);
  })[0];
}
