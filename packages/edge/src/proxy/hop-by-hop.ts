import {
  filterHeaders,
  headerOf,
  listItems,
  type HeaderList,
  type HeaderMap,
} from '../http/header-list.ts';

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Without the fields that end at the next hop, those that `Connection` names among them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export function withoutHopByHop(headers: HeaderList): string[] {
  const listed = listItems(headerOf(headers, 'connection'));
  const named = new Set(listed.map((name) => name.toLowerCase()));
  return filterHeaders(headers, (name) => !HOP_BY_HOP.has(name) && !named.has(name));
}

const PLAIN_CONNECTION = /^(?:keep-alive|close|upgrade|,|\s)*$/i;

/** What a visitor's request says to the origin: what `Connection` names is not there for a cache either. */
export function endToEnd(headers: HeaderMap): HeaderMap {
  const connection = String(headers['connection'] ?? '');
  if (PLAIN_CONNECTION.test(connection)) return headers;
  const named = new Set(listItems(connection).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !named.has(name)));
}
