export { FRESHTAG, runNode, runProgram, startNode } from './command.ts';
export { Actor } from './crash/actor.ts';
export { openApiGate } from './crash/api-gate.ts';
export { openDatabaseGate } from './crash/database-gate.ts';
export { createDatabase } from './databases.ts';
export { startOrigin } from './origin.ts';
export { temporaryFolder, temporaryProject, writeFiles } from './temporary-folder.ts';

export type { CommandOptions, Ended } from './command.ts';
export type { Said } from './crash/actor.ts';
export type { ApiGate, SeenCall } from './crash/api-gate.ts';
export type { DatabaseGate } from './crash/database-gate.ts';
export type { AskedQuery, MomentKind, OnMoment, Verdict } from './crash/moments.ts';
export type { ServerKind, TestDatabase } from './databases.ts';
export type { Origin } from './origin.ts';
