import { createHash, createHmac, randomUUID } from 'node:crypto';

import { canonicalQuery } from '@freshtag/core';
import { request, type Dispatcher } from 'undici';

import { CREDENTIALS, DOMAIN, type Bench } from './support.ts';

/** A call to the API, and what is wrong with it. */
export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly body?: string;
  /** Replace or, with `undefined`, remove headers before the signature is made. */
  readonly headers?: Record<string, string | undefined>;
  /** Replace or remove headers after it. */
  readonly forged?: Record<string, string | undefined>;
  /** Headers that are sent and left out of the signature. */
  readonly unsigned?: readonly string[];
  readonly secret?: string;
  readonly accessKeyId?: string;
  readonly signal?: AbortSignal;
}

export const REFRESH: string = `CacheTag=page&DomainName=${DOMAIN}&Force=true`;

export async function call(
  bench: Bench,
  sent: Sent = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const answer = await send(bench, sent);
  return { status: answer.statusCode, json: (await answer.body.json()) as Record<string, unknown> };
}

/** A call of an action with its parameters. */
export function asCall(action: string, query: Readonly<Record<string, string>> = {}): Sent {
  return { headers: { 'x-acs-action': action }, query: canonicalQuery(query) };
}

/** Signature version 3 written down a second time, from its documentation. */
export async function send(
  { edge, clock }: Bench,
  sent: Sent = {},
): Promise<Dispatcher.ResponseData> {
  const { method = 'POST', path = '/', query = REFRESH, body = '' } = sent;
  const headers = defined({
    host: new URL(edge.apiUrl).host,
    'x-acs-action': 'RefreshDcdnObjectCacheByCacheTag',
    'x-acs-version': '2018-01-15',
    'x-acs-date': `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-content-sha256': sha256(body),
    ...sent.headers,
  });
  const names = Object.keys(headers)
    .filter((name) => !sent.unsigned?.includes(name))
    .sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = [
    method,
    path,
    query,
    lines,
    names.join(';'),
    headers['x-acs-content-sha256'],
  ].join('\n');
  const mac = createHmac('sha256', sent.secret ?? CREDENTIALS.accessKeySecret);
  const signature = mac.update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`).digest('hex');
  const accessKeyId = sent.accessKeyId ?? CREDENTIALS.accessKeyId;
  const authorization = `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return request(`${edge.apiUrl}${path}?${query}`, {
    method,
    headers: defined({ ...headers, authorization, ...sent.forged }),
    body: body === '' ? null : body,
    ...(sent.signal === undefined ? {} : { signal: sent.signal }),
  });
}

function defined(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
