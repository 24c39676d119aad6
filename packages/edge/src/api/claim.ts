import type { Query } from './parameters.ts';
import { Refusal } from './refusal.ts';

/** What a call says of itself, in the words of either signature version. None of it is checked yet. */
export interface Claim {
  readonly action: string;
  readonly version: string;
  readonly accessKeyId: string;
  /** Of a temporary key. */
  readonly securityToken: string | undefined;
  readonly date: string;
  readonly nonce: string;
  /** All parameters of the call, decoded. */
  readonly parameters: Query;
  /** @throws Refusal */
  readonly checkSignature: (accessKeySecret: string) => void;
}

/** @param stringToSign what the signature should have been made of, where the cloud tells it */
export function signatureMismatch(stringToSign?: string): Refusal {
  const hint = stringToSign === undefined ? '' : ` server string to sign is:${stringToSign}`;
  return new Refusal(
    400,
    'SignatureDoesNotMatch',
    `Specified signature is not matched with our calculation.${hint}`,
  );
}
