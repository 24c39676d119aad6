import { FreshtagError } from '../../errors.ts';
import { isTrue, textOf, type FoundCredentials, type Places } from './found.ts';
import { fetched, type FetchedKey } from './library.ts';

export const ROLE_ADVICE =
  'Check the role’s ARN, that its trust policy lets this key assume it, and the network.';
export const OIDC_ADVICE =
  'Check the ARNs of the role and of the OIDC provider, the token file, and the network.';
const URI_ADVICE = 'Check the address, and what answers there.';

/** The role of a pod or a runner: a token in a file is exchanged for a key. All three variables or none. */
export function fromOidcVariables({ env }: Places): FoundCredentials | undefined {
  const roleArn = textOf(env['ALIBABA_CLOUD_ROLE_ARN']);
  const oidcProviderArn = textOf(env['ALIBABA_CLOUD_OIDC_PROVIDER_ARN']);
  const oidcTokenFilePath = textOf(env['ALIBABA_CLOUD_OIDC_TOKEN_FILE']);
  if (roleArn === undefined || oidcProviderArn === undefined || oidcTokenFilePath === undefined) {
    return undefined;
  }
  const config = {
    type: 'oidc_role_arn',
    roleArn,
    oidcProviderArn,
    oidcTokenFilePath,
    ...stsSettings(env),
  };
  return fetched({
    source: 'environment (OIDC)',
    advice: OIDC_ADVICE,
    create: (library) => new library.default(config),
  });
}

/** The role of the machine, only where the variable names it: asking any other machine takes seconds. */
export function fromEcsVariable({ env }: Places): FoundCredentials | undefined {
  const role = textOf(env['ALIBABA_CLOUD_ECS_METADATA']);
  if (role === undefined || isTrue(env['ALIBABA_CLOUD_ECS_METADATA_DISABLED'])) return undefined;
  return fetched(ecsRole('environment (ECS role)', role, env));
}

/** @throws FreshtagError `INVALID_OPTION` */
export function fromUriVariable({ env }: Places): FoundCredentials | undefined {
  const uri = textOf(env['ALIBABA_CLOUD_CREDENTIALS_URI']);
  if (uri === undefined) return undefined;
  if (!isHttpUrl(uri)) {
    throw new FreshtagError(
      'INVALID_OPTION',
      'ALIBABA_CLOUD_CREDENTIALS_URI is not an address. Give one that begins with http:// or https://, or unset it.',
    );
  }
  return fetched(credentialsUri('environment (credentials URI)', uri));
}

/** @param role `undefined`: the machine is asked for the name of its role */
export function ecsRole(source: string, role: string | undefined, env: Places['env']): FetchedKey {
  const config = {
    type: 'ecs_ram_role',
    roleName: role,
    disableIMDSv1: isTrue(env['ALIBABA_CLOUD_IMDSV1_DISABLED']),
  };
  return {
    source,
    advice: 'Check that this is an ECS instance and that it has the RAM role.',
    create: (library) => new library.default(config),
  };
}

export function credentialsUri(source: string, credentialsURI: string): FetchedKey {
  return {
    source,
    advice: URI_ADVICE,
    create: (library) => new library.default({ type: 'credentials_uri', credentialsURI }),
  };
}

export function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

/** What the variables say of the token service, where a profile says nothing. */
export function stsSettings(env: Places['env']): {
  readonly roleSessionName: string | undefined;
  readonly stsRegionId: string | undefined;
  readonly enableVpc: boolean;
} {
  return {
    roleSessionName: textOf(env['ALIBABA_CLOUD_ROLE_SESSION_NAME']),
    stsRegionId: textOf(env['ALIBABA_CLOUD_STS_REGION']),
    enableVpc: isTrue(env['ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED']),
  };
}
