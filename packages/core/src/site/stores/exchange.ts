import type { Dispatcher } from 'undici';

import type { Clock } from '../../clock.ts';
import { findProxy } from '../../dcdn/proxy.ts';
import { isFreshtagError } from '../../errors.ts';
import { toPrintable } from '../../printable.ts';
import { MAX_STATE_BYTES, stateUnavailable, tooLarge } from './store.ts';

export interface ObjectRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | undefined;
}

export interface ObjectAnswer {
  readonly status: number;
  /** Lower-case names, one value each. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ExchangeSettings {
  /** The store, for messages. */
  readonly name: string;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Longest wait for one whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Sends what `prepare` makes, for each attempt anew, so that each has a date of its own. */
export type Exchange = (
  prepare: () => Promise<ObjectRequest>,
  signal?: AbortSignal,
) => Promise<ObjectAnswer>;

const ATTEMPTS = 4;
const FIRST_WAIT_MS = 250;
/** Of an answer that is no state, enough to see its code. */
const MAX_ERROR_BYTES = 16_384;

/**
 * Requests with a time limit, a bounded answer and few attempts. Follows no redirect: what is signed
 * or carries a token is for one address.
 *
 * @throws FreshtagError `STATE_UNAVAILABLE` for a server that is down, slow, or has a fault that stays
 */
export function createExchange(settings: ExchangeSettings): Exchange {
  let loading: Promise<Dispatcher> | undefined;
  return async (prepare, signal) => {
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const request = await prepare();
      const dispatcher = await (loading ??= loadDispatcher(request.url, settings.env));
      const result = await sendOnce(request, { ...settings, dispatcher, signal });
      if (!isPassing(result)) return result;
      if (attempt === ATTEMPTS) throw gaveUp(settings, request.url, result);
      await settings.clock.sleep(Math.random() * FIRST_WAIT_MS * 2 ** attempt, signal);
    }
  };
}

async function loadDispatcher(url: URL, env: ExchangeSettings['env']): Promise<Dispatcher> {
  const proxy = findProxy(url.origin, env);
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  if (proxy === undefined) return new Agent();
  return new EnvHttpProxyAgent({
    httpProxy: proxy.address,
    httpsProxy: proxy.address,
    noProxy: proxy.exceptions,
  });
}

interface SendSettings extends ExchangeSettings {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal | undefined;
}

/** @returns the answer, or what stood in the way */
async function sendOnce(
  { method, url, headers, body }: ObjectRequest,
  { dispatcher, name, timeoutMs, signal }: SendSettings,
): Promise<ObjectAnswer | Error> {
  const { request } = await import('undici');
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await request(url, {
      method,
      headers: { ...headers, 'accept-encoding': 'identity' },
      body: body ?? null,
      dispatcher,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const isState = method === 'GET' && answer.statusCode === 200;
    const bytes = await readBounded(answer.body, isState ? MAX_STATE_BYTES : MAX_ERROR_BYTES);
    if (isState && bytes.isCut) throw tooLarge(name);
    return { status: answer.statusCode, headers: flatten(answer.headers), body: bytes.body };
  } catch (error) {
    signal?.throwIfAborted();
    if (isFreshtagError(error)) throw error;
    if (timeout.aborted) return new Error(`it gave no whole answer within ${timeoutMs} ms`);
    return error instanceof Error ? error : new Error('unknown reason');
  }
}

async function readBounded(
  stream: Dispatcher.ResponseData['body'],
  mostBytes: number,
): Promise<{ readonly body: Buffer; readonly isCut: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > mostBytes) return { body: Buffer.concat(chunks), isCut: true };
  }
  return { body: Buffer.concat(chunks), isCut: false };
}

function flatten(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [header, [value ?? ''].flat().join(', ')]),
  );
}

/** Whether a further attempt may go better. */
function isPassing(result: ObjectAnswer | Error): result is ObjectAnswer | Error {
  if (result instanceof Error) return true;
  const { status } = result;
  return status === 429 || (status >= 500 && status !== 501);
}

function gaveUp({ name }: ExchangeSettings, url: URL, result: ObjectAnswer | Error): Error {
  if (!(result instanceof Error))
    return stateUnavailable(
      name,
      `${url.host} answered with HTTP ${result.status}, ${ATTEMPTS} times`,
      {
        status: result.status,
      },
    );
  const { code } = result as NodeJS.ErrnoException;
  // A message of the network's own may hold the address of a proxy, with its password.
  const why = code ?? (result.name === 'Error' ? toPrintable(result.message, 200) : result.name);
  return stateUnavailable(name, `${url.host} does not answer (${why}), ${ATTEMPTS} times`);
}
