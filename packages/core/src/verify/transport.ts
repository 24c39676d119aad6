import type { Dispatcher } from 'undici';

import type { ResolvedOptions } from './options.ts';

/** Sends questions over connections that are kept until it is closed. */
export interface Transport {
  /** Loads what it needs, so that this does not count as waiting for an answer. */
  readonly load: () => Promise<void>;
  readonly ask: (
    origin: string,
    options: Omit<Dispatcher.RequestOptions, 'origin'>,
  ) => Promise<Dispatcher.ResponseData>;
  readonly close: () => Promise<void>;
}

/** A `Cache-Tag` header alone may have 16 KiB. */
const MAX_HEADER_BYTES = 131_072;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const CONNECT_TIMEOUT_MS = 10_000;

/** Loads undici with the first question. */
export function createTransport(
  options: Pick<ResolvedOptions, 'concurrency' | 'dispatcher' | 'env' | 'timeoutMs'>,
): Transport {
  let loading: Promise<Dispatcher> | undefined;
  const dispatcherOf = (): Promise<Dispatcher> => (loading ??= load(options));
  return {
    load: async () => void (await dispatcherOf()),
    ask: async (origin, request) => (await dispatcherOf()).request({ ...request, origin }),
    close: async () => {
      if (loading === undefined || options.dispatcher !== undefined) return;
      await (await loading).destroy();
      loading = undefined;
    },
  };
}

/**
 * Redirects are never followed by a dispatcher, and the name that a certificate must have comes from
 * the header `Host`, so that one resolved address of a domain can be asked as the domain.
 */
async function load({
  concurrency,
  dispatcher,
  env,
  timeoutMs,
}: Parameters<typeof createTransport>[0]): Promise<Dispatcher> {
  if (dispatcher !== undefined) return dispatcher;
  const { EnvHttpProxyAgent } = await import('undici');
  const read = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? '';
  return new EnvHttpProxyAgent({
    httpProxy: read('http_proxy'),
    httpsProxy: read('https_proxy'),
    // A local edge is never behind a proxy.
    noProxy: [read('no_proxy'), ...LOOPBACK].filter((entry) => entry !== '').join(','),
    // Through a tunnel the header Host may differ from the address.
    proxyTunnel: true,
    allowH2: false,
    connections: concurrency,
    connect: { timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS) },
    maxHeaderSize: MAX_HEADER_BYTES,
  });
}
