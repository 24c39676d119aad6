import * as fc from 'fast-check';

const CACHE_CONTROLS = [
  'max-age=3600',
  'max-age=-1',
  'max-age=99999999999999999999',
  'max-age="3600"',
  'max-age',
  'max-age=1, max-age=2',
  'no-store',
  'private="x"',
  'public, s-maxage=1, stale-while-revalidate=9, stale-if-error=9',
  ',,,=,"',
] as const;
const DATES = [
  '0',
  '-1',
  'yesterday',
  'Thu, 99 Foo 2026 99:99:99 GMT',
  'Fri, 01 Jan 2038 00:00:00 GMT',
];

/** Printable, with what header parsers split at. */
const value: fc.Arbitrary<string> = fc.string({ maxLength: 80 });
/** Any character of latin1 that may stand in a header, now and then one that may not. */
const rawValue: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 60, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
      { weight: 20, arbitrary: fc.integer({ min: 0x80, max: 0xff }) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1, 9, 0x1f, 0x7f) },
    ),
    { maxLength: 40 },
  )
  .map((codes) => String.fromCharCode(...codes));

const tagList: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.string({ maxLength: 20 }), { maxLength: 30 }).map((tags) => tags.join(',')),
  rawValue,
  fc.constantFrom(',', ',,,,', ' ', '"a,b"', 'a\tb', '\u00e9', '__proto__,constructor'),
);

/** Headers that a cache reads, with values that it does not expect. */
const cacheHeader: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(
    fc.constantFrom('Cache-Control', 'CDN-Cache-Control'),
    fc.constantFrom(...CACHE_CONTROLS),
  ),
  fc.tuple(fc.constantFrom('Cache-Control', 'CDN-Cache-Control', 'Pragma'), rawValue),
  fc.tuple(fc.constant('Cache-Tag'), tagList),
  fc.tuple(fc.constantFrom('Expires', 'Last-Modified', 'Date', 'Age'), fc.constantFrom(...DATES)),
  fc.tuple(fc.constantFrom('ETag', 'Vary', 'Age', 'Via', 'Location', 'Set-Cookie'), rawValue),
  fc.tuple(
    fc.constant('Vary'),
    fc.constantFrom('*', ',*,', 'a, b, c', 'accept-language', '__proto__'),
  ),
  fc.tuple(fc.constantFrom('Connection', 'Trailer', 'TE', 'Upgrade', 'Keep-Alive'), value),
  fc.tuple(fc.constantFrom('Content-Range', 'Content-Encoding', 'Content-Type'), value),
);

/** Headers that a visitor's request may have, with values that nobody expects. */
const visitorHeader: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(
    fc.constant('Range'),
    fc.constantFrom(
      'bytes=0-',
      'bytes=-',
      'bytes=5-1',
      'bytes=0-0,1-1',
      'bytes=-99999999999',
      'x=1',
    ),
  ),
  fc.tuple(fc.constantFrom('Range', 'If-Range', 'If-None-Match', 'If-Modified-Since'), rawValue),
  fc.tuple(
    fc.constantFrom('X-Edge-Pop', 'Via', 'Expect', 'Connection', 'Accept-Language', 'Cookie'),
    fc.oneof(
      value,
      fc.constantFrom('pop-1', '100-continue', 'close', 'upgrade', '1.1 freshtag-edge'),
    ),
  ),
);

function lines(headers: readonly (readonly [string, string])[]): string {
  return headers.map(([name, text]) => `${name}: ${text}\r\n`).join('');
}

/** Lines of a response's head. */
export const responseHeaders: fc.Arbitrary<string> = fc
  .array(cacheHeader, { maxLength: 8 })
  .map(lines);
/** Lines of a request's head. */
export const requestHeaders: fc.Arbitrary<string> = fc
  .array(fc.oneof(visitorHeader, cacheHeader), { maxLength: 6 })
  .map(lines);

/** More of everything than anybody should send. */
export const hugeHeaders: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 1000, max: 300_000 }).map((size) => `X-Long: ${'x'.repeat(size)}\r\n`),
  fc.integer({ min: 100, max: 5000 }).map((count) => 'X-Many: 1\r\n'.repeat(count)),
  fc.integer({ min: 1000, max: 100_000 }).map((size) => `${'N'.repeat(size)}: 1\r\n`),
  fc
    .constantFrom(1000, 3000, 10_000)
    .map(
      (count) => `Cache-Tag: ${Array.from({ length: count }, (_, tag) => `t${tag}`).join(',')}\r\n`,
    ),
  fc
    .constantFrom(100, 1000)
    .map((count) => Array.from({ length: count }, (_, tag) => `Cache-Tag: t${tag}\r\n`).join('')),
);
