import type { FaultEvent } from './faults/fault-event.ts';
import type { FaultKind } from './faults/fault.ts';
import { createRing, type Ring } from './ring.ts';

interface Happened {
  /** Milliseconds since the epoch, by the edge's clock. */
  readonly at: number;
}

/** One refresh that the API was asked for, and what became of it. */
export interface RefreshEvent extends Happened {
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

/** One request of a visitor, when it has been answered. */
export interface RequestEvent extends Happened {
  readonly type: 'request';
  /** The point of presence that it came to. */
  readonly point: string;
  readonly domain: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly status: number;
  /** `PASS`: never meant for a cache. `REFUSED`: the edge does not serve it. */
  readonly result: 'HIT' | 'MISS' | 'PASS' | 'REFUSED';
  /** Why, where the result alone does not tell. */
  readonly detail?: string;
  /** By real time. */
  readonly durationMs: number;
}

/** One fetch by a cache from what is behind it: the second layer or the origin. */
export interface FetchEvent extends Happened {
  readonly type: 'fetch';
  /** The cache that asked. */
  readonly layer: string;
  readonly domain: string;
  /** With the query. */
  readonly path: string;
  /** `passed`: handed on and not stored. `not-modified`: the stored copy was renewed. */
  readonly outcome: 'stored' | 'passed' | 'not-modified' | 'failed';
  /** Missing if there was no answer. */
  readonly status?: number;
  readonly tags: readonly string[];
  /** When it began, by the edge's clock: before a refresh that took effect meanwhile, perhaps. */
  readonly startedAt: number;
}

/** A refresh has taken effect in one cache. */
export interface EffectEvent extends Happened {
  readonly type: 'effect';
  readonly layer: string;
  readonly taskId: string;
  /** Stored responses that it has removed or expired. */
  readonly objects: number;
}

/** A cache has let responses go, or could not keep one. */
export interface StoreEvent extends Happened {
  readonly type: 'store';
  readonly layer: string;
  readonly outcome: 'evicted' | 'failed';
  readonly objects: number;
  readonly reason?: string;
}

/** Whatever has happened at the edge. */
export type EdgeEvent =
  | RefreshEvent
  | FaultEvent
  | RequestEvent
  | FetchEvent
  | EffectEvent
  | StoreEvent;

type EventType = EdgeEvent['type'];
type EventOf<Type extends EventType> = Extract<EdgeEvent, { readonly type: Type }>;

/** What has happened, in order. */
export interface EventLog {
  /** The last 10,000 of each type that are there now, oldest first. */
  list(): readonly EdgeEvent[];
  /** Those of one type. */
  list<Type extends EventType>(type: Type): readonly EventOf<Type>[];
  /** What came after the event of that number and is still there, oldest first; 0 for all of it. */
  readonly since: (after: number) => readonly NumberedEvent[];
  /** Number of the newest event; 0 before the first. */
  readonly lastNumber: () => number;
  readonly add: (event: EdgeEvent) => void;
  /**
   * Tells every event from now on, as soon as it is known. What the listener throws is an uncaught
   * exception of the process; whatever the edge was doing goes on.
   *
   * @returns what ends that
   */
  readonly subscribe: (listener: (event: EdgeEvent) => void) => () => void;
}

/** An event and its place among all events of this edge: the first is 1. */
export interface NumberedEvent {
  readonly number: number;
  readonly event: EdgeEvent;
}

const MAX_EVENTS_OF_A_TYPE = 10_000;

export function createEventLog(): EventLog {
  const rings = new Map<EventType, Ring<NumberedEvent>>();
  let listeners: readonly { readonly tell: (event: EdgeEvent) => void }[] = [];
  let count = 0;

  function list(): readonly EdgeEvent[];
  function list<Type extends EventType>(type: Type): readonly EventOf<Type>[];
  function list(type?: EventType): readonly EdgeEvent[] {
    const kept =
      type === undefined
        ? [...rings.values()].flatMap((ring) => ring.items()).sort(byNumber)
        : (rings.get(type)?.items() ?? []);
    return kept.map(({ event }) => event);
  }

  return {
    list,
    since: (after) => [...rings.values()].flatMap((ring) => newerThan(after, ring)).sort(byNumber),
    lastNumber: () => count,
    add: (event) => {
      const ring = rings.get(event.type) ?? createRing<NumberedEvent>(MAX_EVENTS_OF_A_TYPE);
      rings.set(event.type, ring);
      count += 1;
      ring.add({ number: count, event });
      for (const { tell } of listeners) callSafely(tell, event);
    },
    subscribe: (listener) => {
      // An object of its own: one function may listen twice.
      const own = { tell: listener };
      listeners = [...listeners, own];
      return () => void (listeners = listeners.filter((other) => other !== own));
    },
  };
}

function newerThan(after: number, ring: Ring<NumberedEvent>): readonly NumberedEvent[] {
  const newer: NumberedEvent[] = [];
  for (const numbered of ring.newestFirst()) {
    if (numbered.number <= after) break;
    newer.push(numbered);
  }
  return newer;
}

function byNumber(one: NumberedEvent, other: NumberedEvent): number {
  return one.number - other.number;
}

function callSafely(tell: (event: EdgeEvent) => void, event: EdgeEvent): void {
  try {
    tell(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
