export { outboxStoreCases } from './relay/stores/conformance.ts';
export { stateStoreCases } from './site/stores/conformance.ts';

export type { OutboxPlace, OutboxStoreCase } from './relay/stores/conformance-support.ts';
export type { StateStoreCase, StorePlace } from './site/stores/conformance.ts';
