import type { StaleCopy } from '../cache/exchange.ts';
import { filterHeaders, headerOf, toHeaderList, type HeaderMap } from '../http/header-list.ts';
import { withoutHopByHop } from './hop-by-hop.ts';

const PRODUCT = 'freshtag-edge';

/** Header by which a visitor chooses a point of presence, and by which it says its name. */
export const POINT_HEADER = 'x-edge-pop';

// undici refuses Expect; Node has answered it.
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  'host',
  'expect',
  'http2-settings',
  'via',
  POINT_HEADER,
]);
// The edge answers conditions and ranges from whole responses, and a visitor does not decide what it
// keeps, nor for how long.
const NOT_FORWARDED_BY_CACHES: ReadonlySet<string> = new Set([
  'cache-control',
  'content-length',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'pragma',
  'range',
]);

/** What the origin is asked with, as undici takes it. */
export function originHeaders(
  request: { readonly domain: string; readonly method: string; readonly headers: HeaderMap },
  stale?: StaleCopy,
): string[] {
  const { domain, method, headers } = request;
  const cacheable = method === 'GET' || method === 'HEAD';
  const kept = filterHeaders(
    withoutHopByHop(toHeaderList(headers)),
    (name) => !NOT_FORWARDED.has(name) && !(cacheable && NOT_FORWARDED_BY_CACHES.has(name)),
  );
  return [...kept, ...conditions(stale), 'host', domain, 'via', withVia(headers['via'])];
}

/** Whether a request has been here before: the origin is the edge itself. */
export function isLoop(headers: HeaderMap): boolean {
  return String(headers['via'] ?? '').includes(PRODUCT);
}

/** `Via` with this edge at its end. */
export function withVia(via: HeaderMap[string]): string {
  return [via ?? [], `1.1 ${PRODUCT}`].flat().join(', ');
}

/** The cloud goes by `Last-Modified` after a refresh without force; `ETag` in its place is a guess. */
function conditions(stale: StaleCopy | undefined): string[] {
  if (stale === undefined) return [];
  const modified = headerOf(stale.headers, 'last-modified');
  const etag = headerOf(stale.headers, 'etag');
  const asksEtag = etag !== undefined && !(stale.byRefresh && modified !== undefined);
  return [
    ...(modified === undefined ? [] : ['if-modified-since', modified]),
    ...(asksEtag ? ['if-none-match', etag] : []),
  ];
}
