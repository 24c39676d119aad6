import type { HistoryEntry, HistoryQuery } from '@freshtag/core/relay';

import type { Change, EntryReference } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { stagesOf, type Stage } from '../outbox/stages.ts';
import { nameActors } from './actors.ts';
import { rowsOfChange, tagsOfRows, toChange, type ChangePart, type ChangeRows } from './changes.ts';
import { entryOfKey, type Reader } from './reader.ts';
import { lookAtTags } from './tag-sight.ts';

type Filter = Omit<HistoryQuery, 'limit' | 'beforeId' | 'beforeChange' | 'changes'>;

/** Most rows that one statement gives. */
const MOST_ROWS = 1000;

/**
 * The newest changes that have a row which fulfils the filter.
 * @param before changes before this one
 * @returns their names, newest first
 */
export async function findChanges(
  instance: Instance,
  filter: Filter,
  { before, limit }: { readonly before?: string | undefined; readonly limit: number },
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { store } of stagesOf(instance)) {
    const ofStage = new Set<string>();
    let last = before;
    while (ofStage.size < limit) {
      const rows = await store.history({
        ...filter,
        ...(last !== undefined && { beforeChange: last }),
        limit: Math.min(limit * 5, MOST_ROWS),
      });
      for (const { change } of rows) ofStage.add(change);
      last = rows.at(-1)?.change;
      if (last === undefined) break;
    }
    for (const change of [...ofStage].slice(0, limit)) found.add(change);
  }
  return [...found].sort().toReversed().slice(0, limit);
}

/** All rows of some changes. Newest change first. */
export async function readChanges(
  instance: Instance,
  changes: readonly string[],
): Promise<readonly ChangeRows[]> {
  if (changes.length === 0) return [];
  const parts = new Map<string, ChangePart[]>(changes.map((id) => [id, []]));
  for (const stage of stagesOf(instance))
    for (const [id, rows] of await rowsIn(stage, changes)) parts.get(id)?.push({ stage, rows });
  return changes
    .toSorted()
    .toReversed()
    .flatMap((id) => {
      const found = parts.get(id) ?? [];
      return found.length === 0 ? [] : [{ id, parts: found }];
    });
}

async function rowsIn(
  { store }: Stage,
  changes: readonly string[],
): Promise<ReadonlyMap<string, readonly HistoryEntry[]>> {
  const rows: HistoryEntry[] = [];
  for (;;) {
    const last = rows.at(-1)?.id;
    const more = await store.history({
      changes,
      limit: MOST_ROWS,
      ...(last !== undefined && { beforeId: last }),
    });
    rows.push(...more);
    if (more.length < MOST_ROWS) break;
  }
  return Map.groupBy(rows.toReversed(), ({ change }) => change);
}

/** Without those of entries that the reader may not see: not even that there was something is theirs to know. */
export async function keepVisible(
  reader: Reader,
  changes: readonly ChangeRows[],
): Promise<readonly ChangeRows[]> {
  // Some may be of types that have no tags any more: nobody can name their entries.
  if (reader.mayReadEverything()) return changes;
  const named = await reader.name(changes.flatMap((change) => entryOf(change) ?? []));
  return changes.filter((change) => {
    const entry = entryOf(change);
    return entry === undefined || named(entry) !== undefined;
  });
}

export function entryOf(change: ChangeRows): EntryReference | undefined {
  return entryOfKey(rowsOfChange(change)[0]?.subject);
}

/**
 * What a reader may see of changes.
 * @param changes those that {@link keepVisible} leaves
 */
export async function showChanges(
  instance: Instance,
  reader: Reader,
  changes: readonly ChangeRows[],
): Promise<readonly Change[]> {
  const firsts = changes.map((change) => rowsOfChange(change)[0]);
  const named = await reader.name(changes.flatMap((change) => entryOf(change) ?? []));
  const actorOf = await nameActors(
    instance,
    firsts.map((row) => row?.actor),
  );
  const sight = await lookAtTags(instance, reader, changes.flatMap(tagsOfRows));
  return changes.map((change, index) => {
    const tags = tagsOfRows(change).filter((tag) => sight.sees(tag, true));
    return toChange(change, {
      entry: named(entryOf(change)),
      actor: actorOf(firsts[index]?.actor),
      tags,
      localeTags: reader.localeTags(entryOf(change)),
      isAll: reader.mayReadEverything(),
      isOwn: true,
    });
  });
}
