export { startEdge } from './start-edge.ts';
export { createManualClock } from './manual-clock.ts';

export type { Edge } from './start-edge.ts';
export type { EdgeOptions, PointOfPresence } from './options.ts';
export type { FaultEvent, RefreshEvent } from './api/events.ts';
export type { Fault, FaultKind, RefreshRefusal } from './api/fault.ts';
export type { ManualClock } from './manual-clock.ts';
