import * as fc from 'fast-check';

import { edits, inPieces, latin1, someBytes } from './bytes.ts';
import type { OriginPlan } from './fuzz-case.ts';
import { hugeHeaders, responseHeaders } from './header-arbitraries.ts';

const STATUS_LINES = [
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200 OK',
  'HTTP/1.1 404 Not Found',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 206 Partial Content',
  'HTTP/1.1 301 Moved',
  'HTTP/1.1 304 Not Modified',
  'HTTP/1.1 500 Oh',
  'HTTP/1.1 999 What',
  'HTTP/1.1 000 Zero',
  'HTTP/1.1 101 Switching Protocols',
  'HTTP/1.0 200 OK',
  'HTTP/2 200',
  'ICY 200 OK',
];
const CHUNKS = [
  '5\r\nhello\r\n0\r\n\r\n',
  '5\r\nhello\r\n',
  '5\r\nhel',
  'zz\r\nhello\r\n0\r\n\r\n',
  '-5\r\nhello\r\n0\r\n\r\n',
  'ffffffffffffffff\r\nhello',
  '5;a="\r\n"\r\nhello\r\n0\r\n\r\n',
  '5\r\nhello0\r\n\r\n',
  '0\r\nCache-Tag: late\r\nX: y\r\n\r\n',
  '000000000000000000000000000005\r\nhello\r\n0\r\n\r\n',
] as const;

const statusLine = fc.constantFrom(...STATUS_LINES);
const interim = fc.constantFrom(
  '',
  '',
  '',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(20),
);
const ending = fc.constantFrom<OriginPlan['ending']>('close', 'keep-alive', 'reset', 'hold');

/** A whole answer whose length is right, too small, too large, or nonsense. */
const sized: fc.Arbitrary<string> = fc
  .record({
    status: statusLine,
    headers: responseHeaders,
    body: fc.string({ maxLength: 4000 }),
    off: fc.constantFrom('right', 'right', 'right', 'small', 'large', 'nonsense', 'twice'),
  })
  .map(({ status, headers, body, off }) => {
    const length = Buffer.byteLength(body, 'latin1');
    const told = {
      right: `Content-Length: ${length}\r\n`,
      small: `Content-Length: ${Math.floor(length / 2)}\r\n`,
      large: `Content-Length: ${length + 1000}\r\n`,
      nonsense: 'Content-Length: 0x10, -3\r\n',
      twice: `Content-Length: ${length}\r\nContent-Length: 3\r\n`,
    }[off];
    return `${status}\r\n${told}${headers}\r\n${body}`;
  });

const chunked: fc.Arbitrary<string> = fc
  .record({
    status: statusLine,
    headers: responseHeaders,
    chunks: fc.constantFrom(...CHUNKS),
    more: fc.constantFrom('', '', 'Content-Length: 3\r\n', 'Transfer-Encoding: gzip\r\n'),
  })
  .map(
    ({ status, headers, chunks, more }) =>
      `${status}\r\nTransfer-Encoding: chunked\r\n${more}${headers}\r\n${chunks}`,
  );

const huge: fc.Arbitrary<string> = fc
  .tuple(statusLine, hugeHeaders)
  .map(
    ([status, headers]) =>
      `${status}\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n${headers}\r\nok`,
  );

/** An answer that a server could send, a strange one, or one with pieces changed. */
const answers: fc.Arbitrary<Buffer> = fc
  .tuple(interim, fc.oneof(sized, sized, chunked, huge))
  .map((parts) => latin1(parts.join('')));

const whole: fc.Arbitrary<OriginPlan> = fc
  .record({ answer: answers, pieces: fc.integer({ min: 1, max: 5 }), ending })
  .map(({ answer, pieces, ...rest }) => ({ writes: inPieces(answer, pieces), ...rest }));
const broken: fc.Arbitrary<OriginPlan> = fc
  .record({ answer: answers, change: edits, ending })
  .map(({ answer, change, ending: end }) => ({ writes: [change(answer)], ending: end }));
const garbage: fc.Arbitrary<OriginPlan> = fc.record({
  writes: fc.array(someBytes, { maxLength: 10 }),
  ending,
});
const endless: fc.Arbitrary<OriginPlan> = fc
  .constantFrom(
    ['HTTP/1.1 200 OK\r\n', 'X-Endless: header\r\n'.repeat(50)],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', `400\r\n${'x'.repeat(1024)}\r\n`],
    ['', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(50)],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0;', 'x'.repeat(1000)],
  )
  .map((writes) => ({ writes: writes.map(latin1), ending: 'endless' }));

/** What an origin can do to an edge. */
export const originPlan: fc.Arbitrary<OriginPlan> = fc.oneof(
  { weight: 6, arbitrary: whole },
  { weight: 3, arbitrary: broken },
  { weight: 1, arbitrary: garbage },
  { weight: 1, arbitrary: endless },
);
