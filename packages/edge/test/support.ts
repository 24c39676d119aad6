import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

import { createDcdnClient, refreshObjectCacheByCacheTag, type DcdnClient } from '@freshtag/core';
import { request } from 'undici';
import { onTestFinished } from 'vitest';

import {
  createManualClock,
  startEdge,
  type Edge,
  type EdgeOptions,
  type ManualClock,
} from '../src/index.ts';

export const DOMAIN = 'www.example.com';
export const CREDENTIALS = { accessKeyId: 'testid', accessKeySecret: 'testsecret' };
export const SHARED = 'public, max-age=0, s-maxage=31536000';

export interface Origin {
  readonly url: string;
  /** Every request that reached it, like `GET /a`. */
  readonly asked: string[];
  readonly received: IncomingMessage[];
}

export async function startOrigin(listener: RequestListener, port = 0): Promise<Origin> {
  const asked: string[] = [];
  const received: IncomingMessage[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    received.push(incoming);
    listener(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, received };
}

/** What an origin answers: the body and its headers, read anew at every request. */
export interface Page {
  body: string;
  status?: number;
  headers?: Record<string, string>;
}

/** Answers every request with the page, tagged `page` unless it says otherwise. */
export function serve(page: Page): RequestListener {
  return (_incoming: IncomingMessage, outgoing: ServerResponse) => {
    outgoing.writeHead(page.status ?? 200, {
      'cache-control': SHARED,
      'cache-tag': 'page',
      ...page.headers,
    });
    outgoing.end(page.body);
  };
}

export interface Bench {
  readonly edge: Edge;
  readonly clock: ManualClock;
  readonly client: DcdnClient;
  readonly visit: (path: string, options?: VisitOptions) => Promise<Answer>;
  /** @returns the id of its task */
  readonly refresh: (tags: readonly string[], force?: boolean) => Promise<string>;
}

export interface VisitOptions {
  readonly pop?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly cache: string;
  readonly headers: Record<string, string | string[] | undefined>;
}

/** An edge with a clock that stands still, in front of an origin. */
export async function startBench(
  origin: string,
  options: Partial<EdgeOptions> = {},
): Promise<Bench> {
  const clock = createManualClock();
  const edge = await startEdge({
    domains: { [DOMAIN]: origin },
    clock,
    // The clock stands still, and with it the second that the rates are counted in.
    maxCallsPerSecond: Infinity,
    ...options,
  });
  onTestFinished(() => edge.close());
  const client = createDcdnClient({
    endpoint: edge.apiUrl,
    credentials: CREDENTIALS,
    clock,
    // The clock stands still, so a wait for the account's rate would never end.
    maxCallsPerSecond: 1000,
  });
  return {
    edge,
    clock,
    client,
    visit: (path, visit = {}) => ask(edge.url, path, visit),
    refresh: async (cacheTags, force = true) => {
      const { taskIds } = await refreshObjectCacheByCacheTag(client, {
        domainName: DOMAIN,
        cacheTags,
        force,
      });
      return taskIds[0] ?? '';
    },
  };
}

/** A bench whose origin always answers `old`. */
export async function startPlainBench(): Promise<Bench> {
  const origin = await startOrigin(serve({ body: 'old' }));
  return startBench(origin.url);
}

export async function ask(url: string, path: string, visit: VisitOptions = {}): Promise<Answer> {
  const { statusCode, headers, body } = await request(url + path, {
    method: visit.method ?? 'GET',
    headers: { ...(visit.pop === undefined ? {} : { 'x-edge-pop': visit.pop }), ...visit.headers },
    body: visit.body ?? null,
  });
  return {
    status: statusCode,
    headers,
    cache: String(headers['x-cache']).split(' ', 1)[0] ?? '',
    body: await body.text(),
  };
}

export function summary({ cache, body }: Answer): string {
  return `${cache} ${body}`;
}

/** One point of presence that is reached at once: what is stored is easy to tell. */
export const ONE_POINT = {
  pointsOfPresence: [{ name: 'pop-1', propagationDelayMs: 0 }],
  secondLayer: false,
} as const;
