import type { Dispatcher } from 'undici';

import { callChannel } from '../channels.ts';
import { systemClock, type Clock } from '../clock.ts';
import { crypto } from '../crypto.ts';
import { FreshtagError } from '../errors.ts';
import { checkMilliseconds } from '../milliseconds.ts';
import { findCredentials } from './credentials/find.ts';
import { getInTime } from './credentials/found.ts';
import type { Credentials } from './credentials/key.ts';
import type { CredentialsOption } from './credentials/option.ts';
import { readAnswer } from './answer.ts';
import { resolveEndpoint } from './endpoint.ts';
import { paceOf } from './pace.ts';
import { authorization, canonicalQuery } from './signature.ts';
import { createTransport } from './transport.ts';
import { isFault, unreachable } from './unreachable.ts';

const API_VERSION = '2018-01-15';
const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 5000;
/** Undocumented for DCDN; the slowest of its documented calls may be made 5 to 10 times a second. */
export const DEFAULT_CALLS_PER_SECOND = 5;

export interface DcdnClientOptions {
  /** Key to sign with, or what gives it. Default: the environment's, or that of Alibaba's own tools. */
  readonly credentials?: CredentialsOption;
  /** Also look where Alibaba's tools keep keys, profile files among them. Default true. */
  readonly profileFiles?: boolean;
  /**
   * Address of the API. Default: `FRESHTAG_ENDPOINT`, else the cloud. Plain HTTP is for a local edge
   * named here or there; the cloud is HTTPS only.
   */
  readonly endpoint?: string;
  /** Longest wait for one answer, in milliseconds. Default 20,000. */
  readonly timeoutMs?: number;
  /** Longest wait for a connection, in milliseconds. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /**
   * Default `process.env`. Also says which proxy to use: `https_proxy`, else `http_proxy`, but not for
   * the hosts in `no_proxy`, and never for this machine.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Most calls that may come to the cloud in any one second. A call counts until a second (and 20 ms)
   * after its answer, so that no delay on the way can bring two bursts together there. Default 5: what
   * the account may do is undocumented. All clients of a process with the same key and endpoint count
   * together.
   */
  readonly maxCallsPerSecond?: number;
  /**
   * Says when a call may be made, instead of the pace that the clients of this process share: for
   * processes that share one. Resolves to what is to be called once when the call has ended.
   */
  readonly pace?: (maxCallsPerSecond: number, signal?: AbortSignal) => Promise<() => void>;
  readonly clock?: Clock;
  /** Carries the calls instead of an own connection pool. It is not closed with the client. */
  readonly dispatcher?: Dispatcher;
}

/** Makes signed calls. Every call is signed anew; none is tried again here. */
export interface DcdnClient {
  /** Address that the calls go to. */
  readonly endpoint: string;
  /**
   * @returns the parsed answer
   * @throws DcdnError when the cloud refuses; FreshtagError `ENDPOINT_UNREACHABLE`, `API_UNREADABLE`,
   *   `NO_CREDENTIALS` when the key could not be fetched
   */
  call(
    action: string,
    query: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** Ends the connections that are kept alive. They never keep a process running. */
  readonly close: () => Promise<void>;
}

/**
 * Loads its transport with the first call.
 *
 * @throws FreshtagError `NO_CREDENTIALS`, `INVALID_OPTION`, `FILE_UNUSABLE`, `FILE_INACCESSIBLE`, before
 *   anything is sent
 */
export function createDcdnClient(options: DcdnClientOptions = {}): DcdnClient {
  const env = options.env ?? process.env;
  const found = findCredentials(options.credentials, {
    env,
    profileFiles: options.profileFiles ?? true,
  });
  const endpoint = resolveEndpoint(options.endpoint, env['FRESHTAG_ENDPOINT']);
  const timeoutMs = checkMilliseconds('timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS, {
    least: 1,
  });
  const connectTimeoutMs = checkMilliseconds(
    'connectTimeoutMs',
    options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    { least: 1 },
  );
  const maxCallsPerSecond = options.maxCallsPerSecond ?? DEFAULT_CALLS_PER_SECOND;
  const clock = options.clock ?? systemClock;
  const transport = createTransport({
    env,
    origin: endpoint.origin,
    connectTimeoutMs,
    dispatcher: options.dispatcher,
  });

  const callOnce: DcdnClient['call'] = async (action, query, signal) => {
    signal?.throwIfAborted();
    const credentials = await getInTime(found, timeoutMs, signal);
    const account = `${credentials.accessKeyId} ${endpoint.origin}`;
    const pace = options.pace ?? paceOf(clock, account);
    const endTurn = await pace(maxCallsPerSecond, signal);
    try {
      const canonical = canonicalQuery(query);
      const { host } = endpoint;
      const headers = signedHeaders({ action, query, canonical, host }, credentials, clock.now());
      const answer = await transport.post(`/?${canonical}`, { headers, timeoutMs, signal });
      return readAnswer(action, answer, credentials);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof FreshtagError || isFault(error)) throw error;
      throw unreachable(error, {
        origin: endpoint.origin,
        timeoutMs,
        via: transport.proxyVariable,
      });
    } finally {
      endTurn();
    }
  };
  return {
    endpoint: endpoint.origin,
    call: (action, query, signal) =>
      callChannel.tracePromise(() => callOnce(action, query, signal), {
        action,
        endpoint: endpoint.origin,
      }),
    close: transport.close,
  };
}

function signedHeaders(
  call: {
    readonly action: string;
    readonly query: Readonly<Record<string, string>>;
    /** The query as it is sent. */
    readonly canonical: string;
    readonly host: string;
  },
  credentials: Credentials,
  nowMs: number,
): Record<string, string> {
  const headers: Record<string, string> = {
    host: call.host,
    'x-acs-action': call.action,
    'x-acs-version': API_VERSION,
    'x-acs-date': new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    'x-acs-signature-nonce': crypto().randomUUID(),
    'x-acs-content-sha256': SHA256_OF_NOTHING,
  };
  if (credentials.securityToken !== undefined)
    headers['x-acs-security-token'] = credentials.securityToken;
  const signable = {
    method: 'POST',
    path: '/',
    query: call.query,
    canonicalQuery: call.canonical,
    headers,
    signedHeaders: Object.keys(headers),
  };
  headers['authorization'] = authorization(signable, credentials);
  headers['accept'] = 'application/json';
  return headers;
}
