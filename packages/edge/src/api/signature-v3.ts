import { timingSafeEqual } from 'node:crypto';

import { sha256Hex, signature, SIGNATURE_ALGORITHM } from '@freshtag/core';

import type { Call } from './call.ts';
import { signatureMismatch, type Claim } from './claim.ts';
import { Refusal } from './refusal.ts';

interface Authorization {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const REQUIRED_HEADERS = [
  'x-acs-action',
  'x-acs-version',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-content-sha256',
];
const AUTHORIZATION =
  /^(\S+) Credential=([^,\s]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Reads a call with signature version 3, the one that the cloud's current SDKs make. Its parameters are
 * those of the URL: a form in the body is signed, and not read.
 *
 * @see https://www.alibabacloud.com/help/en/doc-detail/2593177.htm
 * @throws Refusal
 */
export function readClaimV3(call: Call): Claim {
  const { headers } = call;
  const authorization = parseAuthorization(headers['authorization']);
  const missing = REQUIRED_HEADERS.find((name) => (headers[name] ?? '') === '');
  if (missing !== undefined)
    throw new Refusal(400, 'MissingParameter', `The header ${missing} is mandatory.`);
  return {
    action: headers['x-acs-action'] ?? '',
    version: headers['x-acs-version'] ?? '',
    accessKeyId: authorization.accessKeyId,
    securityToken: headers['x-acs-security-token'],
    date: headers['x-acs-date'] ?? '',
    nonce: headers['x-acs-signature-nonce'] ?? '',
    parameters: call.parameters,
    checkSignature: (accessKeySecret) => {
      checkCoverage(headers, authorization.signedHeaders);
      checkSignature(call, authorization, accessKeySecret);
    },
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
    { ...call, query: call.parameters, signedHeaders: authorization.signedHeaders },
    accessKeySecret,
  );
  if (timingSafeEqual(Buffer.from(expected), Buffer.from(authorization.signature))) return;
  throw signatureMismatch();
}
