import type { Clock } from '../clock.ts';

/** Waits until one more call may start. */
type Pace = (maxPerSecond: number, signal?: AbortSignal) => Promise<void>;

const WINDOW_MS = 1000;

/**
 * Lets at most `maxPerSecond` callers pass in any sliding second. Counts back from when callers
 * passed, so that it needs no timer of its own and no fixed window can let two bursts meet.
 */
function createPace(clock: Clock): Pace {
  // When callers passed, oldest first, of the last second at least.
  const passedAtMs: number[] = [];
  return async (maxPerSecond, signal) => {
    for (;;) {
      signal?.throwIfAborted();
      const nowMs = clock.now();
      while (isOver(passedAtMs[0], nowMs)) passedAtMs.shift();
      const full = passedAtMs.at(-maxPerSecond);
      if (full === undefined || passedAtMs.length < maxPerSecond) break;
      await clock.sleep(full + WINDOW_MS + 1 - nowMs, signal);
    }
    passedAtMs.push(clock.now());
  };
}

/** A clock that was set back must not make anybody wait for the time that it lost. */
function isOver(passedAtMs: number | undefined, nowMs: number): boolean {
  return passedAtMs !== undefined && (passedAtMs < nowMs - WINDOW_MS || passedAtMs > nowMs);
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
