import { FreshtagError } from '../errors.ts';
import { AnswerTimeoutError } from './transport.ts';

/** Whether an error shows a mistake in a program, ours or another, and nothing of the network. */
export function isFault(error: unknown): boolean {
  return MISTAKES.some((kind) => error instanceof kind) || codeOf(error) === 'ERR_ASSERTION';
}

const MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError] as const;

/** The error for a call that got no answer. */
export function unreachable(
  cause: unknown,
  call: {
    readonly origin: string;
    readonly timeoutMs: number;
    /** The variable that names the proxy on the way. */
    readonly via: string | undefined;
  },
): FreshtagError {
  const status = proxyStatus(cause);
  const why =
    cause instanceof AnswerTimeoutError
      ? `gave no answer within ${call.timeoutMs} ms`
      : `cannot be reached (${status === undefined ? reason(cause) : `the proxy answered ${status}`})`;
  const way = call.via === undefined ? '' : ` through the proxy that ${call.via} names`;
  const check = call.via === undefined ? 'the network' : `the network, ${call.via}`;
  return new FreshtagError(
    'ENDPOINT_UNREACHABLE',
    `The API at ${call.origin} ${why}${way}. Check ${check} and the option endpoint (or FRESHTAG_ENDPOINT). Whether the call took effect is unknown; refreshing again does no harm.`,
    { cause, recovery: status === undefined || status >= 500 ? 'retry' : 'stop' },
  );
}

/** What undici says only in words. */
function proxyStatus(cause: unknown): number | undefined {
  if (!(cause instanceof Error)) return undefined;
  const status = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/.exec(
    cause.message,
  );
  return status === null ? undefined : Number(status[1] ?? status[2]);
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason';
  return codeOf(cause) ?? cause.message;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
