import type { FreshtagError } from '@freshtag/core';

/** What scripts can rely on. */
export const EXIT_CODES = {
  /** Everything asked for was done. */
  done: 0,
  /** The cloud, the network or the origin stood in the way; later it may pass. */
  notDone: 1,
  /** An option, a tag, a file or a folder is wrong, or there is no access key. Nothing was sent. */
  wrongInput: 2,
  /** The edge was seen to serve something old. */
  stale: 3,
  /** A fault in freshtag itself. */
  fault: 70,
  /** Ended because its terminal was closed (SIGHUP). */
  hungUp: 129,
  /** Ended by Ctrl-C (SIGINT). */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

const WRONG_INPUT: ReadonlySet<FreshtagError['code']> = new Set([
  'INVALID_OPTION',
  'INVALID_TAG',
  'NO_CREDENTIALS',
  'OUTPUT_UNREADABLE',
  'OUTPUT_NAME_UNUSABLE',
  'OUTPUT_SHRUNK',
  'NORMALIZER_FAILED',
  'FILE_UNUSABLE',
  'FILE_INACCESSIBLE',
  'PLAN_OUTDATED',
  'STATE_REFUSED',
]);

export function exitCodeOf({ code }: Pick<FreshtagError, 'code'>): ExitCode {
  if (code === 'EDGE_STALE') return EXIT_CODES.stale;
  return WRONG_INPUT.has(code) ? EXIT_CODES.wrongInput : EXIT_CODES.notDone;
}
