import { MAX_DIRECTORIES_A_CALL } from '../../dcdn/refresh-object-caches.ts';
import { roomOf, sizeOf, type Room } from '../../refresh/pack.ts';
import type { CoverSettings, PlanCosts } from './problem.ts';
import { isDirectory } from './target.ts';

/** How much some targets take in calls. */
export interface Size {
  readonly tags: number;
  readonly directories: number;
  /** Of the parameter `CacheTag`. */
  readonly characters: number;
  /** Of the URL. */
  readonly bytes: number;
}

/** What some targets take and drop. */
export interface Totals extends Size {
  /** Weight of the unchanged pages that are dropped too. */
  readonly over: number;
}

/** What a cover should be: cheap, within its limits. */
export interface Objective {
  readonly costs: PlanCosts;
  readonly room: Room;
  /** Most weight of unchanged pages. */
  readonly maxOver: number;
  readonly maxTags: number;
  readonly maxCalls: number;
}

export const NOTHING: Totals = { tags: 0, directories: 0, characters: 0, bytes: 0, over: 0 };

export function createObjective(settings: CoverSettings, maxOver: number): Objective {
  const { costs, maxTags, maxCalls, frame, limits } = settings;
  return { costs, room: roomOf(frame, limits), maxOver, maxTags, maxCalls };
}

export function sizeOfTarget(target: string): Size {
  if (isDirectory(target)) return { ...NOTHING, directories: 1 };
  const { characters, bytes } = sizeOf(target);
  return { tags: 1, directories: 0, characters, bytes };
}

export function addSizes(a: Size, b: Size): Size {
  return {
    tags: a.tags + b.tags,
    directories: a.directories + b.directories,
    characters: a.characters + b.characters,
    bytes: a.bytes + b.bytes,
  };
}

/** Calls that the fullest of the limits asks for; tags of very unlike lengths can need one more. */
export function callsFor(size: Size, room: Room): number {
  const forTags = Math.max(
    size.tags / room.tags,
    size.characters / room.characters,
    size.bytes / room.bytes,
  );
  return Math.ceil(forTags) + Math.ceil(size.directories / MAX_DIRECTORIES_A_CALL);
}

/** How many tags there are, and how many calls they take. */
export function callsForTags(
  tags: ReadonlySet<string>,
  { frame, limits }: CoverSettings,
): { readonly tags: number; readonly calls: number } {
  let size: Size = NOTHING;
  for (const tag of tags) size = addSizes(size, sizeOfTarget(tag));
  return { tags: tags.size, calls: callsFor(size, roomOf(frame, limits)) };
}

export function costOf(totals: Totals, { costs, room }: Objective, calls?: number): number {
  return (
    costs.page * totals.over +
    costs.tag * totals.tags +
    costs.directory * totals.directories +
    costs.call * (calls ?? callsFor(totals, room))
  );
}

/** Cost of a part, if a call costs as much as the part of it that is taken. */
export function priceOf(size: Size, { costs, room }: Objective, costOfCall: number): number {
  const part = Math.max(
    size.tags / room.tags,
    size.characters / room.characters,
    size.bytes / room.bytes,
    size.directories / MAX_DIRECTORIES_A_CALL,
  );
  return costs.tag * size.tags + costs.directory * size.directories + costOfCall * part;
}

export function fits(totals: Totals, objective: Objective): boolean {
  return (
    !isMore(totals.over, objective.maxOver) &&
    totals.tags <= objective.maxTags &&
    callsFor(totals, objective.room) <= objective.maxCalls
  );
}

/** Whether `a` is more than `b` by more than sums of fractions can err. */
export function isMore(a: number, b: number): boolean {
  return a > b + 1e-9 * Math.max(1, Math.abs(b));
}
