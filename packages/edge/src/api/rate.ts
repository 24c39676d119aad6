import type { Clock } from '@freshtag/core';

const WINDOW_MS = 1000;

/** @returns what tells whether one more call may pass, and counts it if so */
export function createRate(maxCallsPerSecond: number, clock: Pick<Clock, 'now'>): () => boolean {
  let passedAtMs: readonly number[] = [];
  return () => {
    if (maxCallsPerSecond === Infinity) return true;
    const nowMs = clock.now();
    passedAtMs = passedAtMs.filter((atMs) => atMs > nowMs - WINDOW_MS);
    if (passedAtMs.length >= maxCallsPerSecond) return false;
    passedAtMs = [...passedAtMs, nowMs];
    return true;
  };
}
