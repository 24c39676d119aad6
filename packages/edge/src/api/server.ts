import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { actions, type ActionContext } from './actions.ts';
import { createAuthenticator, type AuthenticationOptions } from './authenticate.ts';
import { readCall, type Call } from './call.ts';
import { Refusal } from './refusal.ts';

// The longest CacheTag that is allowed still fits when every character of it is percent-encoded.
const MAX_HEADER_BYTES = 64 * 1024;

export type ApiOptions = ActionContext & AuthenticationOptions;

/** The cloud's side: the RPC calls of DCDN 2018-01-15 that freshtag makes. */
export function createApiServer(options: ApiOptions): Server {
  const authenticate = createAuthenticator(options);
  const perform = (call: Call): Readonly<Record<string, unknown>> => {
    authenticate(call);
    const action = actions.get(call.headers['x-acs-action'] ?? '');
    if (action === undefined || call.path !== '/' || !['GET', 'POST'].includes(call.method)) {
      throw new Refusal(
        404,
        'InvalidApi.NotFound',
        'Specified api is not found, please check your url and method.',
      );
    }
    return action(call.query, options);
  };
  return createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    void answer(request, response, perform);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  perform: (call: Call) => Readonly<Record<string, unknown>>,
): Promise<void> {
  const RequestId = randomUUID().toUpperCase();
  try {
    sendJson(response, 200, { RequestId, ...perform(await readCall(request)) });
  } catch (error) {
    const { status, code, message } = asRefusal(error);
    const HostId = request.headers.host ?? '';
    const Recommend = `https://api.alibabacloud.com/troubleshoot?q=${encodeURIComponent(code)}&product=dcdn`;
    sendJson(response, status, { RequestId, HostId, Code: code, Message: message, Recommend });
  }
}

function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal
    ? error
    : new Refusal(500, 'InternalError', 'The edge failed. Please report it.');
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>>,
): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
