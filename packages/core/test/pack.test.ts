import fc from 'fast-check';
import { describe, test } from 'vitest';

import { DEFAULT_REFRESH_LIMITS, type RefreshLimits } from '@freshtag/core';
import { canonicalQuery } from '../src/dcdn/signature.ts';
import { refreshQuery } from '../src/dcdn/refresh-by-cache-tag.ts';
import { resolveLimits } from '../src/refresh/limits.ts';
import { packTags } from '../src/refresh/pack.ts';

const frame = { endpoint: 'https://dcdn.aliyuncs.com', domainName: 'www.example.com', force: true };
const urlOf = (cacheTags: readonly string[]) =>
  `${frame.endpoint}/?${canonicalQuery(refreshQuery({ domainName: frame.domainName, cacheTags, force: true }))}`;

const tagArbitrary = fc.stringMatching(/^[\x21-\x2b\x2d-\x7e]{1,128}$/);
const limitsArbitrary = fc.record({
  maxTagsPerCall: fc.integer({ min: 1, max: 120 }),
  maxCacheTagCharacters: fc.integer({ min: 128, max: 3000 }),
  maxUrlBytes: fc.integer({ min: 1000, max: 9000 }),
});

function fits(call: readonly string[], limits: RefreshLimits): boolean {
  return (
    call.length <= limits.maxTagsPerCall &&
    call.join(',').length <= limits.maxCacheTagCharacters &&
    urlOf(call).length <= limits.maxUrlBytes
  );
}

/** Tries every way to put tags into calls. */
function fewestCalls(tags: readonly string[], limits: RefreshLimits): number {
  let best = tags.length;
  const place = (index: number, calls: readonly (readonly string[])[]): void => {
    const tag = tags[index];
    if (tag === undefined) best = Math.min(best, calls.length);
    if (tag === undefined || calls.length >= best) return;
    for (const [at, call] of calls.entries()) {
      if (fits([...call, tag], limits)) place(index + 1, calls.with(at, [...call, tag]));
    }
    place(index + 1, [...calls, [tag]]);
  };
  place(0, []);
  return best;
}

describe('packing', () => {
  test('keeps every limit, and has every tag once', ({ expect }) => {
    fc.assert(
      fc.property(fc.array(tagArbitrary, { maxLength: 300 }), limitsArbitrary, (tags, given) => {
        const limits = { ...DEFAULT_REFRESH_LIMITS, ...given };
        const calls = packTags(tags, frame, limits);
        expect(calls.flat().sort()).toEqual(tags.toSorted());
        expect(calls.filter((call) => !fits(call, limits))).toEqual([]);
        expect(calls.filter((call) => call.length === 0)).toEqual([]);
      }),
    );
  });

  test('needs no more calls than the best of all arrangements', ({ expect }) => {
    const few = fc.array(tagArbitrary, { minLength: 1, maxLength: 8 });
    const tight = fc.record({
      maxTagsPerCall: fc.integer({ min: 2, max: 5 }),
      maxCacheTagCharacters: fc.integer({ min: 128, max: 400 }),
      maxUrlBytes: fc.constant(9000),
    });
    fc.assert(
      fc.property(few, tight, (tags, given) => {
        const limits = { ...DEFAULT_REFRESH_LIMITS, ...given };
        expect(packTags(tags, frame, limits).length).toBeLessThanOrEqual(
          fewestCalls(tags, limits) + 1,
        );
      }),
    );
  });

  test('mixes long and short tags where their number is what limits a call', ({ expect }) => {
    const long = Array.from({ length: 100 }, (_, id) => `${'x'.repeat(120)}${id}`);
    const short = Array.from({ length: 900 }, (_, id) => `t${id}`);
    expect(packTags([...long, ...short], frame, DEFAULT_REFRESH_LIMITS)).toHaveLength(10);
  });

  test('packs a million tags', ({ expect }) => {
    const tags = Array.from({ length: 1_000_000 }, (_, id) => `country:${id}`);
    expect(packTags(tags, frame, DEFAULT_REFRESH_LIMITS)).toHaveLength(10_000);
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
