import type { FaultKind } from './fault.ts';

/** One refresh that the API was asked for, and what became of it. */
export interface RefreshEvent {
  /** Milliseconds since the epoch, by the edge's clock. */
  readonly at: number;
  readonly type: 'refresh';
  /** `refused`: it changed nothing, whatever the caller was told. */
  readonly outcome: 'accepted' | 'refused';
  /** As the caller sent it. Empty where URLs name it. */
  readonly domain: string;
  /** Empty for a refresh of objects. */
  readonly tags: readonly string[];
  readonly force: boolean;
  /** URLs, directories or patterns of a refresh of objects, as the caller sent them. */
  readonly objects?: readonly string[];
  /** How `objects` are meant: `File`, `Directory`, `Regex` or `IgnoreParams`. */
  readonly objectType?: string;
  /** Of an accepted refresh. */
  readonly taskId?: string;
  /** Why it was refused, in the cloud's codes. */
  readonly code?: string;
  /** The fault that met this call. */
  readonly fault?: FaultKind;
}

interface Happened<Kind extends FaultKind> {
  /** Milliseconds since the epoch, by the edge's clock. */
  readonly at: number;
  readonly type: 'fault';
  readonly kind: Kind;
  /** The call that it happened to, like `DescribeDcdnRefreshTaskById`. */
  readonly action: string;
}

type LosesAnswer = 'truncated' | 'cut' | 'silent';

/** A fault that was asked for and has happened. */
export type FaultEvent =
  | Happened<Exclude<FaultKind, LosesAnswer | 'slow'>>
  /** `applied`: a refresh took effect, though its answer was lost. */
  | (Happened<LosesAnswer> & { readonly applied: boolean })
  | (Happened<'slow'> & { readonly delayMs: number });

export interface EventLog<Event> {
  readonly list: readonly Event[];
  add(event: Event): void;
}

const MAX_EVENTS = 10_000;

/** Keeps the last 10,000, oldest first. */
export function createEventLog<Event>(): EventLog<Event> {
  const list: Event[] = [];
  return {
    list,
    add: (event) => {
      list.push(event);
      if (list.length > MAX_EVENTS) list.shift();
    },
  };
}
