import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { afterAll, beforeAll, describe, test } from 'vitest';

import {
  CANARY,
  keyNumber,
  LOCAL_CERTIFICATE,
  profile,
  refusal,
  rejectionOf,
  search,
  serve,
  temporaryKey,
  type Asked,
} from './credentials-support.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('a key of an assumed role, by Alibaba’s library', () => {
  const before = getCACertificates('default');
  beforeAll(() => {
    setDefaultCACertificates([...before, LOCAL_CERTIFICATE]);
  });
  afterAll(() => {
    setDefaultCACertificates(before);
  });

  /** A token service that answers with key 1, 2, 3, and notes what it was asked. */
  async function tokenService() {
    const asked: Asked[] = [];
    const { host } = await serve((request) => {
      asked.push(request);
      return { body: JSON.stringify({ Credentials: temporaryKey(asked.length) }) };
    }, true);
    return { host, asked };
  }

  const long = { access_key_id: 'long-id', access_key_secret: 'long-secret' };

  test('RamRoleArn: with the key, role and session of the profile', async ({ expect }) => {
    const { host, asked } = await tokenService();
    const home = profile({
      mode: 'RamRoleArn',
      ...long,
      ram_role_arn: 'acs:ram::1:role/site',
      ram_session_name: 'deploy',
      expired_seconds: 900,
      sts_endpoint: host,
    });
    expect(await search(home).get()).toEqual(keyNumber(1));
    expect(asked[0]?.url.searchParams.get('Action')).toBe('AssumeRole');
    expect(asked[0]?.url.searchParams.get('AccessKeyId')).toBe('long-id');
    expect(Object.fromEntries(asked[0]?.form ?? [])).toMatchObject({
      RoleArn: 'acs:ram::1:role/site',
      RoleSessionName: 'deploy',
      DurationSeconds: '900',
    });
  });

  test('ChainableRamRoleArn: with the temporary key of the profile before it', async ({
    expect,
  }) => {
    const { host, asked } = await tokenService();
    const home = profile(
      {
        mode: 'ChainableRamRoleArn',
        source_profile: 'first',
        ram_role_arn: 'role-2',
        sts_endpoint: host,
      },
      { name: 'first', mode: 'RamRoleArn', ...long, ram_role_arn: 'role-1', sts_endpoint: host },
    );
    expect(await search(home).get()).toEqual(keyNumber(2));
    expect(asked[1]?.url.searchParams.get('SecurityToken')).toBe('token-1');
    expect(asked[1]?.form.get('RoleArn')).toBe('role-2');
  });

  test('OIDC: with the token of the profile’s file and no key at all', async ({ expect }) => {
    const { host, asked } = await tokenService();
    const folder = temporaryFolder({ token: 'signed-by-ci' });
    const home = profile({
      mode: 'OIDC',
      oidc_provider_arn: 'provider',
      oidc_token_file: join(folder, 'token'),
      ram_role_arn: 'role',
      expired_seconds: 1800,
      sts_endpoint: host,
    });
    expect(await search(home, { ALIBABA_CLOUD_ROLE_SESSION_NAME: 'ci' }).get()).toEqual(
      keyNumber(1),
    );
    expect(asked[0]?.url.searchParams.get('Action')).toBe('AssumeRoleWithOIDC');
    expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({
      OIDCProviderArn: 'provider',
      OIDCToken: 'signed-by-ci',
      RoleArn: 'role',
      RoleSessionName: 'ci',
      DurationSeconds: '1800',
    });
  });

  test('refused by the cloud: tells the profile, the code and what to check, and nothing else', async ({
    expect,
  }) => {
    const { host } = await serve(
      () => ({
        status: 403,
        body: `{"RequestId":"R","Code":"NoPermission","Message":"server string to sign is: ${CANARY}"}`,
      }),
      true,
    );
    const first = { mode: 'RamRoleArn', ...long, ram_role_arn: 'r', sts_endpoint: host };
    const home = profile(
      { mode: 'ChainableRamRoleArn', source_profile: 'first', ram_role_arn: 'role-2' },
      { name: 'first', ...first },
    );
    const error = await rejectionOf(search(home).get());
    expect(refusal(error)).toMatch(
      /profile first\)”\) could not be fetched: the cloud refused with NoPermission\. Check/,
    );
    expect(refusal(error)).not.toContain('long-secret');
    expect(error).toHaveProperty('recovery', 'stop');
  });

  test('whose OIDC token file is missing: says so', async ({ expect }) => {
    const env = {
      ALIBABA_CLOUD_ROLE_ARN: 'role',
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'provider',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: join(temporaryFolder(), 'token'),
    };
    const error = await rejectionOf(search(temporaryFolder(), env).get());
    expect(refusal(error)).toMatch(
      /environment \(OIDC\)”\) could not be fetched: ENOENT\. .*token file/,
    );
  });

  test('ram_role_arn in the INI file is read at once, and fetched when the key is needed', ({
    expect,
  }) => {
    const home = temporaryFolder({
      '.alibabacloud/credentials':
        '[default]\ntype=ram_role_arn\naccess_key_id=id\naccess_key_secret=s\nrole_arn=r\n',
    });
    expect(search(home).source).toBe('~/.alibabacloud/credentials (section default)');
  });
});
