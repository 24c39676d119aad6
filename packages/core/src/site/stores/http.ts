import { systemClock } from '../../clock.ts';
import { FreshtagError, invalidOption } from '../../errors.ts';
import { createConditionalObject } from './conditional.ts';
import { createExchange, type ObjectAnswer } from './exchange.ts';
import type { StateStore, StoreSettings } from './store.ts';

export interface HttpStoreOptions extends StoreSettings {
  /** Address that answers GET with the state, or 404, and takes it with PUT. */
  readonly url: string | URL;
  /** Sent as `Authorization: Bearer`. Default: `FRESHTAG_STATE_TOKEN`, if it is set. */
  readonly token?: string | undefined;
  /** Longest wait for one answer, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Default `process.env`. Also says which proxy to use. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * A store behind HTTP GET and PUT. Where the server gives a strong `ETag` and heeds `If-Match` and
 * `If-None-Match`, which the first write of each store tries out, it compares and sets; elsewhere there
 * is no guarantee.
 *
 * @throws FreshtagError `INVALID_OPTION`
 */
export function createHttpStore(options: HttpStoreOptions): StateStore {
  const { clock = systemClock, env = process.env, timeoutMs = 60_000 } = options;
  const url = checkUrl(options.url);
  const token = checkToken(options.token ?? env['FRESHTAG_STATE_TOKEN']);
  const name = url.origin + url.pathname;
  const authorization: Readonly<Record<string, string>> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const object = createConditionalObject({
    name,
    exchange: createExchange({ name, clock, env, timeoutMs }),
    prepare: async ({ method, headers, body }) => ({
      method,
      url,
      headers: {
        ...headers,
        ...authorization,
        'cache-control': 'no-cache',
        ...(body === undefined ? {} : { 'content-type': 'application/octet-stream' }),
      },
      body,
    }),
    conditional: true,
    whenIgnored: 'go-on',
    mayCompareBare: false,
    conflicts: [],
    isAbsent: () => true,
    advise: (answer) => adviceFor(answer, token !== undefined),
  });
  return {
    name,
    get guarantee() {
      return object.comparesAndSets() ? 'compare-and-set' : 'none';
    },
    read: object.read,
    write: object.write,
  };
}

function checkUrl(given: string | URL): URL {
  const url = URL.parse(String(given));
  if (url === null || !/^https?:$/.test(url.protocol))
    throw invalidOption('state', String(given), 'an address that begins with https://');
  if (url.username !== '' || url.password !== '') {
    throw new FreshtagError(
      'INVALID_OPTION',
      'state: an address must hold no name and no password, since addresses are printed. Set FRESHTAG_STATE_TOKEN to a bearer token instead.',
    );
  }
  return url;
}

function checkToken(token: string | undefined): string | undefined {
  if (token === undefined || token === '') return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new FreshtagError(
    'INVALID_OPTION',
    'FRESHTAG_STATE_TOKEN has spaces, line ends or other characters that no header can carry. Its value is not shown. Set it again.',
  );
}

function adviceFor({ status, headers }: ObjectAnswer, hasToken: boolean): string {
  if (status === 401 || status === 403) {
    return hasToken
      ? 'Check that the token in FRESHTAG_STATE_TOKEN may read and write there.'
      : 'Set FRESHTAG_STATE_TOKEN to a token that may read and write there.';
  }
  if (status >= 300 && status < 400) {
    const host = URL.parse(headers['location'] ?? '')?.host ?? 'another address';
    return `It leads to ${host}, which is not followed. Give the final address.`;
  }
  if (status === 405 || status === 501) return 'The server takes no PUT there.';
  if (status === 409) return 'The folder that it is in may be missing.';
  if (status === 413) return 'The server takes no file as large as this.';
  return 'Check the address.';
}
