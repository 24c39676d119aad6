// oxlint-disable-next-line typescript/triple-slash-reference -- whoever compiles this file needs it, and it exports nothing
/// <reference path="./undici-parts.d.ts" />

import type { Dispatcher } from 'undici';

import { findProxy, type Proxy } from './proxy.ts';

export interface TransportOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Address of the API, without path. */
  readonly origin: string;
  readonly connectTimeoutMs: number;
  readonly dispatcher: Dispatcher | undefined;
}

export interface RawAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** At most 1 MiB of it. */
  readonly text: string;
}

interface PostOptions {
  readonly headers: Record<string, string>;
  /** Longest wait for the whole answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** No whole answer came in time. */
export class AnswerTimeoutError extends Error {
  override readonly name = 'AnswerTimeoutError';
}

/** Sends requests over connections that are kept. */
export interface Transport {
  /** The variable that names the proxy on the way, if there is one. */
  readonly proxyVariable: string | undefined;
  /** @throws AnswerTimeoutError, the signal's reason, or whatever the network has */
  readonly post: (path: string, options: PostOptions) => Promise<RawAnswer>;
  readonly close: () => Promise<void>;
}

const KEEP_ALIVE_MS = 30_000;
const MAX_ANSWER_BYTES = 1_048_576;

/**
 * undici takes ten times as long to load as the rest of the core, so it comes with the first request.
 * @throws FreshtagError `INVALID_OPTION` for a variable that names no proxy
 */
export function createTransport(options: TransportOptions): Transport {
  const { origin, env, dispatcher } = options;
  const proxy = dispatcher === undefined ? findProxy(origin, env) : undefined;
  let loading: Promise<Dispatcher> | undefined;
  return {
    proxyVariable: proxy?.variable,
    post: async (path, post) => send(await (loading ??= load(options, proxy)), origin, path, post),
    close: async () => {
      if (loading === undefined || dispatcher !== undefined) return;
      await (await loading).close();
      loading = undefined;
    },
  };
}

/**
 * From undici's parts: its index loads fetch, caches, sockets and mocks as well, which doubles the
 * time and the memory of a first call. The version is exact, and tests fail when a part moves.
 */
async function load(
  { origin, connectTimeoutMs, dispatcher }: TransportOptions,
  proxy: Proxy | undefined,
): Promise<Dispatcher> {
  if (dispatcher !== undefined) return dispatcher;
  const settings = { connect: { timeout: connectTimeoutMs }, keepAliveTimeout: KEEP_ALIVE_MS };
  const { default: Pool } = await import('undici/lib/dispatcher/pool.js');
  if (proxy === undefined) return new Pool(origin, settings);
  const [{ default: Agent }, { default: connect }] = await Promise.all([
    import('undici/lib/dispatcher/env-http-proxy-agent.js'),
    import('undici/lib/api/api-connect.js'),
  ]);
  return new Agent({
    ...settings,
    connectTimeout: connectTimeoutMs,
    httpProxy: proxy.address,
    httpsProxy: proxy.address,
    noProxy: proxy.exceptions,
    // A tunnel is asked for with `connect`, a method that undici's index gives its dispatchers.
    clientFactory: (address, more) => Object.assign(new Pool(address, more), { connect }),
  });
}

/** By the dispatcher's own handler: a stream for each answer of some hundred bytes halves the rate. */
async function send(
  dispatcher: Dispatcher,
  origin: string,
  path: string,
  { headers, timeoutMs, signal }: PostOptions,
): Promise<RawAnswer> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const chunks: Buffer[] = [];
  let size = 0;
  let head: Omit<RawAnswer, 'text'> = { statusCode: 0, headers: {} };
  let controller: Dispatcher.DispatchController | undefined;
  let given: Error | undefined;
  const giveUp = (reason: Error): void => {
    given = reason;
    controller?.abort(reason);
    reject(reason);
  };
  const onAbort = (): void => giveUp(signal?.reason);
  const timer = setTimeout(() => giveUp(new AnswerTimeoutError()), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    dispatcher.dispatch(
      { origin, path, method: 'POST', headers },
      {
        onRequestStart: (started) => {
          controller = started;
          // It waited for a connection until now: what nobody waits for must not take effect.
          if (given !== undefined) started.abort(given);
        },
        onResponseStart: (_, statusCode, answered) => {
          head = { statusCode, headers: answered };
        },
        onResponseData: (_, chunk) => {
          if (size < MAX_ANSWER_BYTES) chunks.push(chunk);
          size += chunk.length;
        },
        onResponseEnd: () => resolve({ ...head, text: Buffer.concat(chunks).toString('utf8') }),
        onResponseError: (_, error) => reject(error),
      },
    );
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
