import { describe, test } from 'vitest';

import { createMemoryOutbox, createRelay, type RelayOptions } from '../src/relay.ts';

const GOOD = {
  store: createMemoryOutbox(),
  credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
  endpoint: 'http://127.0.0.1:1',
};
const LONG_MS = 2 ** 31;

/** What is wrong, and what the error must name. */
const WRONG: readonly (readonly [string, object])[] = [
  ['store', { store: undefined }],
  ['store', { store: 'outbox.db' }],
  ['store.claim', { store: {} }],
  ['window', { window: 1000 }],
  ['window.idleMs', { window: { idleMs: -1 } }],
  ['window.maxMs', { window: { maxMs: 0.5 } }],
  ['window.maxMs', { window: { idleMs: 2000, maxMs: 1000 } }],
  ['window.idle', { window: { idle: 1000 } }],
  ['limits', { limits: 5 }],
  ['limits.maxTagsPerCall', { limits: { maxTagsPerCall: 0 } }],
  ['limits.maxTagsPerCall', { limits: { maxTagsPerCall: 1 } }],
  ['limits.maxCacheTagCharacters', { limits: { maxCacheTagCharacters: 200 } }],
  ['limits.maxUrlBytes', { limits: { maxUrlBytes: 1000 } }],
  ['limits.maxCallsPerSecond', { limits: { maxCallsPerSecond: 0 } }],
  ['limits.tags', { limits: { tags: 5 } }],
  ['includeOverflow', { includeOverflow: 'yes' }],
  ['account', { account: '' }],
  ['name', { name: 5 }],
  ['quotaTimeZone', { quotaTimeZone: 'Shanghai' }],
  ['quotaTimeZone', { quotaTimeZone: 8 }],
  ['breaker', { breaker: 5 }],
  ['breaker.failures', { breaker: { failures: 0 } }],
  ['breaker.openMs', { breaker: { openMs: LONG_MS } }],
  ['ladder', { ladder: true }],
  ['ladder.maxCalls', { ladder: {} }],
  ['ladder.maxCalls', { ladder: { maxCalls: 0 } }],
  ['ladder.maxWindowMs', { ladder: { maxCalls: 1, maxWindowMs: 0 } }],
  ['ladder.coarser', { ladder: { maxCalls: 1, coarser: 'page' } }],
  ['ladder.directories', { ladder: { maxCalls: 1, directories: [] } }],
  ['ladder.directories.0', { ladder: { maxCalls: 1, directories: ['news'] } }],
  ['alarm', { alarm: 'me' }],
  ['alarm.maxAgeMs', { alarm: { maxAgeMs: 0 } }],
  ['alarm.onAlarm', { alarm: { onAlarm: 'me' } }],
  ['alarm.webhook', { alarm: { webhook: 'https://example.com/?verysecret' } }],
  ['alarm.webhook', { alarm: { webhook: { url: 'ftp://example.com/verysecret' } } }],
  [
    'alarm.webhook',
    { alarm: { webhook: { url: 'https://a.b/', headers: { a: ['verysecret'] } } } },
  ],
  ['retention', { retention: 30 }],
  ['retention.maxAgeMs', { retention: { maxAgeMs: -1 } }],
  ['retention.maxRows', { retention: { maxRows: 1.5 } }],
  ['leaseMs', { leaseMs: 999 }],
  ['lookMs', { lookMs: 0 }],
  ['claimLimit', { claimLimit: 0 }],
  ['maxFailures', { maxFailures: 0 }],
  ['onEvent', { onEvent: 'me' }],
  ['random', { random: 0.5 }],
  ['secondPassDelayMs', { secondPassDelayMs: -1 }],
  ['secondPassDelayMs', { secondPassDelayMs: true }],
  ['edgeLayers', { edgeLayers: 0 }],
  ['pollIntervalMs', { pollIntervalMs: 0 }],
  ['settleMs', { settleMs: LONG_MS }],
  ['completionTimeoutMs', { completionTimeoutMs: 'long' }],
  ['timeoutMs', { timeoutMs: 0 }],
  ['connectTimeoutMs', { connectTimeoutMs: LONG_MS }],
  ['endpoint', { endpoint: 'ftp://example.com' }],
  ['credentials', { credentials: 5 }],
];

describe('the options of a relay', () => {
  for (const [option, wrong] of WRONG)
    test(`name ${option} when it is ${JSON.stringify(wrong)}`, ({ expect }) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a program without types may give
      const options = { ...GOOD, ...wrong } as RelayOptions;
      const message = expect.stringMatching(new RegExp(`^${option.replaceAll('.', '\\.')}\\b`));

      expect(() => createRelay(options)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', message }),
      );
      expect(() => createRelay(options)).not.toThrow('verysecret');
    });

  test('may leave everything to the defaults but the store and the key', ({ expect }) => {
    expect(() => createRelay(GOOD)).not.toThrow();
  });

  test('need no room for overflow tags where there are none', ({ expect }) => {
    const limits = { maxTagsPerCall: 1, maxCacheTagCharacters: 128, maxUrlBytes: 1000 };
    expect(() => createRelay({ ...GOOD, limits, includeOverflow: false })).not.toThrow();
  });
});
