/** What every call must keep within. */
export const LIMITS = {
  maxTagsPerCall: 8,
  maxCallsPerSecond: 25,
  maxCacheTagCharacters: 300,
  maxUrlBytes: 1600,
} as const;

/** Every time of a relay, so short that a round takes seconds. */
export const TIMES = {
  window: { idleMs: 20, maxMs: 80 },
  lookMs: 15,
  leaseMs: 1500,
  secondPassDelayMs: 450,
  pollIntervalMs: 80,
  settleMs: 500,
  completionTimeoutMs: 3000,
  timeoutMs: 1000,
  connectTimeoutMs: 500,
  breaker: { failures: 4, openMs: 300 },
} as const;

/** For work without faults, which a slow machine must not look like. */
export const PATIENCE = { leaseMs: 30_000, timeoutMs: 20_000, connectTimeoutMs: 5000 } as const;

/** The first pass, and one for each layer of the edge. */
export const PASSES = 3;
