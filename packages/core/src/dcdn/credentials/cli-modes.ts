import { fixed, textOf, type FoundCredentials, type Places } from './found.ts';
import { checkFileKey, unusable, type ProfilePlace } from './profile-file.ts';
import { isKeyAbsent, type Credentials } from './key.ts';
import { fetched, type AlibabaCredential, type AlibabaLibrary } from './library.ts';
import {
  credentialsUri,
  ecsRole,
  isHttpUrl,
  OIDC_ADVICE,
  ROLE_ADVICE,
  stsSettings,
} from './roles.ts';

export type Profile = Readonly<Record<string, unknown>>;

export interface ProfileContext {
  readonly path: string;
  readonly home: string;
  readonly env: Places['env'];
  /** Another profile of the same file. */
  readonly find: (name: string) => Profile | undefined;
  /** Names of the profiles that led here, this one's last. */
  readonly chain: readonly string[];
}

/** One mode of a profile: a key that is known, or one to be fetched. */
type Mode = (profile: Profile, here: Here) => FoundCredentials | undefined;

interface Here extends ProfileContext {
  readonly name: string;
  readonly place: ProfilePlace;
  readonly source: string;
}

/**
 * @returns `undefined` where the key was left empty, as `aliyun` does before it is configured
 * @throws FreshtagError `FILE_UNUSABLE`
 */
export function readMode(profile: Profile, context: ProfileContext): FoundCredentials | undefined {
  const name = context.chain.at(-1) ?? '';
  const part = `profile ${name}`;
  const here = {
    ...context,
    name,
    place: { path: context.path, part },
    source: `~/.aliyun/config.json (${part})`,
  };
  const mode = textOf(profile['mode']);
  if (mode === undefined) throw unusable(here.place, 'mode is missing');
  const read = MODES.get(mode);
  if (read !== undefined) return read(profile, here);
  throw unusable(
    here.place,
    `freshtag does not know its mode. It knows ${[...MODES.keys()].join(', ')}`,
  );
}

const MODES: ReadonlyMap<string, Mode> = new Map<string, Mode>([
  ['AK', readKey],
  ['StsToken', readTemporaryKey],
  ['RamRoleArn', readRole],
  [
    'EcsRamRole',
    (profile, here) => fetched(ecsRole(here.source, textOf(profile['ram_role_name']), here.env)),
  ],
  ['OIDC', readOidc],
  ['ChainableRamRoleArn', readChain],
  ['CredentialsURI', readUri],
  [
    'CloudSSO',
    leaveToLibrary(
      'cloud_sso_sign_in_url',
      'cloud_sso_account_id',
      'cloud_sso_access_config',
      'access_token',
    ),
  ],
  ['OAuth', leaveToLibrary('oauth_site_type', 'oauth_refresh_token')],
  ['External', leaveToLibrary('process_command')],
]);

function readKey(profile: Profile, { place, source }: Here): FoundCredentials | undefined {
  const key = keyOf(profile, place);
  return key === undefined ? undefined : fixed(source, key);
}

function readTemporaryKey(profile: Profile, { place, source }: Here): FoundCredentials | undefined {
  const key = keyOf(profile, place);
  if (key === undefined) return undefined;
  const securityToken = required(profile, 'sts_token', place);
  return fixed(source, checkFileKey(place, { ...key, securityToken }));
}

function readRole(profile: Profile, here: Here): FoundCredentials | undefined {
  const key = keyOf(profile, here.place);
  if (key === undefined) return undefined;
  const config = { type: 'ram_role_arn', ...key, ...roleSettings(profile, here) };
  return fetched({
    source: here.source,
    advice: ROLE_ADVICE,
    create: (library) => new library.default(config),
  });
}

function readOidc(profile: Profile, here: Here): FoundCredentials {
  const config = {
    type: 'oidc_role_arn',
    oidcProviderArn: required(profile, 'oidc_provider_arn', here.place),
    oidcTokenFilePath: required(profile, 'oidc_token_file', here.place),
    ...roleSettings(profile, here),
  };
  return fetched({
    source: here.source,
    advice: OIDC_ADVICE,
    create: (library) => new library.default(config),
  });
}

