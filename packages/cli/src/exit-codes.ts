import type { FreshtagError } from '@freshtag/core';

/** What scripts can rely on. */
export const EXIT_CODES = {
  /** Everything asked for was done. */
  done: 0,
  /** The cloud, the network or the origin stood in the way; later it may pass. */
  notDone: 1,
  /** An option, a tag, a file or a folder is wrong, or there is no access key. Nothing was sent. */
  wrongInput: 2,
  /** A fault in freshtag itself. */
  fault: 70,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

const NOT_DONE: ReadonlySet<FreshtagError['code']> = new Set([
  'ENDPOINT_UNREACHABLE',
  'API_REFUSED',
  'API_UNREADABLE',
  'ORIGIN_NOT_READY',
  'ORIGIN_WITHOUT_TAGS',
  'REFRESH_INCOMPLETE',
]);

export function exitCodeOf(error: FreshtagError): ExitCode {
  return NOT_DONE.has(error.code) ? EXIT_CODES.notDone : EXIT_CODES.wrongInput;
}
