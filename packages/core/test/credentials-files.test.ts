import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, test } from 'vitest';

import { CANARY, refusal, search, thrownBy } from './credentials-support.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CLI = '.aliyun/config.json';
const INI = '.alibabacloud/credentials';
const secret = { access_key_id: 'id', access_key_secret: CANARY };

const cli = (profiles: unknown, current: unknown = 'default'): string =>
  JSON.stringify({ current, profiles, meta_path: '' });

describe('~/.aliyun/config.json', () => {
  const profiles = [
    { name: 'default', mode: 'AK', ...secret, sts_token: '', ram_role_arn: '' },
    { name: 'session', mode: 'StsToken', ...secret, access_key_id: 'STS.1', sts_token: 'token' },
  ];

  test('gives the key of its current profile, or of the one that ALIBABA_CLOUD_PROFILE names', async ({
    expect,
  }) => {
    const home = temporaryFolder({ [CLI]: cli(profiles) });
    const current = search(home);
    expect(current.source).toBe('~/.aliyun/config.json (profile default)');
    expect(await current.get()).toEqual({ accessKeyId: 'id', accessKeySecret: CANARY });
    const named = search(home, { ALIBABA_CLOUD_PROFILE: 'session' });
    expect(named.source).toBe('~/.aliyun/config.json (profile session)');
    expect(await named.get()).toEqual({
      accessKeyId: 'STS.1',
      accessKeySecret: CANARY,
      securityToken: 'token',
    });
  });

  test('may begin with a byte order mark', async ({ expect }) => {
    const home = temporaryFolder({ [CLI]: `\uFEFF${cli(profiles)}` });
    expect(await search(home).get()).toMatchObject({ accessKeyId: 'id' });
  });

  test.for([
    ['is cut off', `{"profiles":[{"access_key_secret":"${CANARY}"`, /is not a JSON object/],
    ['is a list', `["${CANARY}"]`, /is not a JSON object/],
    ['is empty', '', /is not a JSON object/],
    ['has profiles of another shape', cli({ default: { ...secret } }), /no list “profiles”/],
    [
      'has a profile without mode',
      cli([{ name: 'default', ...secret }]),
      /profile default\).*mode is missing/,
    ],
    [
      'has an unknown mode',
      cli([{ name: 'default', mode: CANARY, ...secret }]),
      /does not know its mode\. It knows AK, StsToken/,
    ],
    [
      'has half a key',
      cli([{ name: 'default', mode: 'AK', access_key_secret: CANARY }]),
      /access_key_id is missing/,
    ],
    [
      'has a key that is not text',
      cli([{ name: 'default', mode: 'AK', access_key_id: [CANARY], access_key_secret: CANARY }]),
      /access_key_id is not text/,
    ],
    [
      'has a secret with a space',
      cli([{ name: 'default', mode: 'AK', access_key_id: 'id', access_key_secret: `${CANARY} ` }]),
      /access_key_secret has spaces/,
    ],
    [
      'has a session without token',
      cli([{ name: 'default', mode: 'StsToken', ...secret }]),
      /sts_token is missing/,
    ],
    [
      'has a role without ARN',
      cli([{ name: 'default', mode: 'RamRoleArn', ...secret }]),
      /ram_role_arn is missing/,
    ],
    [
      'has a role for too short a time',
      cli([
        {
          name: 'default',
          mode: 'RamRoleArn',
          ...secret,
          ram_role_arn: CANARY,
          expired_seconds: 60,
        },
      ]),
      /expired_seconds must be 900 or more/,
    ],
    [
      'has OIDC without token file',
      cli([{ name: 'default', mode: 'OIDC', ram_role_arn: CANARY, oidc_provider_arn: CANARY }]),
      /oidc_token_file is missing/,
    ],
    [
      'has a login that was never made',
      cli([{ name: 'default', mode: 'CloudSSO', cloud_sso_sign_in_url: CANARY }]),
      /cloud_sso_account_id is missing/,
    ],
    [
      'has a credentials URI that is no address',
      cli([{ name: 'default', mode: 'CredentialsURI', credentials_uri: CANARY }]),
      /credentials_uri is not an address/,
    ],
    [
      'has a chain without a beginning',
      cli([
        { name: 'default', mode: 'ChainableRamRoleArn', source_profile: CANARY, ram_role_arn: 'r' },
      ]),
      /source_profile has no key/,
    ],
    [
      'has a chain in a circle',
      cli([
        { name: 'default', mode: 'ChainableRamRoleArn', source_profile: 'b', ram_role_arn: 'r' },
        { name: 'b', mode: 'ChainableRamRoleArn', source_profile: 'default', ram_role_arn: CANARY },
      ]),
      /profile b\).*leads back to itself/,
    ],
  ] as const)(
    'that %s is refused by its name, without its content',
    ([, text, words], { expect }) => {
      const home = temporaryFolder({ [CLI]: text, [INI]: '[default]\ntype=access_key' });
      const error = thrownBy(() => search(home));
      expect(refusal(error)).toMatch(/^FILE_UNUSABLE: /);
      expect(refusal(error)).toContain(join(home, CLI));
      expect(refusal(error)).toMatch(words);
    },
  );

  test('without a key yet, or without the current profile, is passed over and named if nothing else is found', ({
    expect,
  }) => {
    const empty = [{ name: 'default', mode: 'AK', access_key_id: '', access_key_secret: '' }];
    for (const [text, words] of [
      [cli(empty), /config\.json \(profile default\) has an empty key/],
      [cli(profiles, CANARY), /config\.json has no profile of the name that its “current” gives/],
      [cli([], undefined), /config\.json has no profile/],
    ] as const) {
      const home = temporaryFolder({ [CLI]: text });
      const error = thrownBy(() => search(home));
      expect(refusal(error)).toMatch(/^NO_CREDENTIALS: /);
      expect(refusal(error)).toMatch(words);
      expect(search(home, { ALIBABA_CLOUD_ECS_METADATA: 'site' }).source).toBe(
        'environment (ECS role)',
      );
    }
  });

  test('when a profile is named that no file has, nothing else is used instead of it', ({
    expect,
  }) => {
    const files = { [CLI]: cli(profiles), [INI]: '[default]\ntype=ecs_ram_role' };
    for (const home of [temporaryFolder(files), temporaryFolder()]) {
      const env = { ALIBABA_CLOUD_PROFILE: 'prod', ALIBABA_CLOUD_ECS_METADATA: 'site' };
      const error = thrownBy(() => search(home, env));
      expect(refusal(error)).toMatch(/^NO_CREDENTIALS: /);
      expect(refusal(error)).toMatch(/names prod\. /);
    }
  });
});

