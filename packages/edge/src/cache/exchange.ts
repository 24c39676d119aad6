import type { Step } from '../http/cache-status.ts';
import type { HeaderList, HeaderMap } from '../http/header-list.ts';
import type { Policy } from '../http/policy.ts';
import type { Body } from './body.ts';

/** What a visitor asks for. */
export interface Lookup {
  readonly domain: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** As the visitor sent them. */
  readonly headers: HeaderMap;
}

export interface EdgeRequest extends Lookup {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface StaleCopy {
  readonly status: number;
  readonly headers: HeaderList;
  /** It was refreshed without force: `Last-Modified` alone decides, where there is one. */
  readonly byRefresh: boolean;
}

/** What a visitor, or the layer before, is told. */
export interface Answer {
  readonly status: number;
  /** Without `Age`. */
  readonly headers: HeaderList;
  readonly body: Body;
  readonly policy: Policy;
  /** Age at this moment. */
  readonly ageMs: number;
  /** When the origin sent it, by the edge's clock. */
  readonly fetchedAtMs: number;
  /** The origin said that the stale copy still holds: status and headers are its own, renewed. */
  readonly notModified?: boolean;
  /** When the cache that answered stored it, and how long it was fresh from then on. */
  readonly saved?: { readonly atMs: number; readonly freshForMs: number };
  /** What each cache did, the one nearest to the origin first. */
  readonly steps: readonly Step[];
}

/**
 * Whatever is behind a cache: the next one, or the origin. Rejects with an {@link OriginError}.
 *
 * @param stale the asking cache's own copy: the origin is asked whether it still holds. A cache in
 * between does without, since it asks about its own
 */
export type Upstream = (request: EdgeRequest, stale?: StaleCopy) => Promise<Answer>;

/** The origin gave no answer. */
export class OriginError extends Error {
  override readonly name = 'OriginError';
  readonly status: 502 | 504;

  constructor(status: 502 | 504, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
