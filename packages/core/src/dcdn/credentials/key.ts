import type { FreshtagError } from '../../errors.ts';

/** An access key of Alibaba Cloud, with the session token where it is a temporary one (STS). */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

/** A key where it was found, before anything is known of it. */
export interface KeyParts {
  readonly accessKeyId?: unknown;
  readonly accessKeySecret?: unknown;
  readonly securityToken?: unknown;
}

/** What the parts of a key are called where it was found: variables, fields, options. */
export type KeyNames = Readonly<Record<keyof KeyParts, string>>;

/**
 * @param fail makes the error from a problem that names the part and never shows its value
 * @returns the key and nothing else of what was found; an empty token is none
 */
export function checkKey(
  parts: KeyParts,
  names: KeyNames,
  fail: (problem: string) => FreshtagError,
): Credentials {
  const part = (name: keyof KeyParts): string => {
    const problem = problemOf(parts[name]);
    if (problem !== undefined) throw fail(`${names[name]} ${problem}`);
    return String(parts[name]);
  };
  const key = { accessKeyId: part('accessKeyId'), accessKeySecret: part('accessKeySecret') };
  return isAbsent(parts.securityToken) ? key : { ...key, securityToken: part('securityToken') };
}

/** Whether neither half of a key is there: it was not set up, which is not an error. */
export function isKeyAbsent(parts: KeyParts): boolean {
  return isAbsent(parts.accessKeyId) && isAbsent(parts.accessKeySecret);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function problemOf(value: unknown): string | undefined {
  if (isAbsent(value)) return 'is missing';
  if (typeof value !== 'string') return 'is not text';
  if (/^[\x21-\x7e]+$/.test(value)) return undefined;
  return 'has spaces, line ends or other characters that are in no access key';
}
