import { createRequire } from 'node:module';

import type credentialsLibrary from '@alicloud/credentials';
import { describe, expectTypeOf, test } from 'vitest';

import { createDcdnClient, findCredentials } from '@freshtag/core';

import type { AlibabaCredential, AlibabaLibrary } from '../src/dcdn/credentials/library.ts';
import type { CredentialsOption } from '../src/dcdn/credentials/option.ts';
import { CANARY, refusal, rejectionOf, thrownBy } from './credentials-support.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { default: Credential, Config } = createRequire(import.meta.url)(
  '@alicloud/credentials',
) as typeof credentialsLibrary;

const key = { accessKeyId: 'option-id', accessKeySecret: 'option-secret' };
const variables = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'variable-id',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'variable-secret',
};
const oidcVariables = {
  ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/site',
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/ci',
  ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/nowhere/token',
};
const cliFile = {
  '.aliyun/config.json': JSON.stringify({
    current: 'default',
    profiles: [
      { name: 'default', mode: 'AK', access_key_id: 'cli-id', access_key_secret: 'cli-secret' },
    ],
  }),
};
const iniFile = {
  '.alibabacloud/credentials':
    '[default]\ntype = access_key\naccess_key_id = ini-id\naccess_key_secret = ini-secret\n',
};

function search(
  given: CredentialsOption | undefined,
  env: Record<string, string | undefined> = {},
  home: string = temporaryFolder(),
) {
  return findCredentials(given, { env, home, profileFiles: true });
}

