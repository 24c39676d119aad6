import type { Readable } from 'node:stream';

import type { Clock } from '@freshtag/core';
import type { Dispatcher, Pool } from 'undici';

import type { Body } from '../cache/body.ts';
import { OriginError, type Answer, type EdgeRequest } from '../cache/exchange.ts';
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
   * @param body of a request that has one
   * @throws OriginError
   */
  readonly fetch: (request: EdgeRequest, body?: Readable) => Promise<Answer>;
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
  return {
    fetch: async (request, body) => {
      try {
        return await fetchFrom(await poolOf(request.domain), { ...options, request, body });
      } catch (error) {
        throw error instanceof OriginError ? error : asOriginError(error, request.domain);
      }
    },
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
}

async function fetchFrom(pool: Pool, fetching: Fetching): Promise<Answer> {
  const { request, body, clock, faults } = fetching;
  const { domain, method, path, signal } = request;
  const fault = faults.takeForFetch({ domain, path });
  if (fault?.kind === 'origin-down')
    throw new OriginError(502, `The origin of ${domain} does not answer: origin-down.`);
  const askedAtMs = Date.now();
  const received = await pool.request({
    method,
    path,
    headers: originHeaders(request, request.stale),
    body: body ?? null,
    signal,
  });
  if (fault?.kind === 'slow-fill') await clock.sleep(fault.delayMs, signal);
  return answerOf(received, fetching, askedAtMs);
}

function answerOf(
  { statusCode, headers: received, body }: Dispatcher.ResponseData,
  { request, clock, statusTtlSeconds }: Fetching,
  askedAtMs: number,
): Answer {
  const answeredAtMs = Date.now();
  const headers = withDate(withoutHopByHop(toHeaderList(received)), answeredAtMs);
  const { stale } = request;
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

function asOriginError(error: unknown, domain: string): OriginError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const late = /TIMEOUT/.test(code);
  const reason = code === '' ? '' : `: ${code}`;
  return new OriginError(late ? 504 : 502, `The origin of ${domain} does not answer${reason}.`, {
    cause: error,
  });
}
