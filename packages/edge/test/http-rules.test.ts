import { describe, test } from 'vitest';

import { initialAgeMs, parseDate } from '../src/http/age.ts';
import { parseCacheControl, secondsOf } from '../src/http/cache-control.ts';
import { isNotModified, rangeHolds } from '../src/http/conditional.ts';
import { freshenHeaders } from '../src/http/not-modified.ts';
import { readPolicy } from '../src/http/policy.ts';
import { parseRange } from '../src/http/range.ts';
import { parseTargeted } from '../src/http/targeted.ts';
import { variantOf, varyNames } from '../src/http/vary.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const TIMES = { askedAtMs: NOW_MS, answeredAtMs: NOW_MS };

function policyOf(status: number, headers: Record<string, string>, authorized = false) {
  return readPolicy({ status, headers: Object.entries(headers).flat(), authorized, ...TIMES });
}

/** Seconds that a 200 is stored; 0 if it is not. */
function lifetimeOf(headers: Record<string, string>, status = 200): number {
  const { storable, lifetimeSeconds } = policyOf(status, headers);
  return storable ? lifetimeSeconds : 0;
}

function dateBefore(seconds: number): string {
  return new Date(NOW_MS - seconds * 1000).toUTCString();
}

describe('Cache-Control', () => {
  test('directives are read with their quotes, and what is inside quotes is none', ({ expect }) => {
    const directives = parseCacheControl(
      'Public, Max-Age="60", x="s-maxage=5, no-store", foo=\'a\'',
    );

    expect([...directives]).toEqual([
      ['public', true],
      ['max-age', '60'],
      ['x', 's-maxage=5, no-store'],
      ['foo', "'a'"],
    ]);
  });

  test('of two values for one directive the first counts', ({ expect }) => {
    expect(secondsOf(parseCacheControl('max-age=1, max-age=2'), 'max-age')).toBe(1);
  });

  test('seconds that cannot be read are none at all', ({ expect }) => {
    for (const value of ['max-age', 'max-age=', 'max-age=-5', 'max-age=1.5', "max-age='60'"])
      expect(secondsOf(parseCacheControl(value), 'max-age')).toBe(0);
  });

  test('absurd values end, and soon', ({ expect }) => {
    for (const value of [',,,,', '=', '=5,max-age=7', '"', 'a="b', 'a=",'.repeat(50_000)])
      expect(() => parseCacheControl(value)).not.toThrow();
    expect(secondsOf(parseCacheControl('=5,max-age=7'), 'max-age')).toBe(7);
  });
});

describe('what is stored, and for how long', () => {
  test('s-maxage wins over max-age, and max-age over Expires', ({ expect }) => {
    expect(lifetimeOf({ 'cache-control': 'max-age=5, s-maxage=9' })).toBe(9);
    expect(lifetimeOf({ 'cache-control': 'max-age=5', expires: dateBefore(-60) })).toBe(5);
    expect(lifetimeOf({ expires: dateBefore(-60), date: dateBefore(0) })).toBe(60);
  });

  test('CDN-Cache-Control wins over Cache-Control and Expires', ({ expect }) => {
    const others = { 'cache-control': 'no-store', expires: '0' };
    expect(lifetimeOf({ ...others, 'cdn-cache-control': 'max-age=30' })).toBe(30);
    expect(lifetimeOf({ 'cache-control': 'max-age=60', 'cdn-cache-control': 'no-store' })).toBe(0);
  });

  test('a malformed or empty CDN-Cache-Control is as if it were not there', ({ expect }) => {
    for (const broken of ['', 'max-age="', 'max-age=1 0', '&'])
      expect(lifetimeOf({ 'cache-control': 'max-age=60', 'cdn-cache-control': broken })).toBe(60);
    expect(parseTargeted('no-store=?0')).toBeUndefined();
  });

  test.for(['no-store', 'private', 'no-cache', 'no-cache="set-cookie"', 'max-age=0'])(
    '%s is not stored',
    (directive, { expect }) => {
      expect(lifetimeOf({ 'cache-control': `${directive}, max-age=60` })).toBe(0);
    },
  );

  test('a response without any word on caching goes by its Last-Modified: a tenth, 10 s to an hour', ({
    expect,
  }) => {
    expect(lifetimeOf({ 'last-modified': dateBefore(6000) })).toBe(600);
    expect(lifetimeOf({ 'last-modified': dateBefore(1) })).toBe(10);
    expect(lifetimeOf({ 'last-modified': dateBefore(10_000_000) })).toBe(3600);
    expect(lifetimeOf({ etag: '"1"' })).toBe(10);
    expect(lifetimeOf({})).toBe(0);
    expect(lifetimeOf({ pragma: 'no-cache', etag: '"1"' })).toBe(0);
  });

  test('abnormal statuses without any word on caching are stored for a second', ({ expect }) => {
    for (const status of [204, 301, 404, 500, 503]) expect(lifetimeOf({}, status)).toBe(1);
    for (const status of [303, 304, 401, 403, 407, 206]) expect(lifetimeOf({}, status)).toBe(0);
  });

  test('an abnormal status that sets a cookie is never stored', ({ expect }) => {
    const headers = { 'set-cookie': 'a=b', 'cache-control': 'max-age=60' };
    expect(lifetimeOf(headers, 404)).toBe(0);
    expect(lifetimeOf(headers, 200)).toBe(60);
  });

  test('a rule for a status counts more than the origin’s word', ({ expect }) => {
    const exchange = { status: 404, headers: ['cache-control', 'no-store'], authorized: false };
    expect(readPolicy({ ...exchange, ...TIMES }, { 404: 60 })).toMatchObject({
      storable: true,
      lifetimeSeconds: 60,
    });
  });

  test('an answer to a user is stored only if it says that it is for all', ({ expect }) => {
    const headers = { 'cache-control': 'max-age=60' };
    expect(policyOf(200, headers, true).storable).toBe(false);
    for (const leave of ['public', 'must-revalidate', 's-maxage=60']) {
      const shared = { 'cache-control': `max-age=60, ${leave}` };
      expect(policyOf(200, shared, true).storable).toBe(true);
    }
  });

  test('Vary: * is never stored', ({ expect }) => {
    for (const vary of ['*', 'Accept, *', ', *'])
      expect(lifetimeOf({ vary, 'cache-control': 'max-age=60' })).toBe(0);
  });
});

