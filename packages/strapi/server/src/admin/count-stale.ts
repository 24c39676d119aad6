import type { HistoryEntry } from '@freshtag/core/relay';

import { MOST_COUNTED } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { stagesOf, type Stage } from '../outbox/stages.ts';
import { entryOfKey, type Reader } from './reader.ts';
import { progressOfRow } from './row-state.ts';

type Store = Pick<Stage['store'], 'history'>;

/** Most rows of one statement, and statements: where nothing can be looked at, none of many rows is stale. */
const MOST_ROWS = 1000;
const MOST_LOOKS = 3;

/**
 * Changes of which the edge was seen to serve old content, and not since then to serve the new.
 * @param sinceMs older ones are left out
 * @returns not more than {@link MOST_COUNTED}
 */
export async function countStale(
  instance: Instance,
  reader: Reader,
  sinceMs: number,
): Promise<number> {
  const { names } = instance;
  const isOwn = ({ subject, tag }: HistoryEntry): boolean => {
    const entry = entryOfKey(subject);
    if (entry === undefined) return false;
    try {
      const [ofAll] = names.tagsOfEntry(entry.uid, { documentId: entry.documentId });
      return tag === ofAll || reader.localeTags(entry).has(tag);
    } catch {
      // The project's own function may fail for one entry.
      return false;
    }
  };
  const found = new Set<string>();
  for (const { store } of stagesOf(instance)) {
    const stale = await staleRows(store, sinceMs);
    const bySubject = Map.groupBy(stale, ({ subject }) => subject);
    for (const [subject, rows] of bySubject) {
      const live = await liveRows(store, { subject, sinceMs });
      for (const row of decisive(rows, isOwn))
        if (!live.some((one) => isAfter(one, row))) found.add(row.change);
    }
  }
  return Math.min(found.size, MOST_COUNTED);
}

/**
 * Of a change that has the entry's own tags these alone: by the same pages the others were judged too, and a
 * later refresh of the entry may be without them.
 */
function decisive(
  rows: readonly HistoryEntry[],
  isOwn: (row: HistoryEntry) => boolean,
): readonly HistoryEntry[] {
  return [...Map.groupBy(rows, ({ change }) => change).values()].flatMap((ofChange) => {
    const own = ofChange.filter(isOwn);
    return own.length > 0 ? own : ofChange;
  });
}

/** Those of as many of the newest changes as are counted. */
async function staleRows(store: Store, sinceMs: number): Promise<readonly HistoryEntry[]> {
  const found: HistoryEntry[] = [];
  const changes = new Set<string>();
  let last: HistoryEntry | undefined;
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const rows = await store.history({
      verified: false,
      sinceMs,
      limit: MOST_ROWS,
      ...(last !== undefined && { beforeId: last.id }),
    });
    for (const row of rows) {
      if (progressOfRow(row).state !== 'stale') continue;
      changes.add(row.change);
      if (changes.size > MOST_COUNTED) return found;
      found.push(row);
    }
    last = rows.at(-1);
    if (rows.length < MOST_ROWS) break;
  }
  return found;
}

async function liveRows(
  store: Store,
  { subject, sinceMs }: { readonly subject: string | undefined; readonly sinceMs: number },
): Promise<readonly HistoryEntry[]> {
  if (subject === undefined) return [];
  return store.history({ subject, sinceMs, verified: true, limit: MOST_ROWS });
}

/** Whether it was refreshed again, for the same tag at the same domain. */
function isAfter(later: HistoryEntry, { id, tag, domain }: HistoryEntry): boolean {
  return later.id > id && later.tag === tag && later.domain === domain;
}
