import { NOT_FOUND_TAG, pageTag, planCalls } from '@freshtag/core';

import { coverByDirectories } from './directory-cover.ts';
import type { Dropped, ServedFile } from './truth.ts';

export const STRATEGIES = ['purge-all', 'directories', 'raw digests', 'ours'] as const;

export type StrategyName = (typeof STRATEGIES)[number];

/** What one strategy sends for one deploy. */
export interface Refresh extends Dropped {
  /** Tags; directories and URLs, of those that refresh these. */
  readonly names: number;
  /** Of one pass. */
  readonly calls: number;
}

/** A deploy as strategies without an edge state see it: the last build, and this one. */
export interface Step {
  readonly before: ReadonlyMap<string, ServedFile>;
  readonly now: ReadonlyMap<string, ServedFile>;
}

export const DOMAIN = 'www.example.com';
const FRAME = {
  domain: DOMAIN,
  endpoint: 'https://dcdn.aliyuncs.com',
  includeOverflow: false,
} as const;
const DIRECTORIES_A_CALL = 100;
const URLS_A_CALL = 1000;

/** The whole site, by its directory. */
export function purgeAll(): Refresh {
  return { everything: true, names: 1, calls: 1 };
}

/** Every file whose bytes changed, by directories: no more than one call takes. */
export function byDirectories(step: Step): Refresh {
  const changed = changedPaths(step);
  const isChanged = new Set(changed);
  const unchanged = [...step.now.keys()].filter((path) => !isChanged.has(path));
  const { directories, urls } = coverByDirectories(changed, unchanged, DIRECTORIES_A_CALL);
  return {
    directories,
    urls: new Set(urls),
    names: directories.length + urls.length,
    calls: callsOf(directories.length, DIRECTORIES_A_CALL) + callsOf(urls.length, URLS_A_CALL),
  };
}

/** Every file whose bytes changed, by a tag of its own; 404s of new files by theirs. */
export function byRawDigests(step: Step): Refresh {
  const tags = new Set<string>();
  for (const path of changedPaths(step))
    tags.add(step.before.has(path) ? pageTag(path) : NOT_FOUND_TAG);
  return { tags, names: tags.size, calls: callsForTags([...tags]) };
}

/** Calls that tags and directories need, as the client packs them. */
export function callsFor(tags: readonly string[], directories: readonly string[]): number {
  return callsForTags(tags) + callsOf(directories.length, DIRECTORIES_A_CALL);
}

function callsForTags(tags: readonly string[]): number {
  return tags.length === 0 ? 0 : planCalls(tags, FRAME).length;
}

function callsOf(count: number, aCall: number): number {
  return Math.ceil(count / aCall);
}

function changedPaths({ before, now }: Step): string[] {
  const paths = new Set([...before.keys(), ...now.keys()]);
  return [...paths].filter((path) => before.get(path)?.id !== now.get(path)?.id);
}