describe('ages and dates', () => {
  test('the age is the larger of Age and what Date tells', ({ expect }) => {
    expect(initialAgeMs(['age', '30', 'date', dateBefore(10)], TIMES)).toBe(30_000);
    expect(initialAgeMs(['age', '3', 'date', dateBefore(10)], TIMES)).toBe(10_000);
    expect(initialAgeMs([], { askedAtMs: NOW_MS - 500, answeredAtMs: NOW_MS })).toBe(500);
  });

  test('an Age that cannot be read is infinite', ({ expect }) => {
    for (const age of ['abc', '-1', '1.5', '1, 2', '7;x=1'])
      expect(initialAgeMs(['age', age], TIMES)).toBe(Infinity);
  });

  test('0 and -1 are no dates', ({ expect }) => {
    for (const value of ['0', '-1', '', undefined]) expect(parseDate(value)).toBeUndefined();
    expect(parseDate('Thu, 01 Jan 1970 00:00:01 GMT')).toBe(1000);
  });
});

describe('variants', () => {
  test('names are compared without case and order', ({ expect }) => {
    expect(varyNames('Foo, bar , FOO,')).toEqual(['bar', 'foo']);
  });

  test('a header that is missing differs from one that is empty', ({ expect }) => {
    expect(variantOf(['foo'], {})).not.toBe(variantOf(['foo'], { foo: '' }));
    expect(variantOf(['a', 'b'], { a: '1' })).not.toBe(variantOf(['a', 'b'], { b: '1' }));
  });
});

describe('conditions', () => {
  test('If-None-Match is compared weakly and wins over If-Modified-Since', ({ expect }) => {
    const answer = ['etag', 'W/"1"', 'last-modified', dateBefore(60)];
    expect(isNotModified({ 'if-none-match': '"0", "1"' }, answer)).toBe(true);
    expect(isNotModified({ 'if-none-match': '*' }, answer)).toBe(true);
    expect(
      isNotModified({ 'if-none-match': '"2"', 'if-modified-since': dateBefore(60) }, answer),
    ).toBe(false);
  });

  test('If-Modified-Since means just that date', ({ expect }) => {
    const answer = ['last-modified', dateBefore(60)];
    expect(isNotModified({ 'if-modified-since': dateBefore(60) }, answer)).toBe(true);
    expect(isNotModified({ 'if-modified-since': dateBefore(0) }, answer)).toBe(false);
  });

  test('If-Range holds for the very same response, compared strongly', ({ expect }) => {
    const answer = ['etag', '"1"', 'last-modified', dateBefore(60)];
    expect(rangeHolds({}, answer)).toBe(true);
    expect(rangeHolds({ 'if-range': '"1"' }, answer)).toBe(true);
    expect(rangeHolds({ 'if-range': 'W/"1"' }, answer)).toBe(false);
    expect(rangeHolds({ 'if-range': dateBefore(60) }, answer)).toBe(true);
  });

  test('a 304 changes what it names, but not what belongs to the body, nor the tags', ({
    expect,
  }) => {
    const stored = ['etag', '"1"', 'x-a', '1', 'x-b', '1', 'cache-tag', 'old', 'age', '5'];
    const answer = [
      'etag',
      '"2"',
      'x-a',
      '2',
      'x-a',
      '3',
      'cache-tag',
      'new',
      'content-length',
      '0',
    ];
    expect(freshenHeaders(stored, answer)).toEqual([
      'etag',
      '"1"',
      'x-b',
      '1',
      'cache-tag',
      'old',
      'x-a',
      '2',
      'x-a',
      '3',
    ]);
  });
});

describe('ranges', () => {
  test.for([
    ['bytes=0-4', { first: 0, last: 4 }],
    ['bytes=5-', { first: 5, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-30', { first: 0, last: 9 }],
    ['bytes=8-99', { first: 8, last: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=4-2', undefined],
    ['bytes=0-1,3-4', undefined],
    ['items=0-1', undefined],
    ['bytes=a-b', undefined],
    ['', undefined],
  ] as const)('%s of ten bytes is %j', ([value, range], { expect }) => {
    expect(parseRange(value, 10)).toEqual(range);
  });
});
