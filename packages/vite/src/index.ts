export { freshtag, freshtag as default } from './plugin.ts';

export type { FreshtagViteOptions } from './plugin.ts';
