import type { Clock } from '@freshtag/core';

import type { Call } from './call.ts';
import type { Claim } from './claim.ts';
import type { Query } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { readClaimV1 } from './signature-v1.ts';
import { readClaimV3 } from './signature-v3.ts';

/** The key that may call the API. With a token it is a temporary one. */
export interface Key {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export interface AuthenticationOptions {
  readonly credentials: Key;
  readonly clock: Pick<Clock, 'now'>;
}

/** A call by somebody who holds the key. */
export interface SignedCall {
  readonly method: string;
  readonly path: string;
  readonly action: string;
  readonly query: Query;
}

const API_VERSION = '2018-01-15';
const MAX_SKEW_MS = 15 * 60_000;
const MAX_NONCES = 100_000;

/** @returns what throws a {@link Refusal} for every call that the cloud's gateway would not let pass */
export function createAuthenticator({
  credentials,
  clock,
}: AuthenticationOptions): (call: Call) => SignedCall {
  const nonces = new Set<string>();
  return (call) => {
    const claim = call.version === 1 ? readClaimV1(call) : readClaimV3(call);
    if (claim.version !== API_VERSION)
      throw new Refusal(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
    if (claim.accessKeyId !== credentials.accessKeyId)
      throw new Refusal(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    claim.checkSignature(credentials.accessKeySecret);
    checkToken(claim, credentials);
    checkDate(claim.date, clock.now());
    checkNonce(claim.nonce, nonces);
    const { method, path } = call;
    return { method, path, action: claim.action, query: claim.parameters };
  };
}

function checkToken({ securityToken = '' }: Claim, credentials: Key): void {
  if (securityToken === (credentials.securityToken ?? '')) return;
  if (securityToken === '')
    throw new Refusal(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.');
  throw new Refusal(
    400,
    'InvalidSecurityToken.MismatchWithAccessKey',
    'Specified SecurityToken does not match the AccessKey.',
  );
}

function checkDate(date: string, nowMs: number): void {
  const dateMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(dateMs)) {
    throw new Refusal(
      400,
      'InvalidTimeStamp.Format',
      'Specified time stamp or date value is not well formatted, like 2026-01-02T03:04:05Z.',
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
