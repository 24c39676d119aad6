/** Bytes of a body, both ends included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const RANGE = /^bytes=(\d*)-(\d*)$/i;

/**
 * Reads `Range`. Several ranges, other units and broken values are ignored, as RFC 9110, section 14.2
 * allows: the whole body is the answer.
 *
 * @returns `unsatisfiable` if no byte of the body is asked for
 */
export function parseRange(
  value: string | undefined,
  lengthBytes: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = RANGE.exec(value?.trim() ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const end = lengthBytes - 1;
  if (from === '') {
    const count = Math.min(Number(to), lengthBytes);
    return count === 0 ? 'unsatisfiable' : { first: lengthBytes - count, last: end };
  }
  const first = Number(from);
  const last = to === '' ? end : Math.min(Number(to), end);
  if (to !== '' && Number(to) < first) return undefined;
  return first > end ? 'unsatisfiable' : { first, last };
}
