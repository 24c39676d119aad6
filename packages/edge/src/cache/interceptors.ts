import type { Dispatcher } from 'undici';

import type { Layer } from './layer.ts';

type Headers = Record<string, string | string[]>;

/**
 * Placed before a cache: a conditional request is answered from the copy it asks for. undici's cache is
 * a client's: it would pass the request on to the origin and never answer 304 itself.
 *
 * `If-Modified-Since` means "changed at all", as the cloud describes it: equal or not.
 */
export const answerConditionals: Dispatcher.DispatcherComposeInterceptor =
  (dispatch) => (opts, handler) => {
    const { 'if-none-match': etags, 'if-modified-since': since, ...headers } = headersOf(opts);
    if (etags === undefined && since === undefined) return dispatch(opts, handler);
    const isUnchanged = (answered: Readonly<Partial<Headers>>): boolean =>
      etags === undefined
        ? answered['last-modified'] === since
        : namesEtag(String(etags), String(answered['etag'] ?? ''));
    return dispatch(
      { ...opts, headers },
      {
        ...passOn(handler),
        // Whoever is told 304 pays no heed to the body that follows.
        onResponseStart: (controller, status, answered, message) =>
          status === 200 && isUnchanged(answered)
            ? handler.onResponseStart?.(controller, 304, answered, 'Not Modified')
            : handler.onResponseStart?.(controller, status, answered, message),
      },
    );
  };

/**
 * Placed behind a cache: a 304 renews the stored copy with the tags it has. undici would leave the copy
 * stale, or drop it if the 304 repeats `Cache-Control`, as most origins do.
 */
export function renewOnNotModified(layer: Layer): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (opts, handler) =>
    dispatch(opts, {
      ...passOn(handler),
      onResponseStart: (controller, status, answered, message) => {
        const { 'cache-control': cacheControl, ...rest } = answered;
        const storable = !/\b(?:no-store|private)\b/i.test(String(cacheControl ?? ''));
        if (status !== 304 || !storable) {
          return handler.onResponseStart?.(controller, status, answered, message);
        }
        const { method, path } = opts;
        layer.renew({ origin: String(opts.origin), method, path, headers: headersOf(opts) });
        return handler.onResponseStart?.(controller, status, rest, message);
      },
    });
}

/** Calls back when a request passes: the cache before this could not answer alone. */
export function notice(callback: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (opts, handler) => {
    callback();
    return dispatch(opts, handler);
  };
}

function passOn(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (...args) => handler.onRequestStart?.(...args),
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart: (...args) => handler.onResponseStart?.(...args),
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (...args) => handler.onResponseError?.(...args),
  };
}

/** The proxy sends, and undici's cache passes on, headers as an object with lower-case names. */
function headersOf({ headers }: Dispatcher.DispatchOptions): Headers {
  return isHeaders(headers) ? headers : {};
}

function isHeaders(headers: Dispatcher.DispatchOptions['headers']): headers is Headers {
  return typeof headers === 'object' && headers !== null && !(Symbol.iterator in headers);
}

/** Weak comparison, as `If-None-Match` asks for. */
function namesEtag(list: string, etag: string): boolean {
  return list.split(',').some((item) => opaque(item) === opaque(etag));
}

function opaque(etag: string): string {
  return etag.trim().replace(/^W\//, '');
}
