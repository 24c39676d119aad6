import type { Readable } from 'node:stream';

import type { Clock } from '@freshtag/core';
import type { Dispatcher, Pool } from 'undici';

import type { Body } from '../cache/body.ts';
import {
  OriginError,
  type Answer,
  type EdgeRequest,
  type StaleCopy,
  type Upstream,
} from '../cache/exchange.ts';
import type { FaultQueue } from '../faults/fault-queue.ts';
import { filterHeaders, headerOf, toHeaderList, type HeaderList } from '../http/header-list.ts';
import { freshenHeaders } from '../http/not-modified.ts';
import { readPolicy, type Exchange, type StatusTtlSeconds } from '../http/policy.ts';
import type { Site } from '../sites.ts';
import { sameText } from './same-text.ts';
import { withoutHopByHop } from './hop-by-hop.ts';
import { originHeaders } from './origin-headers.ts';

export interface OriginOptions {
  readonly sites: readonly Site[];
  readonly clock: Clock;
  readonly statusTtlSeconds: StatusTtlSeconds;
  readonly faults: Pick<FaultQueue, 'takeForFetch'>;
}

/** What is behind the last cache. */
export interface Origins {
  /**
   * Asks the origin of the request's domain.
   *
   * @throws OriginError
   */
  readonly fetch: Upstream;
  /** The same for a request that nothing is stored of. */
  readonly pass: (request: EdgeRequest, body: Readable | undefined) => Promise<Answer>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5000;
const ANSWER_TIMEOUT_MS = 60_000;

export function createOrigins(options: OriginOptions): Origins {
  const pools = new Map<string, Promise<Pool>>();
  const poolOf = (domain: string): Promise<Pool> => {
    const origin = options.sites.find((site) => site.domain === domain)?.origin ?? '';
    const pool = pools.get(origin) ?? connectTo(origin);
    pools.set(origin, pool);
    return pool;
  };
  const ask = async (
    request: EdgeRequest,
    more: Pick<Fetching, 'body' | 'stale'>,
  ): Promise<Answer> => {
    try {
      const pool = await poolOf(request.domain);
      return await fetchFrom(pool, { ...options, ...more, request });
    } catch (error) {
      throw error instanceof OriginError ? error : asOriginError(error, request.domain);
    }
  };
  return {
    fetch: (request, stale) => ask(request, { stale, body: undefined }),
    pass: (request, body) => ask(request, { stale: undefined, body }),
    close: async () => {
      await Promise.all([...pools.values()].map(async (pool) => (await pool).destroy()));
    },
  };
}

/** Loads undici with the first request: most of the time that a start would take. */
async function connectTo(origin: string): Promise<Pool> {
  const { Pool: PoolClass } = await import('undici');
  return new PoolClass(origin, {
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
}

interface Fetching extends OriginOptions {
  readonly request: EdgeRequest;
  readonly body: Readable | undefined;
  readonly stale: StaleCopy | undefined;
}

async function fetchFrom(pool: Pool, fetching: Fetching): Promise<Answer> {
  const { request, body, stale, clock, faults } = fetching;
  const { domain, method, path, signal } = request;
  const fault = faults.takeForFetch({ domain, path });
  if (fault?.kind === 'origin-down')
    throw new OriginError(502, `The origin of ${domain} does not answer: origin-down.`);
  const askedAtMs = Date.now();
  const asking = {
    method,
    path,
    headers: originHeaders(request, stale),
    body: body ?? null,
    signal,
  };
  const received = await pool.request(asking).catch((error: unknown) => {
    if (!isRestedConnection(error, method)) throw error;
    return pool.request(asking);
  });
  if (fault?.kind === 'slow-fill') await clock.sleep(fault.delayMs, signal);
  return answerOf(received, fetching, askedAtMs);
}

function answerOf(
  { statusCode, headers: received, body }: Dispatcher.ResponseData,
  { request, stale, clock, statusTtlSeconds }: Fetching,
  askedAtMs: number,
): Answer {
  const answeredAtMs = Date.now();
  const headers = withDate(withoutHopByHop(toHeaderList(received)), answeredAtMs);
  const notModified = statusCode === 304 && stale !== undefined;
  const exchange: Exchange = {
    status: notModified ? stale.status : statusCode,
    headers: notModified ? freshenHeaders(stale.headers, headers) : headers,
    authorized: request.headers['authorization'] !== undefined,
    askedAtMs,
    answeredAtMs,
  };
  const policy = readPolicy(exchange, statusTtlSeconds);
  return {
    status: exchange.status,
    headers: filterHeaders(exchange.headers, (name) => name !== 'age').map(sameText),
    body: bodyOnItsWay(body, request.method, headers),
    policy,
    ageMs: policy.ageMs,
    fetchedAtMs: clock.now(),
    ...(notModified ? { notModified } : {}),
    steps: [],
  };
}

function bodyOnItsWay(
  body: Dispatcher.ResponseData['body'],
  method: string,
  headers: HeaderList,
): Body {
  const length = headerOf(headers, 'content-length');
  const known = length !== undefined && method !== 'HEAD';
  // Destroyed before its end, it reports that as an error; nobody is left to hear it.
  const cancel = (): void => void body.on('error', () => {}).destroy();
  return {
    lengthBytes: known ? Number(length) : undefined,
    read: () => body,
    cancel,
    leave: cancel,
  };
}

/** A response without a date is given one when it arrives: RFC 9110, section 6.6.1. */
function withDate(headers: HeaderList, answeredAtMs: number): HeaderList {
  if (headerOf(headers, 'date') !== undefined) return headers;
  return [...headers, 'date', new Date(answeredAtMs).toUTCString()];
}

/**
 * The origin closed a connection that had rested, just as it was used again. It has not read the
 * request, and one that only reads may be repeated anyway.
 */
function isRestedConnection(error: unknown, method: string): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (!(error instanceof Error) || !('socket' in error)) return false;
  const { socket } = error;
  return (
    typeof socket === 'object' &&
    socket !== null &&
    'bytesRead' in socket &&
    Number(socket.bytesRead) > 0
  );
}

function asOriginError(error: unknown, domain: string): OriginError {
  const named = error instanceof Error && 'code' in error ? error.code : undefined;
  const code = typeof named === 'string' ? named : undefined;
  const isLate = code?.includes('TIMEOUT') === true;
  const reason = code ?? (error instanceof Error ? error.message : 'unknown reason');
  const message = `The origin of ${domain} does not answer: ${reason}.`;
  return new OriginError(isLate ? 504 : 502, message, { cause: error });
}