describe('~/.alibabacloud/credentials', () => {
  const text = [
    '# a comment',
    '; another',
    '',
    '[default]',
    'type = access_key',
    'access_key_id=id ; of a robot',
    `access_key_secret = "${CANARY}"`,
    '  [ other ]  # indented',
    "type='access_key'",
    '  access_key_id = other-id',
    'access_key_secret = a=b#c',
    'note =',
  ];

  test('gives the key of its section default, or of the one that ALIBABA_CLOUD_PROFILE names', async ({
    expect,
  }) => {
    for (const lineEnd of ['\n', '\r\n']) {
      const home = temporaryFolder({ [INI]: text.join(lineEnd) });
      expect(search(home).source).toBe('~/.alibabacloud/credentials (section default)');
      expect(await search(home).get()).toEqual({ accessKeyId: 'id', accessKeySecret: CANARY });
      const other = await search(home, { ALIBABA_CLOUD_PROFILE: 'other' }).get();
      expect(other).toEqual({ accessKeyId: 'other-id', accessKeySecret: 'a=b#c' });
    }
  });

  test('is another file where ALIBABA_CLOUD_CREDENTIALS_FILE names one', async ({ expect }) => {
    const home = temporaryFolder({ elsewhere: text.join('\n') });
    const env = { ALIBABA_CLOUD_CREDENTIALS_FILE: join(home, 'elsewhere') };
    expect(search(home, env).source).toBe(`${join(home, 'elsewhere')} (section default)`);
    const missing = { ALIBABA_CLOUD_CREDENTIALS_FILE: join(home, 'nowhere') };
    const error = thrownBy(() => search(home, missing));
    expect(refusal(error)).toMatch(/^FILE_INACCESSIBLE: /);
    expect(refusal(error)).toContain('does not exist');
  });

  test('is asked for a profile that the other file does not have', ({ expect }) => {
    const home = temporaryFolder({ [CLI]: cli([]), [INI]: text.join('\n') });
    expect(search(home, { ALIBABA_CLOUD_PROFILE: 'other' }).source).toBe(
      '~/.alibabacloud/credentials (section other)',
    );
  });

  test.for([
    ['has a line of no known form', `[default]\n${CANARY}\n`, /line 2 is neither/],
    ['is JSON', `{"secret":"${CANARY}"}`, /line 1 is neither/],
    ['has no type', `[default]\naccess_key_secret=${CANARY}`, /section default\).*type is missing/],
    [
      'has an unknown type',
      `[default]\ntype=${CANARY}`,
      /its type is unknown; freshtag reads access_key/,
    ],
    ['has no key', '[default]\ntype=access_key', /access_key_id and access_key_secret are missing/],
    [
      'has half a key',
      `[default]\ntype=access_key\naccess_key_id=${CANARY}`,
      /access_key_secret is missing/,
    ],
    [
      'has a secret with a space',
      `[default]\ntype=access_key\naccess_key_id=id\naccess_key_secret=${CANARY} x`,
      /access_key_secret has spaces/,
    ],
    [
      'has a role without ARN',
      `[default]\ntype=ram_role_arn\naccess_key_id=id\naccess_key_secret=${CANARY}`,
      /role_arn is missing/,
    ],
  ] as const)(
    'that %s is refused by its name, without its content',
    ([, broken, words], { expect }) => {
      const home = temporaryFolder({ [INI]: broken });
      const error = thrownBy(() => search(home));
      expect(refusal(error)).toMatch(/^FILE_UNUSABLE: /);
      expect(refusal(error)).toContain(join(home, INI));
      expect(refusal(error)).toMatch(words);
    },
  );

  test('without the section is passed over and named', ({ expect }) => {
    const error = thrownBy(() => search(temporaryFolder({ [INI]: `[${CANARY}]` })));
    expect(refusal(error)).toContain('has no section default');
  });
});

test.for([CLI, INI])('%s that cannot be read stops the search, by its name', (file, { expect }) => {
  const home = temporaryFolder();
  mkdirSync(join(home, file), { recursive: true });
  const error = thrownBy(() => search(home, { ALIBABA_CLOUD_ECS_METADATA: 'site' }));
  expect(refusal(error)).toMatch(/^FILE_INACCESSIBLE: /);
  expect(refusal(error)).toContain(join(home, file));
  expect(refusal(error)).toMatch(/cannot be read \(EISDIR\)/);
});
