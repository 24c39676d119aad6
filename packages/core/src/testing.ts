export { stateStoreCases } from './site/stores/conformance.ts';

export type { StateStoreCase, StorePlace } from './site/stores/conformance.ts';
