export { startEdge } from './start-edge.ts';
export { createManualClock } from './manual-clock.ts';

export type { Edge } from './start-edge.ts';
export type { EdgeOptions, PointOfPresence } from './options.ts';
export type { EdgeEvent } from './api/events.ts';
export type { RefreshRefusal } from './api/refusal.ts';
export type { ManualClock } from './manual-clock.ts';
