export { FRESHTAG, runNode, runProgram, startNode } from './command.ts';
export { createDatabase } from './databases.ts';
export { startOrigin } from './origin.ts';
export { temporaryFolder, temporaryProject, writeFiles } from './temporary-folder.ts';

export type { CommandOptions, Ended } from './command.ts';
export type { ServerKind, TestDatabase } from './databases.ts';
export type { Origin } from './origin.ts';
