/** How the API shall refuse refreshes. */
export interface RefreshRefusal {
  /** A code of the cloud's, such as `QuotaExceeded.Refresh`. */
  readonly code: string;
  /** HTTP status. Default 400. */
  readonly status?: number;
  readonly message?: string;
  /** How many calls are refused. Default 1. */
  readonly times?: number;
}

interface When {
  /** How often it happens. Default 1. */
  readonly times?: number;
}

interface OfCall extends When {
  /** Only to calls of this action, like `DescribeDcdnRefreshTaskById`. Default: of any that can have it. */
  readonly action?: string;
}

/** Too many calls. */
interface Throttled extends OfCall {
  readonly kind: 'throttled';
  /** Sent as `x-acs-retry-after`, in milliseconds. Default: no such header. */
  readonly retryAfterMs?: number;
  /** Default `Throttling.User`. */
  readonly code?: string;
}

/** An error of the cloud's, as JSON or in the XML of its old form. */
interface Refused extends OfCall, Omit<RefreshRefusal, 'times'> {
  readonly kind: 'refused' | 'xml';
}

/** A refresh is refused: the day's quota is used up, or too many tasks of the domain wait. */
interface Full extends OfCall {
  readonly kind: 'quota-exceeded' | 'queue-full';
}

/** 503 as JSON, or 502 with a page of HTML from something between the caller and the cloud. */
interface Unavailable extends OfCall {
  readonly kind: 'unavailable' | 'html';
}

/**
 * The answer does not arrive: it ends in its middle (`truncated`), the connection does before any
 * answer (`cut`), or nothing ever comes (`silent`).
 */
interface Lost extends OfCall {
  readonly kind: 'truncated' | 'cut' | 'silent';
  /** Whether a refresh takes effect all the same. Default false. */
  readonly applied?: boolean;
}

/** The call is performed at once and answered later. */
interface Slow extends OfCall {
  readonly kind: 'slow';
  /** By the edge's clock. */
  readonly delayMs: number;
}

/** A refresh is accepted, and its task fails: nothing is refreshed. */
interface TaskFailed extends OfCall {
  readonly kind: 'task-failed';
  /** Default `Internal Error`. */
  readonly description?: string;
}

/** A refresh is accepted and takes effect, but no call ever reports its task. */
interface TaskUnreported extends OfCall {
  readonly kind: 'task-unreported';
}

interface OfFetch extends When {
  /** Only to fetches of this path, with its query. Default: of any. */
  readonly path?: string;
  /** Only to fetches for this domain. Default: for any. */
  readonly domain?: string;
}

/** The origin is asked at once, and its answer is stored and handed on later. */
interface SlowFill extends OfFetch {
  readonly kind: 'slow-fill';
  /** By the edge's clock. */
  readonly delayMs: number;
}

/** The origin does not answer. */
interface OriginDown extends OfFetch {
  readonly kind: 'origin-down';
}

/** Refreshes reach one cache later than the others. */
export interface Lag extends When {
  readonly kind: 'lag';
  /** Name of the cache: a point of presence, or `second-layer`. */
  readonly point: string;
  /** Added to its propagation delay. */
  readonly delayMs: number;
}

/** What goes wrong with a call to the API that is signed well. */
export type CallFault =
  | Throttled
  | Refused
  | Full
  | Unavailable
  | Lost
  | Slow
  | TaskFailed
  | TaskUnreported;

/** What goes wrong between the caches and the origin. */
export type FetchFault = SlowFill | OriginDown;

/** What shall go wrong: with the next calls, fetches or refreshes. */
export type Fault = CallFault | FetchFault | Lag;

export type FaultKind = Fault['kind'];
