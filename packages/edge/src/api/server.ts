import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { deliver, errorAnswer, jsonAnswer } from './answer.ts';
import { createAuthenticator, type AuthenticationOptions } from './authenticate.ts';
import { readCall, type Call } from './call.ts';
import { createDispatcher, type Dispatched, type DispatchOptions } from './dispatch.ts';
import { Refusal } from './refusal.ts';

// The longest CacheTag that is allowed still fits when every character of it is percent-encoded, and
// so do 1000 URLs of 250 characters.
const MAX_HEADER_BYTES = 256 * 1024;

export type ApiOptions = DispatchOptions & AuthenticationOptions;

/** The cloud's side: the RPC calls of DCDN 2018-01-15 that freshtag makes. */
export function createApiServer(options: ApiOptions): Server {
  const authenticate = createAuthenticator(options);
  const dispatch = createDispatcher(options);
  const perform = (call: Call): Dispatched => {
    authenticate(call);
    return dispatch(call);
  };
  return createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    void answer(request, response, perform);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  perform: (call: Call) => Dispatched,
): Promise<void> {
  const requestId = randomUUID().toUpperCase();
  const { outcome, fault } = await readCall(request)
    .then(perform)
    .catch((error: unknown) => ({ outcome: asRefusal(error), fault: undefined }));
  const host = request.headers.host ?? '';
  const intended =
    outcome instanceof Refusal
      ? errorAnswer(outcome, { requestId, host }, fault)
      : jsonAnswer(200, { RequestId: requestId, ...outcome });
  deliver(response, intended, fault);
}

function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal
    ? error
    : new Refusal(500, 'InternalError', 'The edge failed. Please report it.');
}
