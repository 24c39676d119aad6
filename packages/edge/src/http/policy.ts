import { readCacheTag } from '@freshtag/core';

import { initialAgeMs, parseDate, type ExchangeTimes } from './age.ts';
import { parseCacheControl, secondsOf, type Directives } from './cache-control.ts';
import { headerOf, type HeaderList } from './header-list.ts';
import { parseTargeted } from './targeted.ts';
import { varyNames } from './vary.ts';

/** What a shared cache may do with a response. */
export interface Policy {
  readonly storable: boolean;
  /** Whole seconds from its making until it is stale. Above 0 if it is storable. */
  readonly lifetimeSeconds: number;
  /** How old it was when it arrived. */
  readonly ageMs: number;
  /** Request headers that choose the variant: lower case, sorted. */
  readonly vary: readonly string[];
  readonly tags: readonly string[];
}

export interface Exchange extends ExchangeTimes {
  readonly status: number;
  readonly headers: HeaderList;
  /** Whether the request named a user by `Authorization`. */
  readonly authorized: boolean;
}

/** Seconds that a response of this status is kept, whatever the origin says of it. */
export type StatusTtlSeconds = Readonly<Record<number, number>>;

// https://www.alibabacloud.com/help/en/edge-security-acceleration/dcdn/user-guide/create-a-cache-rule-for-http-status-codes
const NEVER_STORED: ReadonlySet<number> = new Set([206, 303, 304, 401, 407, 600, 601]);
const ABNORMAL: ReadonlySet<number> = new Set([
  204, 301, 305, 404, 405, 414, 424, 429, 500, 501, 502, 503, 504,
]);
const ABNORMAL_TTL_SECONDS = 1;
// https://www.alibabacloud.com/help/doc-detail/40080.htm
const HEURISTIC = { share: 0.1, minSeconds: 10, maxSeconds: 3600, etagSeconds: 10 } as const;
const UNDERSTOOD: ReadonlySet<number> = new Set([
  200, 203, 204, 300, 301, 302, 307, 308, 400, 403, 404, 405, 410, 414, 421, 422, 429, 451, 500,
  501, 502, 503, 504,
]);

/**
 * Decides as the cloud documents it, and as RFC 9111 does where the cloud says nothing.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3
 */
export function readPolicy(exchange: Exchange, statusTtlSeconds: StatusTtlSeconds = {}): Policy {
  const { headers } = exchange;
  const vary = varyNames(headerOf(headers, 'vary'));
  const lifetimeSeconds = vary.includes('*')
    ? 0
    : Math.floor(lifetimeOf(exchange, statusTtlSeconds));
  const ageMs = initialAgeMs(headers, exchange);
  return {
    // A response of unknown age is never fresh.
    storable: lifetimeSeconds > 0 && Number.isFinite(ageMs),
    lifetimeSeconds,
    ageMs,
    vary,
    tags: readCacheTag(headerOf(headers, 'cache-tag')),
  };
}

/** Seconds; 0 for what must not be stored. */
function lifetimeOf(exchange: Exchange, statusTtlSeconds: StatusTtlSeconds): number {
  const { status, headers } = exchange;
  if (status < 200 || NEVER_STORED.has(status)) return 0;
  const abnormal = ABNORMAL.has(status);
  if (abnormal && headerOf(headers, 'set-cookie') !== undefined) return 0;
  const configured = statusTtlSeconds[status];
  if (configured !== undefined && !exchange.authorized) return configured;
  const targeted = parseTargeted(headerOf(headers, 'cdn-cache-control'));
  const directives = targeted ?? parseCacheControl(headerOf(headers, 'cache-control'));
  if (isForbidden(directives, exchange)) return 0;
  const explicit =
    secondsOf(directives, 's-maxage') ??
    secondsOf(directives, 'max-age') ??
    (targeted === undefined ? expiresSeconds(exchange) : undefined);
  if (explicit !== undefined) return explicit;
  if (/\bno-cache\b/i.test(headerOf(headers, 'pragma') ?? '')) return 0;
  return abnormal ? ABNORMAL_TTL_SECONDS : heuristicSeconds(exchange);
}

function isForbidden(directives: Directives, { status, authorized }: Exchange): boolean {
  if (['no-store', 'private', 'no-cache'].some((name) => directives.has(name))) return true;
  if (directives.has('must-understand') && !UNDERSTOOD.has(status)) return true;
  const shared = ['public', 's-maxage', 'must-revalidate'].some((name) => directives.has(name));
  return authorized && !shared;
}

function expiresSeconds({ headers, answeredAtMs }: Exchange): number | undefined {
  const expires = headerOf(headers, 'expires');
  if (expires === undefined) return undefined;
  const dateMs = parseDate(headerOf(headers, 'date')) ?? answeredAtMs;
  return Math.max(0, ((parseDate(expires) ?? 0) - dateMs) / 1000);
}

/** What the cloud does with a response that says nothing of its freshness. */
function heuristicSeconds({ status, headers, answeredAtMs }: Exchange): number {
  if (status !== 200 && status !== 203) return 0;
  const modifiedMs = parseDate(headerOf(headers, 'last-modified'));
  const { share, minSeconds, maxSeconds, etagSeconds } = HEURISTIC;
  if (modifiedMs === undefined) return headerOf(headers, 'etag') === undefined ? 0 : etagSeconds;
  const seconds = ((answeredAtMs - modifiedMs) / 1000) * share;
  return Math.min(maxSeconds, Math.max(minSeconds, seconds));
}
