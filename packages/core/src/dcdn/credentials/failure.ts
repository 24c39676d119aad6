import type { Recovery } from '../../errors.ts';

export interface Failure {
  /** In words that can hold no secret. */
  readonly reason: string;
  readonly recovery: Recovery;
}

/**
 * Why code that is not ours gave no key. Never the message itself: those of `@alicloud/credentials` may
 * hold the whole configuration file, or the answer with the key.
 */
export function explain(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return { reason: 'something was thrown that is no error', recovery: 'stop' };
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.name === 'RequestTimeoutError')
    return { reason: 'no answer in time', recovery: 'retry' };
  if (SYSTEM_CODE.test(code)) {
    return { reason: code, recovery: PASSING_SYSTEM_CODES.has(code) ? 'retry' : 'stop' };
  }
  const status = HTTP_STATUS.exec(error.message)?.[1];
  if (status !== undefined) {
    const recovery = status === '429' || status >= '500' ? 'retry' : 'stop';
    return { reason: `it was answered with HTTP ${status}`, recovery };
  }
  const apiCode = STS_CODE.exec(error.message)?.[1];
  if (apiCode === undefined) return { reason: 'an error without a code', recovery: 'stop' };
  const recovery = /^(?:Throttling|ServiceUnavailable|InternalError)/.test(apiCode)
    ? 'retry'
    : 'stop';
  return { reason: `the cloud refused with ${apiCode}`, recovery };
}

const SYSTEM_CODE = /^E[A-Z_]{2,40}$/;
const PASSING_SYSTEM_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
]);
// The beginnings of messages of the library 2.4, of which only the status or the code is taken.
const HTTP_STATUS = /^get sts token failed, httpStatus: (\d{3}),/;
const STS_CODE =
  /^(?:refresh session token failed|get sts token failed with OIDC): \{.*"Code":\s?"([A-Z][A-Za-z]{2,40}(?:\.[A-Z][A-Za-z]{2,40}){0,3})"/s;
