import type { ErrorCode, FreshtagError, Recovery } from '@freshtag/core';

/** An error as `--json` prints it. */
export interface ErrorObject {
  /** As in docs/errors.md; or `INTERRUPTED` (Ctrl-C), or `FAULT` (a fault in freshtag). */
  readonly code: ErrorCode | 'INTERRUPTED' | 'FAULT';
  readonly message: string;
  readonly recovery: Recovery;
  /** The cloud's own code. */
  readonly apiCode?: string | undefined;
  /** HTTP status. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Names its fields one by one: nothing else of an error is printed. */
export function describeError(error: FreshtagError): ErrorObject {
  const { code, message, recovery, status, requestId, retryAfterMs } = error;
  return { code, message, recovery, apiCode: apiCodeOf(error), status, requestId, retryAfterMs };
}

function apiCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('apiCode' in error && typeof error.apiCode === 'string') return error.apiCode;
  return apiCodeOf(error.cause);
}
