export { startEdge } from './start-edge.ts';
export { createManualClock } from './manual-clock.ts';
export { expectFresh, expectHit, expectMiss } from './expect.ts';

export type { Edge } from './start-edge.ts';
export type { Seen, Visit } from './expect.ts';
export type { CacheOptions } from './cache-options.ts';
export type { EdgeOptions, PointOfPresence } from './options.ts';
export type {
  EdgeEvent,
  EffectEvent,
  FetchEvent,
  RefreshEvent,
  RequestEvent,
  StoreEvent,
} from './events.ts';
export type { FaultEvent } from './faults/fault-event.ts';
export type { PendingFault } from './faults/fault-queue.ts';
export type { Fault, FaultKind, RefreshRefusal } from './faults/fault.ts';
export type {
  Inspection,
  LayerState,
  ObjectPage,
  ObjectQuery,
  PendingRefresh,
  StoredObject,
  TagPage,
  TagQuery,
  TagState,
} from './inspect.ts';
export type { RefreshOrder } from './refresh-now.ts';
export type { ManualClock } from './manual-clock.ts';
