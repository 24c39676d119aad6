import type { ApiFailure } from './problems.ts';

const FAILED_MS = 5_000;

/** When to ask again after a failure, in milliseconds; `undefined`: only the reader can mend it. */
export function paceOfFailure({ kind }: ApiFailure): number | undefined {
  return kind === 'unreachable' || kind === 'server' ? FAILED_MS : undefined;
}
