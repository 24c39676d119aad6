import type { Dispatcher } from 'undici';

import { isFreshtagError } from '../errors.ts';
import { toPrintable } from '../printable.ts';
import { normalizeContent, type Normalized } from '../site/normalize/normalizer.ts';
import type { Address } from './addresses.ts';
import type { Answer, NoAnswer } from './answer.ts';
import type { ResolvedOptions } from './options.ts';
import { digestBody } from './read-body.ts';
import { createTransport } from './transport.ts';

/** One question of a visitor. */
interface Question {
  readonly method: 'GET' | 'HEAD';
  /** Percent-encoded, with its query. */
  readonly path: string;
  readonly encoding: string;
}

/** Asks addresses for pages. */
export interface Asker {
  /** @throws the signal's reason; FreshtagError `NORMALIZER_FAILED` */
  readonly ask: (address: Address, question: Question) => Promise<Answer | NoAnswer>;
  readonly close: () => Promise<void>;
}

/** An address that did not answer so often in a row, and never before, is not asked any more. */
const MOST_FAILURES = 8;

export function createAsker(options: ResolvedOptions): Asker {
  const { clock, signal } = options;
  const transport = createTransport(options);
  const failures = new Map<Address, number>();
  const failuresOf = (address: Address): number => failures.get(address) ?? 0;

  const ask: Asker['ask'] = async (address, question) => {
    signal?.throwIfAborted();
    if (failuresOf(address) >= MOST_FAILURES) {
      const failure = `was not asked: it did not answer ${MOST_FAILURES} times in a row`;
      return { atMs: clock.now(), failure };
    }
    await transport.load();
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      const answer = await askOnce({ address, question, signal: stop }, transport.ask, options);
      failures.set(address, Number.NEGATIVE_INFINITY);
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      // The caller's own function has failed, not the network.
      if (isFreshtagError(error, 'NORMALIZER_FAILED')) throw error;
      // The network has a code for whatever happens; without one it is a fault of ours.
      if (error instanceof TypeError && codeOf(error) === '') throw error;
      failures.set(address, failuresOf(address) + 1);
      const failure = timeout.aborted
        ? `did not answer within ${options.timeoutMs} ms`
        : reasonOf(error);
      return { atMs: clock.now(), failure };
    }
  };
  return { ask, close: transport.close };
}

interface Asking {
  readonly address: Address;
  readonly question: Question;
  readonly signal: AbortSignal;
}

async function askOnce(
  { address, question, signal }: Asking,
  send: ReturnType<typeof createTransport>['ask'],
  options: ResolvedOptions,
): Promise<Answer> {
  const { method, path, encoding } = question;
  const request = {
    method,
    path,
    signal,
    headers: {
      'user-agent': 'freshtag-verify',
      accept: '*/*',
      ...options.headers,
      ...address.headers,
      host: options.domain,
      'accept-encoding': encoding,
    },
  };
  const { statusCode, headers, body } = await sendAgain(() => send(address.origin, request));
  const joined = joinLines(headers);
  const read = { encoding: joined['content-encoding'], maxBytes: options.maxBytes };
  const isHtml = /\bx?html\b/i.test(joined['content-type'] ?? '');
  const normalize = isHtml ? normalizer(options, path) : undefined;
  if (method === 'HEAD') await body.dump();
  const digest = method === 'HEAD' ? undefined : await digestBody(body, { ...read, normalize });
  return { atMs: options.clock.now(), status: statusCode, headers: joined, body: digest };
}

/** A kept connection that its other end has just closed is no news of the page. */
async function sendAgain(
  send: () => Promise<Dispatcher.ResponseData>,
): Promise<Dispatcher.ResponseData> {
  try {
    return await send();
  } catch (error) {
    if (!['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(codeOf(error))) throw error;
    return send();
  }
}

function normalizer(
  { normalizers }: ResolvedOptions,
  path: string,
): ((content: Buffer) => Normalized) | undefined {
  if (normalizers.length === 0) return undefined;
  const page = { path: decoded(path.replace(/\?.*$/s, '')) };
  return (content) => normalizeContent(content, page, normalizers);
}

/** As manifests have it. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function joinLines(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, [value ?? []].flat().join(', ')]),
  );
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : error.name;
}

const KNOWN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ENOTFOUND: 'has no address in the DNS',
  EAI_AGAIN: 'cannot be looked up in the DNS',
  ECONNRESET: 'ends the connection',
  UND_ERR_SOCKET: 'ends the connection',
  UND_ERR_CONNECT_TIMEOUT: 'cannot be connected to in time',
  UND_ERR_HEADERS_OVERFLOW: 'sends headers of more than 128 KiB',
};

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (/CERT|SSL|TLS|SIGNATURE|ISSUER|EPROTO/.test(code))
    return `has no good TLS connection (${code}${tlsMessageOf(error)})`;
  const known = KNOWN[code];
  if (known !== undefined) return `${known} (${code})`;
  const which = /^Z_|^ERR_/.test(code) ? 'sends what cannot be decoded' : 'does not answer';
  return `${which} (${code === '' ? messageOf(error) : `${code}: ${messageOf(error)}`})`;
}

/** What OpenSSL says of itself is for its authors, what is wrong with a certificate for everybody. */
function tlsMessageOf(error: unknown): string {
  const message = messageOf(error);
  return message.includes('SSL routines') ? '' : `: ${message}`;
}

/** It may quote what was received. */
function messageOf(error: unknown): string {
  return toPrintable(error instanceof Error ? error.message : String(error), 200).trim();
}
