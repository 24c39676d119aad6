import { untilAborted } from '../../abort.ts';
import { FreshtagError, isFreshtagError } from '../../errors.ts';
import { isRecord } from '../../json.ts';
import { explain, type Failure } from './failure.ts';
import type { FoundCredentials } from './found.ts';
import { checkKey, type Credentials } from './key.ts';

/** What freshtag needs of a `Credential` of `@alicloud/credentials`: an instance fits. */
export interface AlibabaCredential {
  getCredential(): Promise<{
    readonly accessKeyId?: string | undefined;
    readonly accessKeySecret?: string | undefined;
    readonly securityToken?: string | undefined;
  }>;
}

/** The part of `@alicloud/credentials` 2.4 that is used. */
export interface AlibabaLibrary {
  readonly default: new (config: object | null, provider?: object) => AlibabaCredential;
  readonly CLIProfileCredentialsProvider: { builder(): ProfileBuilder };
  readonly RAMRoleARNCredentialsProvider: { builder(): RoleBuilder };
}

interface ProfileBuilder {
  withProfileName(name: string): ProfileBuilder;
  build(): object;
}

interface RoleBuilder {
  withCredentialsProvider(provider: AlibabaProvider): RoleBuilder;
  withRoleArn(arn: string | undefined): RoleBuilder;
  withRoleSessionName(name: string | undefined): RoleBuilder;
  withDurationSeconds(seconds: number | undefined): RoleBuilder;
  withStsRegionId(region: string | undefined): RoleBuilder;
  withStsEndpoint(host: string | undefined): RoleBuilder;
  withEnableVpc(enabled: boolean | undefined): RoleBuilder;
  build(): object;
}

/** A source of keys of our own, in the library's form. */
interface AlibabaProvider {
  getCredentials(): Promise<Credentials & { readonly providerName: string }>;
  getProviderName(): string;
}

/** A key that a call to the cloud, or a program, gives. */
export interface FetchedKey {
  readonly source: string;
  /** What to check when it cannot be fetched. */
  readonly advice: string;
  readonly create: (library: AlibabaLibrary) => AlibabaCredential;
}

const PACKAGE = '@alicloud/credentials';

/**
 * A key that Alibaba's own library fetches, keeps and renews. The library is loaded when the first key
 * is needed. Calls at the same time wait for one fetch.
 */
export function fetched(how: FetchedKey): FoundCredentials {
  let credential: AlibabaCredential | undefined;
  let pending: Promise<Credentials> | undefined;
  const fetchKey = async (): Promise<Credentials> => {
    const library = await loadLibrary(how.source);
    try {
      credential ??= how.create(library);
      const key = await credential.getCredential();
      return checkKey(key, NAMES, (reason) => failed(how, { reason, recovery: 'stop' }));
    } catch (error) {
      // One that failed may go on failing for ever: the library sticks to what it tried last.
      credential = undefined;
      throw isFreshtagError(error) ? error : failed(how, explain(error));
    }
  };
  return {
    source: how.source,
    get: (signal) =>
      untilAborted(() => {
        pending ??= fetchKey().finally(() => {
          pending = undefined;
        });
        return pending;
      }, signal),
  };
}

const NAMES = {
  accessKeyId: 'its access key id',
  accessKeySecret: 'its secret',
  securityToken: 'its security token',
} as const;

async function loadLibrary(source: string): Promise<AlibabaLibrary> {
  let loaded: unknown;
  try {
    // A name that no bundler follows: who bundles freshtag need not have the package.
    const name: string = PACKAGE;
    loaded = await import(name);
  } catch (cause) {
    throw new FreshtagError(
      'NO_CREDENTIALS',
      `The access key (“${source}”) must be fetched, which freshtag leaves to Alibaba’s own package ${PACKAGE}, and that cannot be loaded. Install it next to freshtag (npm install ${PACKAGE}), or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.`,
      { cause },
    );
  }
  // CommonJS: Node gives all of its exports as the default export, some bundlers give them one by one.
  const library = [isRecord(loaded) ? loaded['default'] : undefined, loaded].find(isLibrary);
  if (library !== undefined) return library;
  throw new FreshtagError(
    'NO_CREDENTIALS',
    `The access key (“${source}”) must be fetched by ${PACKAGE}, and the installed version of it is not one that freshtag knows. Install version 2.4 or a later 2 (npm install ${PACKAGE}@2).`,
  );
}

function isLibrary(value: unknown): value is AlibabaLibrary {
  return (
    isRecord(value) &&
    ['default', 'CLIProfileCredentialsProvider', 'RAMRoleARNCredentialsProvider'].every(
      (name) => typeof value[name] === 'function',
    )
  );
}

function failed(how: FetchedKey, { reason, recovery }: Failure): FreshtagError {
  return new FreshtagError(
    'NO_CREDENTIALS',
    `The access key (“${how.source}”) could not be fetched: ${reason}. ${how.advice}`,
    { recovery },
  );
}
