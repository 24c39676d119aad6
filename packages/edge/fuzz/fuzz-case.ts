/** How a visitor, a caller or an origin ends what it sent. */
export type Ending = 'wait' | 'half-close' | 'reset' | 'slow';

/** What the origin answers, byte by byte, to a request for this case's own path. */
export interface OriginPlan {
  readonly writes: readonly Buffer[];
  /** `endless` repeats the last write until nobody reads any more, or a bound. */
  readonly ending: 'close' | 'reset' | 'hold' | 'endless' | 'keep-alive';
}

/** One connection: what is written to it, and what stands behind it. */
export interface FuzzCase {
  readonly kind: string;
  readonly port: 'visitors' | 'api';
  readonly writes: readonly Buffer[];
  readonly ending: Ending;
  /** Default: another visitor's affair. */
  readonly plan?: OriginPlan;
}

/** A case before it is known where it goes: addresses and the time are part of some requests. */
export interface Place {
  /** `Host` of visitors. */
  readonly domain: string;
  /** `Host` of the API. */
  readonly apiHost: string;
  /** Path of this case at the origin. */
  readonly path: string;
  readonly nowMs: number;
}

/** Makes a case of what was generated, for the place it goes to. */
export type MakeCase = (place: Place) => FuzzCase;
