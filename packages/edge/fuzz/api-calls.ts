import { createHash, createHmac, randomUUID } from 'node:crypto';

import { canonicalQuery } from '@freshtag/core';
import * as fc from 'fast-check';

import { ACTIONS } from '../src/api/action-names.ts';
import { edits, latin1 } from './bytes.ts';
import type { MakeCase, Place } from './fuzz-case.ts';

export interface ApiCall {
  readonly action: string;
  readonly query: Readonly<Record<string, string>>;
  readonly method: 'GET' | 'POST';
}

const KEY = { id: 'testid', secret: 'testsecret' } as const;
const NAMES = [
  'CacheTag',
  'DomainName',
  'Force',
  'ObjectPath',
  'ObjectType',
  'TaskId',
  'PageNumber',
  'PageSize',
  'StartTime',
  'EndTime',
  'Status',
  'SecurityToken',
  '__proto__',
  'constructor',
];
const VALUES = [
  '',
  'www.example.com',
  '*.example.com',
  'true',
  'TRUE',
  'directory',
  'file',
  'regex',
  'IgnoreParams',
  'http://www.example.com/([0-9]+)+$',
  'http://www.example.com/a\nhttp://www.example.com/b',
  'https://evil.example/',
  '-1',
  '1e9',
  '99999999999999999999',
  '2026-13-99T99:99:99Z',
  'a,b,,c, ,',
  '__proto__',
  '\0',
  '\ud800',
] as const;

const value: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...VALUES),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer({ min: 100, max: 20_000 }).map((size) => 'x'.repeat(size)),
  fc
    .integer({ min: 100, max: 3000 })
    .map((count) => Array.from({ length: count }, String).join(',')),
);

/** Calls that are signed well and ask for anything. */
export const signedCall: fc.Arbitrary<MakeCase> = fc
  .record({
    action: fc.oneof(fc.constantFrom(...ACTIONS), fc.string({ maxLength: 20 }).map(visible)),
    method: fc.constantFrom('GET', 'POST'),
    // Most refreshes shall get as far as the caches.
    isFair: fc.boolean(),
    query: fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }),
  })
  .map(({ isFair, query, ...call }) => (place) => ({
    kind: 'signed call',
    port: 'api',
    writes: [
      signedRequest(
        { ...call, query: { ...(isFair ? fairQuery(place) : {}), ...wellFormed(query) } },
        place,
      ),
    ],
    ending: 'wait',
  }));

/** Calls that were signed before a few of their bytes changed. */
export const brokenCall: fc.Arbitrary<MakeCase> = fc
  .record({ action: fc.constantFrom(...ACTIONS), change: edits })
  .map(({ action, change }) => (place) => ({
    kind: 'broken call',
    port: 'api',
    writes: [change(signedRequest({ action, method: 'POST', query: fairQuery(place) }, place))],
    ending: 'wait',
  }));

/** The bytes of a call with signature version 3. */
export function signedRequest(
  { action, query, method }: ApiCall,
  place: Place,
  connection = 'keep-alive',
): Buffer {
  const queryString = canonicalQuery(query);
  const headers = {
    host: place.apiHost,
    'x-acs-action': action,
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': `${new Date(place.nowMs).toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2018-01-15',
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, text]) => `${name}:${text}\n`);
  const canonical = [method, '/', queryString, lines.join(''), names, sha256('')].join('\n');
  const mac = createHmac('sha256', KEY.secret).update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`);
  const authorization = `ACS3-HMAC-SHA256 Credential=${KEY.id},SignedHeaders=${names},Signature=${mac.digest('hex')}`;
  const sent = Object.entries({ ...headers, authorization, connection, 'content-length': '0' });
  return latin1(
    `${method} /?${queryString} HTTP/1.1\r\n${sent.map((pair) => `${pair.join(': ')}\r\n`).join('')}\r\n`,
  );
}

function fairQuery({ domain }: Place): Record<string, string> {
  return { DomainName: domain, CacheTag: 't1,t2', Force: 'true' };
}

/** Lone surrogates cannot be in a URL. */
function wellFormed(query: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, text]) => [name, text.toWellFormed()]),
  );
}

/** What can stand in a header. */
function visible(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '-') || '-';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
