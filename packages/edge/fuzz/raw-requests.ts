import * as fc from 'fast-check';

import { edits, inPieces, latin1, someBytes } from './bytes.ts';
import type { Ending, FuzzCase, MakeCase, Place } from './fuzz-case.ts';
import { hugeHeaders, requestHeaders } from './header-arbitraries.ts';
import { originPlan } from './origin-plans.ts';

type Text = (place: Place) => string;

const METHODS = ['GET', 'HEAD', 'POST', 'PURGE', 'OPTIONS', 'TRACE', 'CONNECT', 'G\0T', 'get', ''];
const TARGETS = [
  '/',
  '*',
  '//',
  '/../../etc/passwd',
  '/%',
  '/%00%0d%0aX: 1',
  '/a b',
  '/\u00e9',
  '/#x',
  'http://evil.example/',
  'http://www.example.com/a',
  'evil.example:80',
  '',
  '?',
];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/0.9',
  'HTTP/2.0',
  'HTTP/9.9',
  'HTP/1.1',
  '',
];
const FRAMINGS = [
  '',
  'Content-Length: 5\r\n\r\nhello',
  'Content-Length: 5\r\n\r\nhi',
  'Content-Length: -1\r\n\r\nhello',
  'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!',
  'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n',
  'Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello',
  'Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'Transfer-Encoding: chunked, identity\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello',
  'Expect: the-unexpected\r\nContent-Length: 5\r\n\r\nhello',
  'Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'Trailer: X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n',
] as const;
const ODD_LINES = [
  'no colon\r\n',
  ': no name\r\n',
  'Space : before\r\n',
  ' folded: line\r\n',
  'A: b\r\n  continued\r\n',
  'Bare: linefeed\n',
  'Nul: \0\r\n',
  'Host: www.example.com\r\nHost: shop.example.com\r\n',
  'Host:\r\n',
  '\r\n',
];
const ENDINGS: readonly Ending[] = ['wait', 'wait', 'wait', 'half-close', 'reset', 'slow'];

const ending = fc.constantFrom(...ENDINGS);
const port = fc.constantFrom<FuzzCase['port']>('visitors', 'visitors', 'api');

function hostOf(place: Place, at: FuzzCase['port']): string {
  return at === 'visitors' ? place.domain : place.apiHost;
}

/** A request that is right but for its headers, to a path whose answer the origin's plan decides. */
const fair: fc.Arbitrary<Text> = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'DELETE'),
    headers: fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: requestHeaders },
    ),
  })
  .map(({ method, headers }) => ({ domain, path }: Place) => {
    const body = method === 'POST' ? 'Content-Length: 2\r\n\r\nhi' : '\r\n';
    return `${method} ${path} HTTP/1.1\r\nHost: ${domain}\r\n${headers}${body}`;
  });

/** Visitors in front of an origin that misbehaves. */
export const behindHostileOrigin: fc.Arbitrary<MakeCase> = fc
  .record({
    requests: fc.array(fair, { minLength: 1, maxLength: 3 }),
    plan: originPlan,
    ending,
  })
  .map(({ requests, plan, ending: end }) => (place) => ({
    kind: 'hostile origin',
    port: 'visitors',
    writes: requests.map((text) => latin1(text(place))),
    ending: end,
    plan,
  }));

/** Requests put together from pieces that are wrong. */
export const malformed: fc.Arbitrary<MakeCase> = fc
  .record({
    port,
    method: fc.oneof(fc.constantFrom(...METHODS), fc.string({ maxLength: 30 })),
    target: fc.oneof(
      fc.constantFrom(...TARGETS),
      fc.string({ maxLength: 60 }).map((text) => `/${text}`),
      fc.integer({ min: 1000, max: 100_000 }).map((size) => `/${'a'.repeat(size)}`),
    ),
    version: fc.constantFrom(...VERSIONS),
    odd: fc.oneof(fc.constantFrom('', ...ODD_LINES), hugeHeaders, requestHeaders),
    framing: fc.constantFrom(...FRAMINGS),
    hasHost: fc.boolean(),
    pieces: fc.integer({ min: 1, max: 8 }),
    ending,
  })
  .map(({ port: at, pieces, ending: end, ...parts }) => (place) => {
    const { method, target, version, odd, framing, hasHost } = parts;
    const host = hasHost ? `Host: ${hostOf(place, at)}\r\n` : '';
    const head = `${method} ${target} ${version}\r\n${host}${odd}`;
    const bytes = latin1(`${head}${framing === '' ? '\r\n' : framing}`);
    return { kind: 'malformed', port: at, writes: inPieces(bytes, pieces), ending: end };
  });

/** Requests that were right before a few of their bytes changed, one behind the other. */
export const mutated: fc.Arbitrary<MakeCase> = fc
  .record({
    port,
    headers: fc.array(fc.oneof(fc.constant(''), requestHeaders), { minLength: 1, maxLength: 10 }),
    change: edits,
    ending,
  })
  .map(({ port: at, headers, change, ending: end }) => (place) => {
    const one = (lines: string): string =>
      `GET ${place.path} HTTP/1.1\r\nHost: ${hostOf(place, at)}\r\n${lines}\r\n`;
    const bytes = change(latin1(headers.map(one).join('')));
    return { kind: 'mutated', port: at, writes: [bytes], ending: end };
  });

/** No HTTP at all. */
export const noise: fc.Arbitrary<MakeCase> = fc
  .record({ port, writes: fc.array(someBytes, { minLength: 1, maxLength: 6 }), ending })
  .map((rest) => () => ({ kind: 'noise', ...rest }));
