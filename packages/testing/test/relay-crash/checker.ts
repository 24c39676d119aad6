// Compares what happened with what was committed. Imports nothing of ours: what is wrong in there must not
// be wrong in here too.
import type { SeenCall } from '../../src/index.ts';
import type { CrashDatabase } from './database.ts';
import { LIMITS } from './settings.ts';
import { bodyOf, PAGES } from './site.ts';
import { look, type Place } from './visitors.ts';

/** A transaction that the database has kept. */
export interface Committed {
  readonly tx: string;
  readonly tags: readonly string[];
  /** It was committed after this time, in milliseconds since 1970. */
  readonly afterMs: number;
}

/** A refresh that the edge's log has. */
export interface SeenRefresh {
  readonly atMs: number;
  readonly tags: readonly string[];
  /** The edge took it, whatever the caller was told. */
  readonly isAccepted: boolean;
  /** And it was carried out. */
  readonly hasEffect: boolean;
}

/** Every URL at every point of presence that does not show the committed version. */
export async function findStale(database: CrashDatabase, place: Place): Promise<string[]> {
  const rows = await database.query('SELECT path, version FROM content');
  const versions = new Map(rows.map((row) => [String(row['path']), Number(row['version'])]));
  const stale: string[] = [];
  for (const { path } of PAGES)
    for (const point of place.points) {
      const shown = await look(place, path, point);
      const version = versions.get(path) ?? 0;
      if (shown === bodyOf(path, version)) continue;
      stale.push(`stale: ${shown.trim()} at ${point}, committed is version ${version}`);
    }
  return stale;
}

/** What has not come to its end yet. */
export async function countOpen(
  database: CrashDatabase,
): Promise<{ readonly open: number; readonly parked: number }> {
  const count = async (table: string, states: string): Promise<number> => {
    const [row] = await database.query(
      `SELECT COUNT(*) AS total FROM freshtag_${table} WHERE environment = 'production' AND state IN (${states})`,
    );
    return Number(row?.['total']);
  };
  const parked = (await count('outbox', "'parked'")) + (await count('batch', "'parked'"));
  const waiting = await count('outbox', "'waiting'");
  return { open: waiting + parked + (await count('batch', "'passing', 'completing'")), parked };
}

/** Every row that a committed transaction appended has ended; no other row is there. */
export async function findLost(
  database: CrashDatabase,
  committed: readonly Committed[],
  afterId: number,
): Promise<{ readonly lost: string[]; readonly rows: number; readonly lastId: number }> {
  const rows = await database.query(
    `SELECT o.id AS id, o.tag AS tag, o.state AS state, b.state AS batch FROM freshtag_outbox o
    LEFT JOIN freshtag_batch b ON b.batch_id = o.batch_id WHERE o.id > ? ORDER BY o.id`,
    [afterId],
  );
  const left = new Map<string, number>();
  for (const tag of committed.flatMap(({ tags }) => tags)) left.set(tag, (left.get(tag) ?? 0) + 1);
  const lost: string[] = [];
  for (const { id, ...row } of rows) {
    const [tag, state, batch] = [String(row['tag']), String(row['state']), String(row['batch'])];
    left.set(tag, (left.get(tag) ?? 0) - 1);
    if (state !== 'accepted' || (batch !== 'complete' && batch !== 'settled'))
      lost.push(`lost: row ${String(id)} (${tag}) is ${state}, its batch ${batch}`);
  }
  for (const [tag, count] of left)
    if (count !== 0)
      lost.push(`lost: ${count} rows of ${tag} are missing, or too many if negative`);
  return { lost, rows: rows.length, lastId: Number(rows.at(-1)?.['id'] ?? afterId) };
}

/** For each tag of each transaction a refresh that began after the commit. */
export function findUncalled(
  committed: readonly Committed[],
  refreshes: readonly SeenRefresh[],
): string[] {
  const newest = new Map<string, number>();
  for (const { atMs, tags, hasEffect } of refreshes)
    if (hasEffect) for (const tag of tags) newest.set(tag, Math.max(atMs, newest.get(tag) ?? 0));
  return committed.flatMap(({ tx, tags, afterMs }) =>
    tags
      .filter((tag) => (newest.get(tag) ?? 0) < afterMs)
      .map((tag) => `lost: no call for ${tag} began after ${tx} was committed`),
  );
}

/** Transactions with a pass that did not end well. How the first one ends is not waited for where others follow. */
export function findUnpassed(
  committed: readonly Committed[],
  refreshes: readonly SeenRefresh[],
  passes: number,
): string[] {
  const accepted = new Map<string, boolean[]>();
  for (const { tags, hasEffect } of refreshes.filter(({ isAccepted }) => isAccepted))
    for (const tag of tags) accepted.set(tag, [...(accepted.get(tag) ?? []), hasEffect]);
  return committed.flatMap(({ tx }) => {
    const waitedFor = (accepted.get(tx) ?? []).slice(passes === 1 ? 0 : 1);
    const ended = waitedFor.filter(Boolean).length;
    const least = Math.max(1, passes - 1);
    return ended < least ? [`lost: ${tx} had ${ended} passes that took effect, not ${least}`] : [];
  });
}

/** Tags of transactions that were rolled back, in any call. */
export function findUncommitted(
  refreshes: readonly SeenRefresh[],
  known: ReadonlySet<string>,
): string[] {
  const called = new Set(refreshes.flatMap(({ tags }) => tags));
  return [...called]
    .filter((tag) => tag.startsWith('tx:') && tag !== 'tx:*' && !known.has(tag))
    .map((tag) => `rolled back, and called all the same: ${tag}`);
}

export interface Extent {
  readonly tags: number;
  readonly characters: number;
  readonly urlBytes: number;
  /** Refreshes in a sliding second, by the edge's log. */
  readonly refreshesInASecond: number;
  /** Calls of every kind in a sliding second, as they came by. */
  readonly callsInASecond: number;
}

/** How far the limits were used. */
export function measureExtent(
  calls: readonly SeenCall[],
  refreshes: readonly SeenRefresh[],
): Extent {
  const most = (of: (call: SeenCall) => number): number => Math.max(0, ...calls.map(of));
  return {
    tags: most((call) => call.tags.length),
    characters: most((call) => call.characters),
    urlBytes: most((call) => call.urlBytes),
    refreshesInASecond: mostInASecond(refreshes.map(({ atMs }) => atMs)),
    callsInASecond: mostInASecond(calls.map(({ arrivedAtMs }) => arrivedAtMs)),
  };
}

export function findBroken(extent: Extent): string[] {
  const allowed: Readonly<Record<keyof Extent, number>> = {
    tags: LIMITS.maxTagsPerCall,
    characters: LIMITS.maxCacheTagCharacters,
    urlBytes: LIMITS.maxUrlBytes,
    refreshesInASecond: LIMITS.maxCallsPerSecond,
    callsInASecond: LIMITS.maxCallsPerSecond,
  };
  return (Object.keys(allowed) as (keyof Extent)[])
    .filter((name) => extent[name] > allowed[name])
    .map((name) => `limit broken: ${name} ${extent[name]}, allowed are ${allowed[name]}`);
}

function mostInASecond(timesMs: readonly number[]): number {
  const sorted = [...timesMs].sort((a, b) => a - b);
  let from = 0;
  let most = 0;
  for (const [index, atMs] of sorted.entries()) {
    while (atMs - (sorted[from] ?? 0) >= 1000) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
