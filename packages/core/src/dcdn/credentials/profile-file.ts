import { FreshtagError } from '../../errors.ts';
import { checkKey, type Credentials, type KeyParts } from './key.ts';

/** A file of Alibaba's tools, and which part of it is meant. */
export interface ProfilePlace {
  readonly path: string;
  /** For people, such as `profile default`. Empty: the file as a whole. */
  readonly part: string;
}

/**
 * @returns `undefined` if there is no such file
 * @throws FreshtagError `FILE_INACCESSIBLE`
 */
export function readProfileFile(path: string): string | undefined {
  try {
    // The byte order mark is what some editors on Windows begin a file with.
    return process
      .getBuiltinModule('node:fs')
      .readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new FreshtagError(
      'FILE_INACCESSIBLE',
      `${path} may hold the access key and cannot be read (${code}). Check the path and its permissions, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, which come first.`,
      { cause },
    );
  }
}

/** The error for a broken file. `problem` names fields and never shows a value. */
export function unusable(place: ProfilePlace, problem: string): FreshtagError {
  const part = place.part === '' ? '' : ` (${place.part})`;
  return new FreshtagError(
    'FILE_UNUSABLE',
    `${place.path}${part} gives no access key: ${problem}. Mend the file, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, which come first.`,
  );
}

/** @throws FreshtagError `FILE_UNUSABLE` for half a key, or one that cannot be sent */
export function checkFileKey(place: ProfilePlace, parts: KeyParts): Credentials {
  return checkKey(
    parts,
    {
      accessKeyId: 'access_key_id',
      accessKeySecret: 'access_key_secret',
      securityToken: 'sts_token',
    },
    (problem) => unusable(place, problem),
  );
}
