import { untilAborted } from '../abort.ts';
import type { Clock } from '../clock.ts';

/**
 * Waits until one more call may be made.
 * @returns what to call, once, when the call has ended, however
 */
type Pace = (maxPerSecond: number, signal?: AbortSignal) => Promise<() => void>;

/** A second of the cloud's, and some more, since its clock and ours are two. */
const SPACING_MS = 1000 + 20;

/** So many times of calls that are over are removed together: one by one takes as long. */
const MOST_KEPT = 1000;

/**
 * Lets at most `maxPerSecond` calls come to the cloud in any sliding second. When a call comes there
 * nobody here can know: before it, code may be loaded and a connection opened, and the network takes
 * its time. But it is before the answer. So a call counts from its turn until a second after its end.
 *
 * Counting back needs no timer of its own, and no fixed window in which two bursts meet.
 */
function createPace(clock: Clock): Pace {
  // When calls ended, oldest first; those before `first` are over.
  const endedAtMs: number[] = [];
  let first = 0;
  let underWay = 0;
  let nextEnd = Promise.withResolvers<void>();

  // A clock that was set back must not make anybody wait for the time that it lost.
  const forget = (isOver: (atMs: number) => boolean): void => {
    for (let atMs = endedAtMs[first]; atMs !== undefined && isOver(atMs); atMs = endedAtMs[first])
      first += 1;
    if (first < MOST_KEPT) return;
    endedAtMs.splice(0, first);
    first = 0;
  };

  const takeTurn = (): (() => void) => {
    underWay += 1;
    return () => {
      underWay -= 1;
      endedAtMs.push(clock.now());
      nextEnd.resolve();
      nextEnd = Promise.withResolvers();
    };
  };

  return async (maxPerSecond, signal) => {
    for (;;) {
      signal?.throwIfAborted();
      const nowMs = clock.now();
      forget((atMs) => atMs <= nowMs - SPACING_MS || atMs > nowMs);
      const surplus = endedAtMs.length - first + underWay - maxPerSecond;
      if (surplus < 0) return takeTurn();
      const inTheWayMs = endedAtMs[first + surplus];
      if (inTheWayMs === undefined) {
        await untilAborted(() => nextEnd.promise, signal);
      } else {
        await clock.sleep(inTheWayMs + SPACING_MS - nowMs, signal);
        forget((atMs) => atMs <= inTheWayMs);
      }
    }
  };
}

const paces = new WeakMap<Clock, Map<string, Pace>>();

/**
 * The pace of one account at one address: all clients of a process share it, since the cloud counts
 * calls by account.
 */
export function paceOf(clock: Clock, account: string): Pace {
  const ofClock = paces.get(clock) ?? new Map<string, Pace>();
  paces.set(clock, ofClock);
  const pace = ofClock.get(account) ?? createPace(clock);
  ofClock.set(account, pace);
  return pace;
}
