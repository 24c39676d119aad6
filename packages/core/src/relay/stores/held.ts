import type { BatchState } from '../outbox.ts';

/** Until when something is held, and since when: for a holder, or until it is its time again. */
export interface Hold {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What nothing is held by. */
export const FREE: Hold = { fromMs: 0, untilMs: 0 };

/**
 * A statement tells the time of its begin, and may come after one that began later: a hold that begins in
 * what is the future for it is in force all the same. Only further away it was a clock that was set.
 */
export const FUTURE_MS = 60_000;

/**
 * Whether a hold is in force. A clock that was set back to before its begin ends it, as one that was set
 * forward does: to begin again too early harms nobody, to wait for an hour would.
 */
export function isInForce({ fromMs, untilMs }: Hold, nowMs: number): boolean {
  return fromMs <= nowMs + FUTURE_MS && nowMs < untilMs;
}

/** How long ago something was; after the clock was set, how far it is away, for the same reason. */
export function ageOf(atMs: number, nowMs: number): number {
  return Math.abs(nowMs - atMs);
}

/** Most rows that `waiting` counts: more make no difference to a window. */
export const MOST_COUNTED = 10_000;

/** Longest that a refused turn is told to wait: one that ends early is seen then. */
export const MOST_TURN_WAIT_MS = 1000;

/** Most actors that `actors` gives. */
export const MOST_ACTORS = 1000;

/** How many entries of the history are asked for. */
export function historyLimit(limit = 100): number {
  return Math.min(Math.max(Math.trunc(limit), 1), 1000);
}

/**
 * A batch that ended may be seen so much later than its time says. Until then a reader that goes on from
 * place to place would pass it by.
 */
export const ENDED_LAG_MS = 2000;

/** Whether a batch that is so goes no further. */
export function isEnd(state: BatchState): boolean {
  return state === 'complete' || state === 'settled' || state === 'discarded';
}
