import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import type { Clock } from '@freshtag/core';

import { deliver, errorAnswer, successAnswer, type AnswerContext } from './answer.ts';
import {
  createAuthenticator,
  type AuthenticationOptions,
  type SignedCall,
} from './authenticate.ts';
import { readCall, type Call } from './call.ts';
import { createDispatcher, type Dispatched, type DispatchOptions } from './dispatch.ts';
import { checkFormat, formatOf } from './format.ts';
import { Refusal } from './refusal.ts';
import { http } from '../node-http.ts';

/** Longest URL that the option `maxUrlBytes` can allow. */
export const MOST_URL_BYTES: number = 512 * 1024;

// Node must not refuse first what is answered here: half of it is left for other headers.
const MAX_HEADER_BYTES = 2 * MOST_URL_BYTES;

export interface ApiOptions extends DispatchOptions, AuthenticationOptions {
  readonly clock: Clock;
  /** A longer URL is answered 414, by the server before the API. */
  readonly maxUrlBytes: number;
}

interface Api {
  readonly clock: Clock;
  readonly maxUrlBytes: number;
  readonly authenticate: (call: Call) => SignedCall;
  readonly dispatch: (call: SignedCall) => Dispatched;
}

/** How one call ended. */
interface Performed extends Dispatched {
  readonly action: string;
  readonly format: AnswerContext['format'];
}

/** The cloud's side: the RPC calls of DCDN 2018-01-15 that freshtag makes. */
export function createApiServer(options: ApiOptions): Server {
  const api = {
    ...options,
    authenticate: createAuthenticator(options),
    dispatch: createDispatcher(options),
  };
  return http().createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    void answer(request, response, api);
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, api: Api): Promise<void> {
  const { outcome, fault, action, format } = await readCall(request, api).then(
    (call) => perform(call, api),
    (error: unknown) =>
      refused(asRefusal(error), request.headers.authorization === undefined ? 'xml' : 'json'),
  );
  const requestId = randomUUID().toUpperCase();
  const context = { requestId, host: request.headers.host ?? '', format };
  const intended =
    outcome instanceof Refusal
      ? errorAnswer(outcome, context, fault)
      : successAnswer(action, outcome, context);
  await deliver(response, intended, { fault, clock: api.clock });
}

function perform(call: Call, { authenticate, dispatch }: Api): Performed {
  const format = formatOf(call);
  try {
    checkFormat(call);
    const signed = authenticate(call);
    return { ...dispatch(signed), action: signed.action, format };
  } catch (error) {
    return refused(asRefusal(error), format);
  }
}

function refused(outcome: Refusal, format: Performed['format']): Performed {
  return { outcome, fault: undefined, action: '', format };
}

function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal
    ? error
    : new Refusal(500, 'InternalError', 'The edge failed. Please report it.');
}
