import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { checkCaller } from './guard.ts';
import type { PageFile } from './page-files.ts';
import { describeProblem, Problem } from './problem.ts';
import { routes, type RouteContext } from './routes.ts';

export interface ControlServerOptions extends RouteContext {
  /** Of the page, by path. */
  readonly files: ReadonlyMap<string, PageFile>;
}

// The page needs no more than this. Trusted types: no text from outside becomes markup, even by mistake.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const MAX_CONNECTIONS = 256;
const READ_TIMEOUT_MS = 10_000;

/** Shows what the edge does and lets its user interfere: JSON, streams of events, and a page. */
export function createControlServer(options: ControlServerOptions): Server {
  const timeouts = { headersTimeout: READ_TIMEOUT_MS, requestTimeout: READ_TIMEOUT_MS };
  const server = createServer(timeouts, (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    void serve(request, response, options);
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** Never rejects. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: ControlServerOptions,
): Promise<void> {
  try {
    await answer(request, response, options);
  } catch (error) {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const { status, headers, body } = describeProblem(error);
    sendJson(response, { status, headers, json: body });
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { files, ...context }: ControlServerOptions,
): Promise<void> {
  const { pathname, searchParams: search } = readUrl(request);
  const file = files.get(pathname);
  checkCaller(request, file !== undefined);
  if (file !== undefined) {
    checkMethod(request, ['GET', 'HEAD']);
    response.writeHead(200, { 'content-type': file.type }).end(file.bytes);
    return;
  }
  const methods = routes.get(pathname);
  if (methods === undefined) throw notFound();
  const route = methods[checkMethod(request, Object.keys(methods))];
  const answered = await route?.({ request, response, search }, context);
  if (answered !== undefined && answered !== 'answered') sendJson(response, answered);
}

function readUrl({ url = '' }: IncomingMessage): URL {
  const parsed = url.startsWith('/') ? URL.parse(`http://localhost${url}`) : null;
  if (parsed === null) throw notFound();
  return parsed;
}

function notFound(): Problem {
  const paths = [...routes.keys()].join(', ');
  return new Problem(404, 'NOT_FOUND', `There is the page at /, and ${paths}.`);
}

/** @throws Problem */
function checkMethod({ method = '' }: IncomingMessage, allowed: readonly string[]): string {
  if (allowed.includes(method)) return method;
  const allow = allowed.join(', ');
  throw new Problem(405, 'METHOD_NOT_ALLOWED', `Use ${allow}.`, { allow });
}

function sendJson(
  response: ServerResponse,
  {
    status = 200,
    headers = {},
    json,
  }: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly json: unknown;
  },
): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(json));
}
