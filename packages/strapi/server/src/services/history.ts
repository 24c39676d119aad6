import type { HistoryEntry, HistoryQuery } from '@freshtag/core/relay';

import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';

/** One tag that was, or is to be, refreshed for one domain or site; and who made it necessary, and how. */
export interface RefreshRecord extends Pick<
  HistoryEntry,
  'domain' | 'tag' | 'subject' | 'actor' | 'reason' | 'state' | 'attempts' | 'problem'
> {
  /** Names of the targets. */
  readonly targets: readonly string[];
  /** When the content was changed. */
  readonly committedAtMs: number;
  /** When the first call was accepted, or the build hook was; `undefined` while it waits. */
  readonly acceptedAtMs: number | undefined;
  /** When the last pass was known to have ended; by the settling time where nothing is reported. */
  readonly completeAtMs: number | undefined;
  /** When the edge was seen to serve the new content; `undefined` until then, or where nobody can look. */
  readonly verifiedAtMs: number | undefined;
  /** Why it was not seen within two minutes. */
  readonly probeProblem: string | undefined;
}

/** `strapi.plugin('freshtag').service('history')` */
export interface HistoryService {
  /**
   * What was and is to be refreshed, newest first. `limit` counts for each of the targets that wait
   * for others by itself.
   */
  find(query?: Omit<HistoryQuery, 'beforeId'>): Promise<RefreshRecord[]>;
}

export function createHistoryService(instance: Instance): HistoryService {
  return {
    find: async (query = {}) => {
      const found: RefreshRecord[] = [];
      for (const { store, targets } of stagesOf(instance)) {
        const entries = await store.history(query);
        found.push(...entries.map((entry) => recordOf(entry, targets)));
      }
      return found.sort((one, other) => other.committedAtMs - one.committedAtMs);
    },
  };
}

function recordOf(entry: HistoryEntry, targets: readonly string[]): RefreshRecord {
  const { domain, tag, subject, actor, reason, state, attempts, problem, batch, probe } = entry;
  const calls = batch?.calls ?? [];
  const isOver = state === 'complete' || state === 'settled';
  const ends = calls.map(({ atMs, waitedMs }) => atMs + waitedMs);
  return {
    domain,
    tag,
    subject,
    actor,
    reason,
    state,
    attempts,
    problem,
    targets,
    committedAtMs: entry.appendedAtMs,
    acceptedAtMs: calls[0]?.atMs,
    completeAtMs: isOver && ends.length > 0 ? Math.max(...ends) : undefined,
    verifiedAtMs: probe?.verified === true ? probe.atMs : undefined,
    probeProblem: probe?.problem,
  };
}
