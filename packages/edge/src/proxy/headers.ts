type Headers = Record<string, string | string[]>;
type HeadersLike = Readonly<Record<string, string | readonly string[] | undefined>>;

const PRODUCT = 'freshtag-edge';

/** Header by which a visitor chooses a point of presence, and by which it says its name. */
export const POINT_HEADER = 'x-edge-pop';

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
// undici refuses Expect; Node has answered it.
const NOT_FORWARDED = ['host', 'expect', 'http2-settings', POINT_HEADER];
// A visitor does not decide what the edge keeps, nor for how long.
const NOT_FORWARDED_TO_CACHE = ['cache-control', 'pragma', 'content-length'];

/** What the origin is asked with. */
export function requestHeaders(headers: HeadersLike, domain: string, cached: boolean): Headers {
  const dropped = cached ? [...NOT_FORWARDED, ...NOT_FORWARDED_TO_CACHE] : NOT_FORWARDED;
  const kept = without(headers, [...hopByHop(headers), ...dropped]);
  return { ...kept, host: domain, via: withVia(headers) };
}

/** What the visitor gets: the answer's own headers, and where it was found. */
export function responseHeaders(
  headers: HeadersLike,
  found: { readonly point: string; readonly hit: boolean },
): Headers {
  return {
    ...without(headers, hopByHop(headers)),
    via: withVia(headers),
    'x-cache': found.hit ? 'HIT' : 'MISS',
    [POINT_HEADER]: found.point,
  };
}

/** Whether a request has been here before: the origin is the edge itself. */
export function isLoop(headers: HeadersLike): boolean {
  return String(headers['via'] ?? '').includes(PRODUCT);
}

function hopByHop(headers: HeadersLike): string[] {
  const named = String(headers['connection'] ?? '')
    .toLowerCase()
    .split(',');
  return [...HOP_BY_HOP, ...named.map((name) => name.trim())];
}

function without(headers: HeadersLike, names: readonly string[]): Headers {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || names.includes(name)
      ? []
      : [[name, typeof value === 'string' ? value : [...value]] as const],
  );
  return Object.fromEntries(kept);
}

function withVia(headers: HeadersLike): string {
  return [headers['via'] ?? [], `1.1 ${PRODUCT}`].flat().join(', ');
}
