export { freshtag, freshtag as default } from './integration.ts';

export type { FreshtagAstroOptions } from './integration.ts';
