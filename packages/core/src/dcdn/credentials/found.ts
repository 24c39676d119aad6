import { FreshtagError } from '../../errors.ts';
import type { Credentials } from './key.ts';

/** Where the key comes from, known before it is needed. */
export interface FoundCredentials {
  /** For people, such as `environment` or `~/.aliyun/config.json (profile default)`. No secret. */
  readonly source: string;
  /**
   * The key to sign the next call with. Asked for each call: a temporary key is renewed in between.
   * @throws FreshtagError `NO_CREDENTIALS`, `INVALID_OPTION`; the signal's reason when aborted
   */
  get(signal?: AbortSignal): Promise<Credentials>;
  /** The key, where it is known already and never changes. */
  readonly fixed?: Credentials;
}

/** Variables and home folder to look in. */
export interface Places {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `undefined`: this user has none. */
  readonly home: string | undefined;
}

/** A key that is known already. */
export function fixed(source: string, key: Credentials): FoundCredentials {
  return {
    source,
    fixed: key,
    get: async (signal) => {
      signal?.throwIfAborted();
      return key;
    },
  };
}

/**
 * The key for one call, waited for no longer than the call may take.
 * @throws FreshtagError `NO_CREDENTIALS` when it took longer; the caller's reason when aborted
 */
export async function getInTime(
  found: FoundCredentials,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  if (found.fixed !== undefined) return found.fixed;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await found.get(signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
  } catch (error) {
    signal?.throwIfAborted();
    if (error !== timeout.reason || !timeout.aborted) throw error;
    throw new FreshtagError(
      'NO_CREDENTIALS',
      `The access key (“${found.source}”) was not there in the time that a call may take (timeoutMs). Check what gives the key, and the network.`,
      { recovery: 'retry' },
    );
  }
}

/** A variable or field as text; an empty one is as good as none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether a variable says `true`, in the way that Alibaba's tools read it. */
export function isTrue(variable: string | undefined): boolean {
  return variable?.toLowerCase() === 'true';
}
