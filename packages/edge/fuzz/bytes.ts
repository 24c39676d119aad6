import * as fc from 'fast-check';

/** One change to bytes; places are shares of the length. */
type Edit =
  | { readonly edit: 'flip'; readonly at: number; readonly bit: number }
  | { readonly edit: 'insert'; readonly at: number; readonly bytes: Buffer }
  | { readonly edit: 'cut'; readonly at: number; readonly share: number }
  | { readonly edit: 'repeat'; readonly at: number; readonly times: number };

const share = fc.double({ min: 0, max: 0.999, noNaN: true });

/** Short pieces that parsers stumble over. */
const awkward: fc.Arbitrary<Buffer> = fc
  .constantFrom(
    '\r\n',
    '\n',
    '\r',
    '\0',
    '\r\n\r\n',
    ':',
    ' ',
    '\t',
    '\x7f',
    '%00',
    '%0d%0a',
    '\u00e9',
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Host: evil.example\r\n',
    'HTTP/1.1',
    '-1',
    '4294967296',
  )
  .map((text) => Buffer.from(text, 'latin1'));

/** Any bytes, or some that are chosen to hurt. */
export const someBytes: fc.Arbitrary<Buffer> = fc.oneof(
  awkward,
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ edit: fc.constant('flip' as const), at: share, bit: fc.nat(7) }),
  fc.record({ edit: fc.constant('insert' as const), at: share, bytes: someBytes }),
  fc.record({ edit: fc.constant('cut' as const), at: share, share }),
  fc.record({
    edit: fc.constant('repeat' as const),
    at: share,
    times: fc.integer({ min: 2, max: 50 }),
  }),
);

/** A few changes to bytes that made sense before. */
export const edits: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc
  .array(edit, { minLength: 1, maxLength: 3 })
  .map((list) => (bytes) => list.reduce(apply, bytes));

function apply(bytes: Buffer, change: Edit): Buffer {
  const at = Math.floor(change.at * bytes.length);
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(at);
  if (change.edit === 'insert') return Buffer.concat([before, change.bytes, after]);
  if (change.edit === 'cut')
    return Buffer.concat([before, after.subarray(Math.floor(change.share * after.length))]);
  if (change.edit === 'repeat') {
    const piece = after.subarray(0, 64);
    return Buffer.concat([before, ...Array.from({ length: change.times }, () => piece), after]);
  }
  const flipped = Buffer.from(bytes);
  if (bytes.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << change.bit);
  return flipped;
}

/** Text as bytes, so that nothing is encoded on the way. */
export function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Bytes in the given number of pieces. */
export function inPieces(bytes: Buffer, pieces: number): Buffer[] {
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}