describe('where the key is looked for', () => {
  test('the first of option, key variables, OIDC variables, CLI profile, INI file, ECS role and URI wins', ({
    expect,
  }) => {
    const home = temporaryFolder({ ...cliFile, ...iniFile });
    const others = {
      ALIBABA_CLOUD_ECS_METADATA: 'site',
      ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1:1/',
    };
    const source = (env: Record<string, string | undefined>, folder = home): string =>
      search(undefined, env, folder).source;

    expect(search(key, { ...variables, ...oidcVariables, ...others }, home).source).toBe('option');
    expect(source({ ...variables, ...oidcVariables, ...others })).toBe('environment');
    expect(source({ ...oidcVariables, ...others })).toBe('environment (OIDC)');
    expect(source(others)).toBe('~/.aliyun/config.json (profile default)');
    expect(source({ ...others, ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'True' })).toBe(
      '~/.alibabacloud/credentials (section default)',
    );
    expect(source(others, temporaryFolder(iniFile))).toBe(
      '~/.alibabacloud/credentials (section default)',
    );
    const nothing = temporaryFolder();
    expect(source(others, nothing)).toBe('environment (ECS role)');
    expect(source({ ...others, ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' }, nothing)).toBe(
      'environment (credentials URI)',
    );
  });

  test('an empty variable is as good as none, and two OIDC variables of three are none', ({
    expect,
  }) => {
    const home = temporaryFolder(cliFile);
    const empty = { ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' };
    const env = { ...empty, ...oidcVariables, ALIBABA_CLOUD_ROLE_ARN: '' };
    expect(search(undefined, env, home).source).toBe('~/.aliyun/config.json (profile default)');
  });

  test('a build plugin, without profileFiles, looks at the option and the key variables alone', async ({
    expect,
  }) => {
    const home = temporaryFolder({ ...cliFile, ...iniFile });
    const options = { home, profileFiles: false };
    const env = { ...oidcVariables, ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1:1/' };
    const error = thrownBy(() => findCredentials(undefined, { ...options, env }));
    expect(refusal(error)).toMatch(
      /^NO_CREDENTIALS: .*ALIBABA_CLOUD_ACCESS_KEY_ID.*option credentials/,
    );
    expect(await findCredentials(undefined, { ...options, env: variables }).get()).toEqual({
      accessKeyId: 'variable-id',
      accessKeySecret: 'variable-secret',
    });
  });

  test('without any, the error names what to set', ({ expect }) => {
    const error = thrownBy(() => search(undefined));
    expect(refusal(error)).toMatch(
      /^NO_CREDENTIALS: .*ALIBABA_CLOUD_ACCESS_KEY_SECRET.*aliyun configure/,
    );
  });
});

describe('the key of the environment', () => {
  test('has its session token where there is one', async ({ expect }) => {
    const env = { ...variables, ALIBABA_CLOUD_SECURITY_TOKEN: 'token' };
    expect(await search(undefined, env).get()).toEqual({
      accessKeyId: 'variable-id',
      accessKeySecret: 'variable-secret',
      securityToken: 'token',
    });
    const empty = { ...variables, ALIBABA_CLOUD_SECURITY_TOKEN: '' };
    expect(await search(undefined, empty).get()).not.toHaveProperty('securityToken');
  });

  test.for([
    ['ALIBABA_CLOUD_ACCESS_KEY_ID', { ALIBABA_CLOUD_ACCESS_KEY_SECRET: CANARY }, 'is missing'],
    ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', { ALIBABA_CLOUD_ACCESS_KEY_ID: CANARY }, 'is missing'],
    [
      'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
      { ...variables, ALIBABA_CLOUD_ACCESS_KEY_SECRET: `${CANARY}\n` },
      'has spaces, line ends',
    ],
    [
      'ALIBABA_CLOUD_ACCESS_KEY_ID',
      { ...variables, ALIBABA_CLOUD_ACCESS_KEY_ID: `${CANARY} ` },
      'has spaces, line ends',
    ],
    [
      'ALIBABA_CLOUD_SECURITY_TOKEN',
      { ...variables, ALIBABA_CLOUD_SECURITY_TOKEN: `${CANARY}\u0000` },
      'has spaces, line ends',
    ],
  ] as const)(
    'with a bad %s: %j is refused, by that name alone',
    ([name, env, why], { expect }) => {
      const error = thrownBy(() => search(undefined, env, temporaryFolder(cliFile)));
      expect(refusal(error)).toContain(`INVALID_OPTION: ${name} ${why}`);
    },
  );

  test('a credentials URI that is no address is refused by the name of its variable', ({
    expect,
  }) => {
    const env = { ALIBABA_CLOUD_CREDENTIALS_URI: `file:///etc/${CANARY}` };
    const error = thrownBy(() => search(undefined, env));
    expect(refusal(error)).toMatch(
      /^INVALID_OPTION: ALIBABA_CLOUD_CREDENTIALS_URI is not an address/,
    );
  });
});

describe('the option credentials', () => {
  test('may be a key, of which a later change is not seen', async ({ expect }) => {
    const given = { ...key, securityToken: 'token', more: 'thing' };
    const found = search(given);
    given.accessKeySecret = 'changed';
    expect(await found.get()).toEqual({ ...key, securityToken: 'token' });
    expect(await search({ ...key, securityToken: '' }).get()).toEqual(key);
  });

  test('may be a function, asked each time, at once or later', async ({ expect }) => {
    let calls = 0;
    const found = search(() => {
      calls += 1;
      return { ...key, securityToken: `token-${calls}` };
    });
    expect(calls).toBe(0);
    expect(await found.get()).toEqual({ ...key, securityToken: 'token-1' });
    expect(await found.get()).toEqual({ ...key, securityToken: 'token-2' });
    expect(await search(async () => key).get()).toEqual(key);
  });

  test('may be a Credential of Alibaba’s own library', async ({ expect }) => {
    const credential = new Credential(new Config({ type: 'sts', ...key, securityToken: 'token' }));
    const found = search(credential);
    expect(found.source).toBe('option');
    expect(await found.get()).toEqual({ ...key, securityToken: 'token' });
  });

  test('fits the real library’s types, and they have what is used of it', () => {
    type Library = typeof credentialsLibrary;
    expectTypeOf<InstanceType<Library['default']>>().toExtend<CredentialsOption>();
    expectTypeOf<InstanceType<Library['default']>>().toExtend<AlibabaCredential>();
    type Providers = 'CLIProfileCredentialsProvider' | 'RAMRoleARNCredentialsProvider';
    expectTypeOf<Pick<Library, Providers>>().toExtend<Pick<AlibabaLibrary, Providers>>();
  });

  test.for([
    ['text', CANARY, /^INVALID_OPTION: credentials: a string is not allowed/],
    ['null', null, /^INVALID_OPTION: credentials: null is not allowed/],
    ['a list', [CANARY], /^INVALID_OPTION: credentials: a list is not allowed/],
    ['nothing in it', {}, /^INVALID_OPTION: credentials: accessKeyId is missing/],
    [
      'half a key',
      { accessKeyId: CANARY },
      /^INVALID_OPTION: credentials: accessKeySecret is missing/,
    ],
    [
      'a secret that is not text',
      { accessKeyId: 'id', accessKeySecret: { text: CANARY } },
      /^INVALID_OPTION: credentials: accessKeySecret is not text/,
    ],
    [
      'a token with a line end',
      { ...key, securityToken: `${CANARY}\r\n` },
      /^INVALID_OPTION: credentials: securityToken has spaces, line ends/,
    ],
  ] as const)(
    'given as %s is refused at once, without its value',
    ([, given, words], { expect }) => {
      const error = thrownBy(() => search(given as unknown as CredentialsOption));
      expect(refusal(error)).toMatch(words);
    },
  );

  test.for([
    ['nothing', undefined, /^INVALID_OPTION: credentials\(\): it gave undefined/],
    ['text', CANARY, /^INVALID_OPTION: credentials\(\): it gave a string/],
    [
      'half a key',
      { accessKeySecret: CANARY },
      /^INVALID_OPTION: credentials\(\): accessKeyId is missing/,
    ],
  ] as const)(
    'as a function that gives %s is refused, without the value',
    async ([, value, words], { expect }) => {
      const error = await rejectionOf(search((() => value) as unknown as CredentialsOption).get());
      expect(refusal(error)).toMatch(words);
    },
  );

  test('as a function or Credential that fails: says so, and repeats nothing of what was thrown', async ({
    expect,
  }) => {
    const thrown = Object.assign(new Error(`no ${CANARY}`, { cause: CANARY }), {
      code: 'ECONNRESET',
    });
    const failures: [CredentialsOption, RegExp][] = [
      [
        () => {
          throw thrown;
        },
        /^NO_CREDENTIALS: The option credentials\(\) gave no key: ECONNRESET\./,
      ],
      [
        async () => Promise.reject(thrown),
        /^NO_CREDENTIALS: The option credentials\(\) gave no key: ECONNRESET\./,
      ],
      [async () => Promise.reject(new Error(CANARY)), /gave no key: an error without a code\./],
      // oxlint-disable-next-line prefer-promise-reject-errors -- what a caller may do
      [async () => Promise.reject(CANARY), /gave no key: something was thrown that is no error\./],
      [
        { getCredential: async () => Promise.reject(thrown) },
        /credentials\.getCredential\(\).*make a new one/,
      ],
    ];
    for (const [given, words] of failures) {
      expect(refusal(await rejectionOf(search(given).get()))).toMatch(words);
    }
  });

  test('as a function that throws an error of freshtag’s: that one is passed on', async ({
    expect,
  }) => {
    const inner = search(() => findCredentials(undefined, { env: {}, profileFiles: false }).get());
    expect(refusal(await rejectionOf(inner.get()))).toMatch(
      /^NO_CREDENTIALS: There is no access key/,
    );
  });

  test('is not waited for any longer when the signal says so, with the caller’s own reason', async ({
    expect,
  }) => {
    const reason = new Error('enough');
    const found = search(async () => new Promise(() => {}));
    const controller = new AbortController();
    const waiting = rejectionOf(found.get(controller.signal));
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    for (const given of [found, search(key)]) {
      expect(await rejectionOf(given.get(AbortSignal.abort(reason)))).toBe(reason);
    }
  });

  test('that gives nothing in time ends the call, and nothing is sent', async ({ expect }) => {
    const client = createDcdnClient({
      endpoint: 'http://127.0.0.1:1',
      credentials: async () => new Promise(() => {}),
      timeoutMs: 50,
    });
    const error = await rejectionOf(client.call('DescribeDcdnRefreshQuota', {}));
    expect(refusal(error)).toMatch(
      /^NO_CREDENTIALS: The access key \(“option”\) was not there in the time/,
    );
    expect(error).toHaveProperty('recovery', 'retry');
    const reason = new Error('enough');
    const aborted = client.call('DescribeDcdnRefreshQuota', {}, AbortSignal.abort(reason));
    expect(await rejectionOf(aborted)).toBe(reason);
  });
});
