import { timingSafeEqual } from 'node:crypto';

import { sha256Hex, signature, SIGNATURE_ALGORITHM, type Clock } from '@freshtag/core';

import type { Call } from './call.ts';
import { Refusal } from './refusal.ts';

export interface AuthenticationOptions {
  readonly credentials: { readonly accessKeyId: string; readonly accessKeySecret: string };
  readonly clock: Pick<Clock, 'now'>;
}

interface Authorization {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const API_VERSION = '2018-01-15';
const MAX_SKEW_MS = 15 * 60_000;
const MAX_NONCES = 100_000;
const REQUIRED_HEADERS = [
  'x-acs-action',
  'x-acs-version',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-content-sha256',
];
const AUTHORIZATION =
  /^(\S+) Credential=([^,\s]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** @returns what throws a {@link Refusal} for every call that the cloud's gateway would not let pass */
export function createAuthenticator({
  credentials,
  clock,
}: AuthenticationOptions): (call: Call) => void {
  const nonces = new Set<string>();
  return (call) => {
    const authorization = parseAuthorization(call.headers['authorization']);
    checkHeaders(call.headers);
    if (authorization.accessKeyId !== credentials.accessKeyId) {
      throw new Refusal(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    }
    checkCoverage(call.headers, authorization.signedHeaders);
    checkSignature(call, authorization, credentials.accessKeySecret);
    checkDate(call.headers['x-acs-date'] ?? '', clock.now());
    checkNonce(call.headers['x-acs-signature-nonce'] ?? '', nonces);
  };
}

function parseAuthorization(header: string | undefined): Authorization {
  const [, algorithm, accessKeyId, signedHeaders, given] = AUTHORIZATION.exec(header ?? '') ?? [];
  if (
    algorithm === SIGNATURE_ALGORITHM &&
    accessKeyId !== undefined &&
    signedHeaders !== undefined &&
    given !== undefined
  ) {
    return { accessKeyId, signedHeaders: signedHeaders.split(';'), signature: given };
  }
  throw new Refusal(
    400,
    'IncompleteSignature',
    `The header Authorization must be ${SIGNATURE_ALGORITHM} Credential=..,SignedHeaders=..,Signature=..`,
  );
}

function checkHeaders(headers: Call['headers']): void {
  const missing = REQUIRED_HEADERS.find((name) => (headers[name] ?? '') === '');
  if (missing !== undefined)
    throw new Refusal(400, 'MissingParameter', `The header ${missing} is mandatory.`);
  if (headers['x-acs-version'] === API_VERSION) return;
  throw new Refusal(
    404,
    'InvalidApi.NotFound',
    `Specified api is not found: the version is ${API_VERSION}.`,
  );
}

/** All of `host`, `content-type` and `x-acs-*` that were sent must be signed, and nothing that was not sent. */
function checkCoverage(headers: Call['headers'], signedHeaders: readonly string[]): void {
  const mustBeSigned = Object.keys(headers).filter(
    (name) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'),
  );
  const unsigned = mustBeSigned.find((name) => !signedHeaders.includes(name));
  const notSent = signedHeaders.find((name) => headers[name] === undefined);
  if (unsigned === undefined && notSent === undefined) return;
  const problem =
    unsigned === undefined ? `${notSent} is signed but was not sent` : `${unsigned} is not signed`;
  throw new Refusal(400, 'IncompleteSignature', `The header ${problem}.`);
}

function checkSignature(call: Call, authorization: Authorization, accessKeySecret: string): void {
  if (call.headers['x-acs-content-sha256'] !== sha256Hex(call.body)) {
    throw new Refusal(
      400,
      'SignatureDoesNotMatch',
      'x-acs-content-sha256 is not the hash of the body.',
    );
  }
  const expected = signature(
    { ...call, signedHeaders: authorization.signedHeaders },
    accessKeySecret,
  );
  if (timingSafeEqual(Buffer.from(expected), Buffer.from(authorization.signature))) return;
  throw new Refusal(
    400,
    'SignatureDoesNotMatch',
    'Specified signature is not matched with our calculation.',
  );
}

function checkDate(date: string, nowMs: number): void {
  const dateMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(dateMs)) {
    throw new Refusal(
      400,
      'InvalidTimeStamp.Format',
      'x-acs-date must be like 2026-01-02T03:04:05Z.',
    );
  }
  if (Math.abs(nowMs - dateMs) <= MAX_SKEW_MS) return;
  throw new Refusal(
    400,
    'InvalidTimeStamp.Expired',
    'Specified time stamp or date value is expired.',
  );
}

function checkNonce(nonce: string, used: Set<string>): void {
  if (used.has(nonce)) {
    throw new Refusal(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }
  used.add(nonce);
  const [oldest] = used;
  if (used.size > MAX_NONCES && oldest !== undefined) used.delete(oldest);
}
