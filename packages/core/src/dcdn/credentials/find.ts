import { FreshtagError } from '../../errors.ts';
import { fromCliProfile } from './cli-profile.ts';
import { fixed, textOf, type FoundCredentials, type Places } from './found.ts';
import { fromIniFile } from './ini-file.ts';
import { checkKey, isKeyAbsent } from './key.ts';
import { fromOption, type CredentialsOption } from './option.ts';
import { fromEcsVariable, fromOidcVariables, fromUriVariable } from './roles.ts';

export interface FindCredentialsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that `~` stands for. Default: the user's. */
  readonly home?: string;
  /**
   * Whether to look, after the option and the three variables of a key, where Alibaba's own tools
   * look: OIDC variables, `~/.aliyun/config.json`, `~/.alibabacloud/credentials`, an ECS role and a
   * credentials URI.
   */
  readonly profileFiles: boolean;
}

/**
 * Finds the key to sign with: the given one, else that of the environment, else that of Alibaba's own
 * tools. The first one found is used; one that is broken stops the search.
 *
 * @throws FreshtagError `NO_CREDENTIALS`, `INVALID_OPTION`, `FILE_UNUSABLE`, `FILE_INACCESSIBLE`: what is
 *   missing or broken and can be seen without a call to the cloud. None shows a value.
 */
export function findCredentials(
  given: CredentialsOption | undefined,
  options: FindCredentialsOptions,
): FoundCredentials {
  if (given !== undefined) return fromOption(given);
  const key = fromEnvironment(options.env);
  if (key !== undefined) return key;
  if (options.profileFiles) return fromAlibabaTools(options);
  throw none('', 'or give the option credentials');
}

function fromEnvironment(env: Places['env']): FoundCredentials | undefined {
  const parts = {
    accessKeyId: env['ALIBABA_CLOUD_ACCESS_KEY_ID'],
    accessKeySecret: env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'],
    securityToken: env['ALIBABA_CLOUD_SECURITY_TOKEN'],
  };
  if (isKeyAbsent(parts)) return undefined;
  const names = {
    accessKeyId: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
    accessKeySecret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
    securityToken: 'ALIBABA_CLOUD_SECURITY_TOKEN',
  };
  const key = checkKey(
    parts,
    names,
    (problem) =>
      new FreshtagError(
        'INVALID_OPTION',
        `${problem}. Set the variables of one access key as Alibaba Cloud shows them.`,
      ),
  );
  return fixed('environment', key);
}

/** The order is that of `@alicloud/credentials`. */
function fromAlibabaTools({ env, home }: FindCredentialsOptions): FoundCredentials {
  const places: Places = { env, home: home ?? homeFolder() };
  const passedOver: string[] = [];
  const note = (line: string): void => {
    passedOver.push(line);
  };
  const found =
    fromOidcVariables(places) ?? fromCliProfile(places, note) ?? fromIniFile(places, note);
  if (found !== undefined) return found;

  const profile = textOf(env['ALIBABA_CLOUD_PROFILE']);
  if (profile !== undefined) {
    const why = passedOver.length === 0 ? 'There are no profile files.' : passedOver.join(' ');
    // Going on would sign as somebody else than the one that was named.
    throw none(` ALIBABA_CLOUD_PROFILE names ${profile}. ${why}`, 'or correct that name');
  }
  const fetchedKey = fromEcsVariable(places) ?? fromUriVariable(places);
  if (fetchedKey !== undefined) return fetchedKey;
  const why = passedOver.map((line) => ` ${line}`).join('');
  throw none(why, 'give the option credentials, or run “aliyun configure”');
}

function none(why: string, elsewise: string): FreshtagError {
  return new FreshtagError(
    'NO_CREDENTIALS',
    `There is no access key to sign calls with.${why} Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, ${elsewise}.`,
  );
}

/** A user without an entry in the system, as in some containers, has no home. */
function homeFolder(): string | undefined {
  try {
    return textOf(process.getBuiltinModule('node:os').homedir());
  } catch {
    return undefined;
  }
}