function readChain(profile: Profile, here: Here): FoundCredentials {
  const previous = required(profile, 'source_profile', here.place);
  if (here.chain.includes(previous)) {
    throw unusable(here.place, 'its source_profile leads back to itself');
  }
  const first = here.find(previous);
  const key =
    first === undefined
      ? undefined
      : readMode(first, { ...here, chain: [...here.chain, previous] });
  if (key === undefined) throw unusable(here.place, 'its source_profile has no key');
  const settings = roleSettings(profile, here);
  return fetched({
    source: here.source,
    advice: ROLE_ADVICE,
    create: (library) => assumeRole(library, key, settings),
  });
}

function assumeRole(
  library: AlibabaLibrary,
  key: FoundCredentials,
  settings: RoleSettings,
): AlibabaCredential {
  const provider = library.RAMRoleARNCredentialsProvider.builder()
    .withCredentialsProvider({
      // The name is sent as a header, which must have a value.
      getCredentials: async () => ({ ...(await key.get()), providerName: 'cli_profile' }),
      getProviderName: () => 'cli_profile',
    })
    .withRoleArn(settings.roleArn)
    .withRoleSessionName(settings.roleSessionName)
    .withDurationSeconds(settings.roleSessionExpiration)
    .withStsRegionId(settings.stsRegionId)
    .withStsEndpoint(settings.stsEndpoint)
    .withEnableVpc(settings.enableVpc)
    .build();
  return new library.default(null, provider);
}

function readUri(profile: Profile, here: Here): FoundCredentials {
  const uri = required(profile, 'credentials_uri', here.place);
  if (!isHttpUrl(uri)) throw unusable(here.place, 'credentials_uri is not an address');
  return fetched(credentialsUri(here.source, uri));
}

/**
 * Modes whose library code also writes renewed tokens back to the file, and is reached by the profile's
 * name alone.
 */
function leaveToLibrary(...fields: readonly string[]): Mode {
  return (profile, { place, source, name, home }) => {
    for (const field of fields) required(profile, field, place);
    return fetched({
      source,
      advice: `Try “aliyun sts GetCallerIdentity --profile ${name}”; a login that has expired is renewed by “aliyun configure --profile ${name}”.`,
      create: (library) => {
        const provider = library.CLIProfileCredentialsProvider.builder().withProfileName(name);
        return new library.default(null, Object.assign(provider.build(), { homedir: home }));
      },
    });
  };
}

interface RoleSettings extends ReturnType<typeof stsSettings> {
  readonly roleArn: string;
  readonly roleSessionExpiration: number | undefined;
  readonly stsEndpoint: string | undefined;
}

function roleSettings(profile: Profile, { place, env }: Here): RoleSettings {
  const variables = stsSettings(env);
  const seconds = profile['expired_seconds'];
  if (typeof seconds === 'number' && seconds !== 0 && seconds < 900) {
    throw unusable(place, 'expired_seconds must be 900 or more');
  }
  return {
    roleArn: required(profile, 'ram_role_arn', place),
    roleSessionName: textOf(profile['ram_session_name']) ?? variables.roleSessionName,
    roleSessionExpiration: typeof seconds === 'number' ? seconds : undefined,
    stsRegionId: textOf(profile['sts_region']) ?? variables.stsRegionId,
    stsEndpoint: textOf(profile['sts_endpoint']),
    enableVpc: profile['enable_vpc'] === true || variables.enableVpc,
  };
}

function keyOf(profile: Profile, place: ProfilePlace): Credentials | undefined {
  const parts = {
    accessKeyId: profile['access_key_id'],
    accessKeySecret: profile['access_key_secret'],
  };
  return isKeyAbsent(parts) ? undefined : checkFileKey(place, parts);
}

function required(profile: Profile, field: string, place: ProfilePlace): string {
  const value = textOf(profile[field]);
  if (value === undefined) throw unusable(place, `${field} is missing`);
  return value;
}
