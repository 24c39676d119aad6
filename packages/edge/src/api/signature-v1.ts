import { createHmac, timingSafeEqual } from 'node:crypto';

import { canonicalQuery } from '@freshtag/core';

import type { Call } from './call.ts';
import { signatureMismatch, type Claim } from './claim.ts';
import { required, type Query } from './parameters.ts';
import { Refusal } from './refusal.ts';

/**
 * Reads a call in the old RPC form, whose parameters are in the URL, in a form in the body, or both.
 *
 * @see https://github.com/AlibabaCloudDocs/cdn (API Reference, Call method)
 * @throws Refusal
 */
export function readClaimV1({ method, parameters }: Call): Claim {
  const claim = {
    action: required(parameters, 'Action'),
    version: required(parameters, 'Version'),
    accessKeyId: required(parameters, 'AccessKeyId'),
    date: required(parameters, 'Timestamp'),
    nonce: required(parameters, 'SignatureNonce'),
  };
  const given = required(parameters, 'Signature');
  if (required(parameters, 'SignatureMethod') !== 'HMAC-SHA1')
    throw new Refusal(400, 'InvalidSignatureMethod', 'SignatureMethod must be HMAC-SHA1.');
  if (required(parameters, 'SignatureVersion') !== '1.0')
    throw new Refusal(400, 'InvalidSignatureVersion', 'SignatureVersion must be 1.0.');
  return {
    ...claim,
    securityToken: parameters['SecurityToken'],
    parameters,
    checkSignature: (accessKeySecret) => {
      const stringToSign = stringToSignV1(method, parameters);
      const expected = Buffer.from(signatureV1(stringToSign, accessKeySecret));
      const sent = Buffer.from(given);
      if (sent.length === expected.length && timingSafeEqual(sent, expected)) return;
      throw signatureMismatch(stringToSign);
    },
  };
}

/** What signature version 1 is made of: the method, and all parameters but the signature itself. */
export function stringToSignV1(method: string, parameters: Query): string {
  const { Signature: _, ...signed } = parameters;
  return `${method}&%2F&${encodeURIComponent(canonicalQuery(signed))}`;
}

/** In base64. */
export function signatureV1(stringToSign: string, accessKeySecret: string): string {
  return createHmac('sha1', `${accessKeySecret}&`).update(stringToSign).digest('base64');
}
