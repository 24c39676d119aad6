import { isFreshtagError, refresh } from '@freshtag/core';

const [endpoint, timeoutMs, maxAttempts] = process.argv.slice(2);
const [receipt] = await refresh(['article:1', 'article:2'], {
  domain: 'www.example.com',
  endpoint,
  credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
  includeOverflow: false,
  timeoutMs: Number(timeoutMs),
  retry: { maxAttempts: Number(maxAttempts) },
});
const { outcome, attempts, error } = receipt;
const { code, status, recovery, retryAfterMs, requestId, message } = error ?? {};
console.log(
  JSON.stringify({
    outcome,
    attempts,
    error: isFreshtagError(error)
      ? { code, status, recovery, retryAfterMs, requestId, message }
      : undefined,
  }),
);
