import { toPrintable } from '../printable.ts';
import { readCacheTag } from '../tags/header.ts';
import type { SeenAnswer } from './outcome.ts';

/** What was read of a body. */
export interface BodyDigest {
  /** As in manifests: 128 bits of SHA-256 as base64url, and the names of normalisers that took part. */
  readonly digest: string;
  /** Bytes read, decoded. */
  readonly bytes: number;
  /** There was more. */
  readonly truncated: boolean;
}

/** What came from one address. */
export interface Answer {
  /** When it had come whole. */
  readonly atMs: number;
  readonly status: number;
  /** Names in lower case; lines of one name joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined` if only the head was asked for. */
  readonly body: BodyDigest | undefined;
}

/** Nothing came, or not all of it. */
export interface NoAnswer {
  readonly atMs: number;
  /** Why; printable. */
  readonly failure: string;
}

export function isAnswer(seen: Answer | NoAnswer): seen is Answer {
  return 'status' in seen;
}

/** Statuses that say nothing of the page: whoever answers is broken, or does not want to be asked by us. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 407, 408, 421, 425, 429]);

export function isRefusal({ status }: Answer): boolean {
  return status >= 500 || REFUSALS.has(status);
}

export function isRedirect({ status, headers }: Answer): boolean {
  return status >= 300 && status < 400 && headers['location'] !== undefined;
}

/** Media type without its parameters, which edges add; empty if there is none. */
export function typeOf({ headers }: Answer): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** An `ETag` that promises the same bytes; a weak one does not. */
export function strongEtag({ headers }: Answer): string | undefined {
  const etag = headers['etag'];
  return etag !== undefined && /^"[^"]+"$/.test(etag) ? etag : undefined;
}

/** Tags of the origin that the edge's copy lacks. */
export function missingTags(atEdge: Answer, atOrigin: Answer): string[] {
  const held = new Set(readCacheTag(atEdge.headers['cache-tag']));
  return readCacheTag(atOrigin.headers['cache-tag']).filter((tag) => !held.has(tag));
}

/** The directive by which an answer may not be stored, if any. */
export function uncacheableBy({ headers }: Answer): string | undefined {
  return /\b(?:no-store|no-cache|private)\b/i.exec(headers['cache-control'] ?? '')?.[0];
}

/**
 * Whether the edge answered from a stored copy; `undefined` if it does not say. DCDN's `X-Cache` begins
 * with `HIT` or `MISS`; other networks write `Hit from …`, or a list of their caches.
 */
export function isHit({ headers }: Answer): boolean | undefined {
  const said = headers['x-cache'];
  if (said !== undefined && /\b(?:hit|miss)\b/i.test(said)) return /\bhit\b/i.test(said);
  return Number(headers['age']) > 0 ? true : undefined;
}

const SHOWN = [
  'age',
  'cache-control',
  'cache-status',
  'cache-tag',
  'content-encoding',
  'content-type',
  'etag',
  'last-modified',
  'location',
  'x-cache',
];
const LONGEST_SHOWN = 1000;

/** An answer as it is told: nothing in it does anything to a terminal. */
export function showAnswer({ status, headers, body }: Answer): SeenAnswer {
  const shown = SHOWN.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, toPrintable(value, LONGEST_SHOWN)] as const];
  });
  return {
    status,
    bytes: body?.bytes ?? null,
    digest: body === undefined || body.truncated ? null : body.digest,
    headers: Object.fromEntries(shown),
  };
}
