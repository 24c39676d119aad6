import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

import { Agent, interceptors, type Dispatcher } from 'undici';

import { startListening } from './listening.ts';
import type { Running } from './child.ts';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** undici's cache interceptor alone, as a shared cache behind a reverse proxy that adds nothing. */
export async function startUndiciReference(origin: string): Promise<Running> {
  const agent = new Agent();
  const cache = agent.compose(interceptors.cache({ type: 'shared' }));
  const server = createServer((request, response) => {
    forward(cache, origin, { request, response }).catch(() => response.destroy());
  });
  const { url, stop } = await startListening(server);
  return { url, stop: () => Promise.all([stop(), agent.destroy()]).then(() => undefined) };
}

async function forward(
  cache: Dispatcher,
  origin: string,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const answer = await cache.request({
    origin,
    path: url,
    method,
    headers: endToEnd(request.headers),
    body: method === 'GET' || method === 'HEAD' ? null : request,
  });
  response.writeHead(answer.statusCode, endToEnd(answer.headers));
  await pipeline(answer.body, response);
}

function endToEnd(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.has(name) ? [] : [[name, value]],
    ),
  );
}
