export { FRESHTAG, runNode, runProgram, startNode } from './command.ts';
export { startOrigin } from './origin.ts';
export { temporaryFolder, temporaryProject, writeFiles } from './temporary-folder.ts';

export type { CommandOptions, Ended } from './command.ts';
export type { Origin } from './origin.ts';
