import { filterHeaders, headerOf, listItems, type HeaderList } from '../http/header-list.ts';

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
