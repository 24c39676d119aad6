import { FreshtagError, invalidOption } from '../errors.ts';

/** An access key of Alibaba Cloud, with the session token where it is a temporary one (STS). */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

/**
 * The key to sign with: the given one, else that of the environment
 * (`ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, `ALIBABA_CLOUD_SECURITY_TOKEN`).
 *
 * @throws FreshtagError `NO_CREDENTIALS`, `INVALID_OPTION`. Neither tells a value.
 */
export function resolveCredentials(
  given: Credentials | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Credentials {
  if (given !== undefined)
    return check(given, 'credentials.accessKeyId', 'credentials.accessKeySecret');
  const accessKeyId = env['ALIBABA_CLOUD_ACCESS_KEY_ID'] ?? '';
  const accessKeySecret = env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] ?? '';
  const securityToken = env['ALIBABA_CLOUD_SECURITY_TOKEN'] ?? '';
  if (accessKeyId === '' && accessKeySecret === '') {
    throw new FreshtagError(
      'NO_CREDENTIALS',
      'There is no access key to sign calls with. Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or give the option credentials.',
    );
  }
  const token = securityToken === '' ? {} : { securityToken };
  return check(
    { accessKeyId, accessKeySecret, ...token },
    'ALIBABA_CLOUD_ACCESS_KEY_ID',
    'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  );
}

function check(key: Credentials, idName: string, secretName: string): Credentials {
  for (const [name, value] of [
    [idName, key.accessKeyId],
    [secretName, key.accessKeySecret],
  ] as const) {
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
      const state =
        typeof value === 'string' && value !== ''
          ? '(a value with spaces or control characters)'
          : '(nothing)';
      throw invalidOption(name, state, 'the access key as Alibaba Cloud shows it');
    }
  }
  return key;
}
