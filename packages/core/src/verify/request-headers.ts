import { FreshtagError, invalidOption } from '../errors.ts';
import { isRecord } from '../json.ts';

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What the questions themselves say, and what belongs to the connection. */
const RESERVED = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'keep-alive',
  'range',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Names in lower case.
 * @throws FreshtagError `INVALID_OPTION`, which never shows a value: it may be a secret
 */
export function checkHeaders(headers: unknown): Record<string, string> {
  if (headers === undefined) return {};
  if (!isRecord(headers))
    throw invalidOption('headers', typeof headers, 'an object, like { "Accept-Language": "de" }');
  return Object.fromEntries(Object.entries(headers).map(checkHeader));
}

function checkHeader([name, value]: readonly [string, unknown]): [string, string] {
  const lower = name.toLowerCase();
  if (!NAME.test(name)) throw invalidOption('headers', name, 'the name of a request header');
  if (RESERVED.has(lower))
    throw invalidOption('headers', name, 'another one: verify sets this header itself');
  if (typeof value === 'string' && VALUE.test(value)) return [lower, value];
  throw new FreshtagError(
    'INVALID_OPTION',
    `headers: the value of ${name} is not allowed. Give one line of text.`,
  );
}
