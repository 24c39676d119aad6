export { startOrigin } from './origin.ts';
export { temporaryFolder, writeFiles } from './temporary-folder.ts';

export type { Origin } from './origin.ts';
