import { describe, test } from 'vitest';

import { DcdnError } from '@freshtag/core';

import { knownApiCodes, meaningOf } from '../src/dcdn/api-codes.ts';
import { ERROR_CODES } from '../src/error-codes.ts';

const refusal = (apiCode: string, status: number, retryAfterMs?: number) =>
  new DcdnError({
    action: 'A',
    status,
    apiCode,
    apiMessage: 'because',
    requestId: 'R',
    retryAfterMs,
  });

describe('what a code of the cloud means', () => {
  test.for([
    ['SingleRequest.OverLimit', 400, 'BATCH_TOO_LARGE', 'split'],
    ['InvalidObjectPath.Malformed', 400, 'PARAMETER_REFUSED', 'split'],
    ['InvalidObjectPath.Size.Malformed', 400, 'BATCH_TOO_LARGE', 'split'],
    ['InvalidParameters', 400, 'PARAMETER_REFUSED', 'split'],
    ['InvalidObjectType.Malformed', 400, 'PARAMETER_REFUSED', 'stop'],
    ['InvalidExtensiveDomain.ValueNotSupported', 400, 'DOMAIN_REFUSED', 'stop'],
    ['InvalidDomain.NotFound', 404, 'DOMAIN_REFUSED', 'stop'],
    ['IllegalOperationDomain', 400, 'DOMAIN_REFUSED', 'stop'],
    ['QuotaExceeded.Refresh', 400, 'QUOTA_EXCEEDED', 'next-quota-day'],
    ['QuotaPerMinuteExceeded.Refresh', 400, 'THROTTLED', 'retry'],
    ['TooMany.Refresh', 400, 'QUEUE_FULL', 'retry'],
    ['TooManyRequests', 429, 'THROTTLED', 'retry'],
    ['Throttling.User', 400, 'THROTTLED', 'retry'],
    ['Rejected.Throttling', 400, 'THROTTLED', 'retry'],
    ['ServiceUnavailable', 503, 'CLOUD_BUSY', 'retry'],
    ['ServiceBusy', 403, 'CLOUD_BUSY', 'retry'],
    ['InternalError', 500, 'CLOUD_BUSY', 'retry'],
    ['SignatureNonceUsed', 400, 'NONCE_USED', 'retry'],
    ['InvalidAccessKeyId.NotFound', 404, 'KEY_REFUSED', 'stop'],
    ['InvalidSecurityToken.Expired', 400, 'KEY_REFUSED', 'stop'],
    ['SignatureDoesNotMatch', 400, 'SIGNATURE_REFUSED', 'stop'],
    ['InvalidTimeStamp.Expired', 400, 'CLOCK_SKEWED', 'stop'],
    ['Forbidden.RAM', 403, 'FORBIDDEN', 'stop'],
    ['OperationDenied', 403, 'SERVICE_NOT_OPEN', 'stop'],
    ['MissingCacheTag', 400, 'PARAMETER_REFUSED', 'stop'],
    ['Brand.New', 400, 'API_REFUSED', 'stop'],
    ['Brand.New', 503, 'CLOUD_BUSY', 'retry'],
    ['Brand.New', 429, 'THROTTLED', 'retry'],
    ['constructor', 400, 'API_REFUSED', 'stop'],
  ] as const)('%s with status %i is %s: %s', ([apiCode, status, code, recovery], { expect }) => {
    expect(refusal(apiCode, status)).toMatchObject({
      code,
      recovery,
      status,
      apiCode,
      requestId: 'R',
    });
  });

  test('any error that asks to come back later is one of throttling', ({ expect }) => {
    expect(refusal('Brand.New', 400, 700)).toMatchObject({
      code: 'THROTTLED',
      recovery: 'retry',
      retryAfterMs: 700,
    });
  });

  test('a rate by the minute asks for a minute', ({ expect }) => {
    expect(meaningOf('QuotaPerMinuteExceeded.Refresh', 400).retryAfterMs).toBe(60_000);
  });

  test('every code has an entry for people, and every message says what to do', ({ expect }) => {
    for (const [apiCode, { code }] of knownApiCodes()) {
      expect(ERROR_CODES[code].remedy).toBeTruthy();
      expect(refusal(apiCode, 400).message).toMatch(
        /^A was refused: \S+ \(HTTP 400, request R\): because\. [A-Z].*\.$/,
      );
    }
  });
});
