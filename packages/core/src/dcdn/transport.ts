import type { Dispatcher } from 'undici';

export interface TransportOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly connectTimeoutMs: number;
  readonly dispatcher: Dispatcher | undefined;
}

/** Sends requests over connections that are kept. */
export interface Transport {
  post(
    url: string,
    options: { readonly headers: Record<string, string>; readonly signal: AbortSignal },
  ): Promise<Dispatcher.ResponseData>;
  readonly close: () => Promise<void>;
}

const KEEP_ALIVE_MS = 30_000;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** undici takes ten times as long to load as the rest of the core, so it comes with the first request. */
export function createTransport(options: TransportOptions): Transport {
  let loading: ReturnType<typeof load> | undefined;
  return {
    post: async (url, { headers, signal }) => {
      const { request, dispatcher } = await (loading ??= load(options));
      return request(url, { method: 'POST', headers, signal, dispatcher });
    },
    close: async () => {
      if (loading === undefined || options.dispatcher !== undefined) return;
      await (await loading).dispatcher.close();
      loading = undefined;
    },
  };
}

async function load({ env, connectTimeoutMs, dispatcher }: TransportOptions): Promise<{
  request: typeof import('undici').request;
  dispatcher: Dispatcher;
}> {
  const { EnvHttpProxyAgent, request } = await import('undici');
  if (dispatcher !== undefined) return { request, dispatcher };
  const read = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? '';
  const pool = new EnvHttpProxyAgent({
    connect: { timeout: connectTimeoutMs },
    keepAliveTimeout: KEEP_ALIVE_MS,
    httpProxy: read('http_proxy'),
    httpsProxy: read('https_proxy'),
    // A local edge is never behind a proxy.
    noProxy: [read('no_proxy'), ...LOOPBACK].filter((entry) => entry !== '').join(','),
  });
  return { request, dispatcher: pool };
}
