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
  /** How many calls it happens to. Default 1. */
  readonly times?: number;
  /** Only to calls of this action, like `DescribeDcdnRefreshTaskById`. Default: of any. */
  readonly action?: string;
}

/** Too many calls. */
interface Throttled {
  readonly kind: 'throttled';
  /** Sent as `x-acs-retry-after`, in milliseconds. Default: no such header. */
  readonly retryAfterMs?: number;
  /** Default `Throttling.User`. */
  readonly code?: string;
}

/** An error of the cloud's, as JSON or in the XML of its old form. */
interface Refused extends Omit<RefreshRefusal, 'times'> {
  readonly kind: 'refused' | 'xml';
}

/** 503 as JSON, or 502 with a page of HTML from something between the caller and the cloud. */
interface Unavailable {
  readonly kind: 'unavailable' | 'html';
}

/**
 * The answer does not arrive: it ends in its middle (`truncated`), the connection does before any
 * answer (`cut`), or nothing ever comes (`silent`).
 */
interface Lost {
  readonly kind: 'truncated' | 'cut' | 'silent';
  /** Whether a refresh takes effect all the same. Default false. */
  readonly applied?: boolean;
}

/** The call is performed at once and answered later. */
interface Slow {
  readonly kind: 'slow';
  /** By real time. */
  readonly delayMs: number;
}

/** A refresh is accepted, and its task fails: nothing is refreshed. */
interface TaskFailed {
  readonly kind: 'task-failed';
  /** Default `Internal Error`. */
  readonly description?: string;
}

/** A refresh is accepted and takes effect, but no call ever reports its task. */
interface TaskUnreported {
  readonly kind: 'task-unreported';
}

/** What shall go wrong with the next calls to the API that are signed well. */
export type Fault = When &
  (Throttled | Refused | Unavailable | Lost | Slow | TaskFailed | TaskUnreported);

export type FaultKind = Fault['kind'];
