import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Network, Point } from './network.ts';
import { isLoop, POINT_HEADER, requestHeaders, responseHeaders } from './headers.ts';

export interface ProxyOptions {
  readonly domain: string;
  /** Address that the server listens on. */
  readonly host: string;
  readonly network: Network;
}

interface Plain {
  readonly status: number;
  readonly text: string;
}

/** The visitors' side: a reverse proxy for one domain, through the caches. */
export function createProxyServer(options: ProxyOptions): Server {
  const server = createServer((request, response) => {
    const target = admit(request, options);
    if ('status' in target) answerPlainly(response, target);
    else void forward(request, response, target, options);
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

/** The point of presence that serves a request, or why it is refused. Never an open proxy. */
function admit(request: IncomingMessage, { domain, host, network }: ProxyOptions): Point | Plain {
  if (request.url?.startsWith('/') !== true) {
    return { status: 400, text: 'Ask for a path, like GET /: this is not a forward proxy.' };
  }
  const asked = hostName(request.headers.host ?? '');
  if (![domain, host, 'localhost', '127.0.0.1', '::1'].includes(asked)) {
    return {
      status: 421,
      text: `This edge serves ${domain} only. Send that as Host, or ask for the edge's own address.`,
    };
  }
  if (isLoop(request.headers)) {
    return {
      status: 508,
      text: 'The request has passed this edge before. Set its origin to the server behind it.',
    };
  }
  const name = request.headers[POINT_HEADER]?.toString();
  return (
    network.find(name) ?? {
      status: 400,
      text: `There is no point of presence of the name in ${POINT_HEADER}.`,
    }
  );
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  point: Point,
  { domain, network }: ProxyOptions,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const method = request.method ?? 'GET';
  const cached = method === 'GET';
  let hit = cached;
  const route = cached ? point.route(() => (hit = false)) : network.direct;
  try {
    const answer = await route.request({
      origin: network.origin,
      path: request.url ?? '/',
      method,
      headers: requestHeaders(request.headers, domain, cached),
      body: hasBody(request) ? request : null,
      signal: gone.signal,
    });
    response.writeHead(
      answer.statusCode,
      responseHeaders(answer.headers, { point: point.name, hit }),
    );
    await pipeline(answer.body, response);
  } catch {
    if (response.headersSent || response.destroyed) response.destroy();
    else answerPlainly(response, { status: 502, text: `The origin of ${domain} does not answer.` });
  }
}

/** Without the port, and an IPv6 address without its brackets. */
function hostName(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}

function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function answerPlainly(response: ServerResponse, { status, text }: Plain): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${text}\n`);
}
