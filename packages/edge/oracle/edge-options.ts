import type { EdgeOptions } from '../src/index.ts';

/** The first domain of every oracle. */
export const DOMAIN = 'www.example.com';

/** An edge as the oracles want it: one point of presence that obeys at once. */
export interface Wanted {
  /** Of the first domain. */
  readonly origin: string;
  readonly otherDomains?: Readonly<Record<string, string>>;
  /** Whether a second layer stands between the point of presence and the origin. */
  readonly secondLayer: boolean;
  /** Most bytes that one cache stores. Default: the edge's own. */
  readonly maxBytes?: number;
  /** Whether a POST and the like remove what is stored at their URL. */
  readonly invalidates?: boolean;
}

/** The one place that knows how the edge's options are written. */
export function edgeOptions(wanted: Wanted): EdgeOptions {
  const { origin, otherDomains = {}, secondLayer, maxBytes, invalidates = false } = wanted;
  return {
    domains: { [DOMAIN]: origin, ...otherDomains },
    pointsOfPresence: [{ name: 'pop-1', propagationDelayMs: 0 }],
    secondLayer: secondLayer ? { propagationDelayMs: 0 } : false,
    maxCallsPerSecond: Infinity,
    cache: { invalidates, ...(maxBytes === undefined ? {} : { maxBytes }) },
  };
}
