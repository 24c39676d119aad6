import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Clock } from '@freshtag/core';

import { OriginError, type Answer } from '../cache/exchange.ts';
import type { EventLog, RequestEvent } from '../events.ts';
import { admit, type AdmissionOptions, type Admitted, type Refused } from './admit.ts';
import { deliver } from './deliver.ts';
import { endToEnd } from './hop-by-hop.ts';
import { http } from '../node-http.ts';

export interface ProxyOptions extends AdmissionOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<EventLog, 'add'>;
}

const HEADERS_TIMEOUT_MS = 30_000;
// Longer than the origin may take to answer.
const IDLE_TIMEOUT_MS = 120_000;

/** The visitors' side: a reverse proxy for its domains, through the caches. */
export function createProxyServer(options: ProxyOptions): Server {
  const server = http().createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS },
    (request, response) => {
      const admitted = admit(request, options);
      if ('status' in admitted) refuse(request, response, admitted, options);
      else void serve(request, response, admitted, options);
    },
  );
  server.setTimeout(IDLE_TIMEOUT_MS);
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

type Report = (status: number, result: RequestEvent['result'], detail?: string) => void;

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { site: { domain }, point }: Admitted,
  options: ProxyOptions,
): Promise<void> {
  const { method = 'GET', url: path = '/' } = request;
  const headers = endToEnd(request.headers);
  const report = reporter({ point: point.name, domain, method, path }, options);
  const isRead = method === 'GET' || method === 'HEAD';
  const lookup = { domain, method, path, headers };
  try {
    const answer =
      (isRead ? point.lookup(lookup) : undefined) ??
      (await askBehind(request, response, (signal) =>
        isRead
          ? point.fetch({ ...lookup, signal })
          : options.network.bypass({ ...lookup, signal }, bodyOf(request)),
      ));
    const delivery = { point: point.name, nowMs: options.clock.now() };
    report(await deliver(request, response, answer, delivery), resultOf(answer));
  } catch (error) {
    const status = error instanceof OriginError ? error.status : 502;
    const text = error instanceof Error ? error.message : String(error);
    if (response.headersSent || response.destroyed) response.destroy();
    else answerPlainly(response, { status, text });
    report(status, isRead ? 'MISS' : 'PASS', text);
  }
}

/** Gives up when the visitor leaves. */
async function askBehind(
  { socket }: IncomingMessage,
  response: ServerResponse,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  if (socket.destroyed) leave();
  response.once('close', leave);
  try {
    return await ask(gone.signal);
  } finally {
    // Passed on without a cache, the body still is the visitor's own: it ends with the connection.
    if (gone.signal.aborted) response.off('close', leave);
  }
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refused: Refused,
  options: ProxyOptions,
): void {
  const { method = 'GET', url: path = '/', headers } = request;
  const report = reporter({ point: '', domain: headers.host ?? '', method, path }, options);
  answerPlainly(response, refused);
  report(refused.status, 'REFUSED', refused.text);
}

function reporter(
  what: Pick<RequestEvent, 'point' | 'domain' | 'method' | 'path'>,
  { clock, log }: ProxyOptions,
): Report {
  const startedMs = performance.now();
  return (status, result, detail) =>
    log.add({
      at: clock.now(),
      type: 'request',
      ...what,
      status,
      result,
      ...(detail === undefined ? {} : { detail }),
      durationMs: performance.now() - startedMs,
    });
}

function resultOf({ steps }: Answer): RequestEvent['result'] {
  const outcome = steps.at(-1)?.outcome;
  if (outcome === 'bypass') return 'PASS';
  return outcome === 'hit' ? 'HIT' : 'MISS';
}

function bodyOf(request: IncomingMessage): IncomingMessage | undefined {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return length === undefined && encoding === undefined ? undefined : request;
}

function answerPlainly(response: ServerResponse, { status, text }: Refused): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${text}\n`);
}
