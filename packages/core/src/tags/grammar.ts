import { FreshtagError } from '../errors.ts';
import { isRecord } from '../json.ts';

/** Longest tag that freshtag makes or accepts, in characters (= bytes). Akamai's limit, the lowest in the field that is documented. */
export const MAX_TAG_LENGTH = 128;

const VISIBLE_ASCII_WITHOUT_COMMA = /^[\x21-\x2b\x2d-\x7e]+$/;

/**
 * Whether a string can travel in a `Cache-Tag` header and in a refresh: 1 to 128 visible ASCII
 * characters, no comma, no space. Case counts.
 */
export function isTag(value: string): boolean {
  return value.length <= MAX_TAG_LENGTH && VISIBLE_ASCII_WITHOUT_COMMA.test(value);
}

/**
 * The given tags, each once, in the order of first appearance.
 * @throws FreshtagError `INVALID_TAG` naming the first tag that cannot be sent, and why.
 */
export function parseTags(values: Iterable<string>): string[] {
  if (typeof values === 'string') {
    throw new FreshtagError(
      'INVALID_TAG',
      `Cache tags must be a list, not one string. Give [${JSON.stringify(values.slice(0, 40))}].`,
    );
  }
  if (!isIterable(values)) {
    const advice =
      isRecord(values) && Symbol.asyncIterator in values
        ? ' Gather it first, with Array.fromAsync.'
        : '';
    throw new FreshtagError(
      'INVALID_TAG',
      `Cache tags must be a list, or something else to iterate over, not ${kindOf(values)}.${advice}`,
    );
  }
  const tags = new Set<string>();
  for (const value of values) {
    const problem = tagProblem(value);
    if (problem !== undefined) throw new FreshtagError('INVALID_TAG', problem);
    tags.add(value);
  }
  return [...tags];
}

function isIterable(values: unknown): boolean {
  return isRecord(values) || Array.isArray(values) ? Symbol.iterator in values : false;
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

function tagProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return `A cache tag must be a string, not ${kindOf(value)}.`;
  if (isTag(value)) return undefined;
  const shown = JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === '') return 'A cache tag is empty. Remove it, or give it a name.';
  if (value.length > MAX_TAG_LENGTH) {
    return `The cache tag ${shown} has ${value.length} characters. At most ${MAX_TAG_LENGTH} are allowed; shorten it or use a hash.`;
  }
  return `The cache tag ${shown} cannot be sent: only visible ASCII characters without comma and space are allowed.`;
}
