import fc from 'fast-check';
import { describe, test } from 'vitest';

import { DcdnError, FreshtagError } from '@freshtag/core';

import { nextDelayMs, resolveRetry } from '../src/refresh/retry.ts';

const refusal = (apiCode: string, retryAfterMs?: number) =>
  new DcdnError({ action: 'A', status: 400, apiCode, apiMessage: '', retryAfterMs });

describe('the wait before the next attempt', () => {
  test('is a random share of a wait that doubles up to a cap', ({ expect }) => {
    const error = refusal('Throttling.User');
    expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => nextDelayMs(error, attempt, 1))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
    expect(nextDelayMs(error, 3, 0.25)).toBe(1000);
    expect(nextDelayMs(error, 1, 0)).toBe(0);
  });

  test('is what the cloud asks for, and a little more, never less, and at most two minutes', ({
    expect,
  }) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (askedMs, random) => {
          const delayMs = nextDelayMs(refusal('Throttling.User', askedMs), 3, random);
          const wantedMs = Math.min(askedMs, 120_000);
          expect(delayMs).toBeGreaterThanOrEqual(wantedMs);
          expect(delayMs).toBeLessThanOrEqual(Math.ceil(wantedMs * 1.1));
        },
      ),
    );
  });

  test('is longer where the cloud’s queue is full, and a minute where the minute’s rate is used up', ({
    expect,
  }) => {
    expect(nextDelayMs(refusal('TooMany.Refresh'), 1, 1)).toBe(15_000);
    expect(nextDelayMs(refusal('QuotaPerMinuteExceeded.Refresh'), 1, 0)).toBe(60_000);
  });

  test.for([
    'QuotaExceeded.Refresh',
    'InvalidParameters',
    'InvalidDomain.NotFound',
    'SignatureDoesNotMatch',
  ])('does not exist for %s, which no waiting mends', (apiCode, { expect }) => {
    expect(nextDelayMs(refusal(apiCode), 1, 0.5)).toBeUndefined();
  });

  test('exists for the network', ({ expect }) => {
    const error = new FreshtagError('ENDPOINT_UNREACHABLE', 'x', { recovery: 'retry' });
    expect(nextDelayMs(error, 1, 0.5)).toBe(500);
  });

  test.for([
    [{ maxAttempts: 0 }, /retry\.maxAttempts: 0/],
    [{ maxAttempts: 1.5 }, /retry\.maxAttempts: 1\.5/],
    [{ budgetMs: -1 }, /retry\.budgetMs: -1/],
    [{ budgetMs: Number.NaN }, /retry\.budgetMs/],
  ] as const)('is refused with the options %j', ([given, message], { expect }) => {
    expect(() => resolveRetry(given)).toThrow(message);
  });
});
