import fc from 'fast-check';
import { describe, test } from 'vitest';

import { DEFAULT_REFRESH_LIMITS } from '@freshtag/core';
import { canonicalQuery } from '../src/dcdn/signature.ts';
import { refreshQuery } from '../src/dcdn/refresh-by-cache-tag.ts';
import { resolveLimits } from '../src/refresh/limits.ts';
import { packTags } from '../src/refresh/pack.ts';

const frame = { endpoint: 'https://dcdn.aliyuncs.com', domainName: 'www.example.com', force: true };
const urlOf = (cacheTags: readonly string[]) =>
  `${frame.endpoint}/?${canonicalQuery(refreshQuery({ domainName: frame.domainName, cacheTags, force: true }))}`;

describe('packing', () => {
  test('keeps every limit, every tag and their order, and opens a call only when the one before is full', ({
    expect,
  }) => {
    const tag = fc.stringMatching(/^[\x21-\x2b\x2d-\x7e]{1,128}$/);
    const limitsArbitrary = fc.record({
      maxTagsPerCall: fc.integer({ min: 1, max: 120 }),
      maxCacheTagCharacters: fc.integer({ min: 128, max: 3000 }),
      maxUrlBytes: fc.integer({ min: 1000, max: 9000 }),
    });
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 300 }), limitsArbitrary, (tags, given) => {
        const limits = { ...DEFAULT_REFRESH_LIMITS, ...given };
        const fits = (call: readonly string[]) =>
          call.length <= limits.maxTagsPerCall &&
          call.join(',').length <= limits.maxCacheTagCharacters &&
          urlOf(call).length <= limits.maxUrlBytes;
        const calls = packTags(tags, frame, limits);
        expect(calls.flat()).toEqual(tags);
        for (const [index, call] of calls.entries()) {
          expect(fits(call)).toBe(true);
          const next = calls[index + 1]?.[0];
          if (next !== undefined) expect(fits([...call, next])).toBe(false);
        }
      }),
    );
  });

  test('makes no call for no tags', ({ expect }) => {
    expect(packTags([], frame, DEFAULT_REFRESH_LIMITS)).toEqual([]);
  });

  test.for([
    ['maxTagsPerCall', 0],
    ['maxCallsPerSecond', 1.5],
    ['maxUrlBytes', 999],
    ['maxCacheTagCharacters', Number.NaN],
  ] as const)('a limit %s of %d is refused by name', ([name, value], { expect }) => {
    expect(() => resolveLimits({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(name) }),
    );
  });
});
