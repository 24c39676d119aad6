import type { RelaySettings } from '../../server/src/config.ts';

export const DOMAIN = 'cms.example.com';

/** Of both instances: so short that a round takes seconds, and no fill takes as long as a second pass. */
export const QUICK: RelaySettings = {
  window: { idleMs: 20, maxMs: 80 },
  lookMs: 25,
  leaseMs: 3000,
  secondPassDelayMs: 1000,
  pollIntervalMs: 100,
  settleMs: 500,
  completionTimeoutMs: 5000,
  timeoutMs: 2000,
  connectTimeoutMs: 1000,
  breaker: { failures: 4, openMs: 300 },
  limits: { maxCallsPerSecond: 100 },
};

export const SECOND_PASS_MS = 1000;

/** What an instance is started with. */
export interface Given {
  readonly name: string;
  /** What the app's configuration reads. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the edge's API. */
  readonly endpoint: string;
  /** It is the first on an empty database. */
  readonly isFirst: boolean;
}
