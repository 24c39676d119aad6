import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { describe, test } from 'vitest';

import {
  CANARY,
  keyNumber,
  profile,
  refusal,
  rejectionOf,
  search,
  serve,
  temporaryKey,
} from './credentials-support.ts';
import { temporaryFolder } from './temporary-folder.ts';

function fromUri(url: string) {
  return search(temporaryFolder(), { ALIBABA_CLOUD_CREDENTIALS_URI: url });
}

describe('a key from a credentials URI, by Alibaba’s library', () => {
  test('is fetched with its token when first needed, once for many, and kept while it is good', async ({
    expect,
  }) => {
    let asked = 0;
    const { url } = await serve(() => {
      asked += 1;
      return { body: JSON.stringify({ Code: 'Success', ...temporaryKey(asked) }) };
    });
    const found = fromUri(url);
    expect(asked).toBe(0);
    expect(await Promise.all([found.get(), found.get(), found.get()])).toEqual([
      keyNumber(1),
      keyNumber(1),
      keyNumber(1),
    ]);
    expect(await found.get()).toEqual(keyNumber(1));
    expect(asked).toBe(1);
  });

  test('is renewed when it is about to expire', async ({ expect }) => {
    let asked = 0;
    const inAMinute = new Date(Date.now() + 60_000).toISOString();
    const { url } = await serve(() => {
      asked += 1;
      return { body: JSON.stringify(temporaryKey(asked, inAMinute)) };
    });
    const found = fromUri(url);
    expect(await found.get()).toEqual(keyNumber(1));
    expect(await found.get()).toEqual(keyNumber(2));
  });

  test('after a failure, the next attempt succeeds: nothing that failed is used again', async ({
    expect,
  }) => {
    let broken = true;
    const { url } = await serve(() =>
      broken
        ? { status: 500, body: `failed with ${CANARY}` }
        : { body: JSON.stringify(temporaryKey(2)) },
    );
    const found = fromUri(url);
    const error = await rejectionOf(found.get());
    expect(refusal(error)).toMatch(
      /environment \(credentials URI\)”\) could not be fetched: .*HTTP 500/,
    );
    expect(error).toHaveProperty('recovery', 'retry');
    broken = false;
    expect(await found.get()).toEqual(keyNumber(2));
  });

  test.for([
    ['not JSON', `<b>${CANARY}</b>`],
    ['half a key', JSON.stringify({ AccessKeyId: CANARY, AccessKeySecret: CANARY })],
    [
      'a key without expiry',
      JSON.stringify({ ...temporaryKey(1), SecurityToken: CANARY, Expiration: '' }),
    ],
    [
      'a key with a line end',
      JSON.stringify({ ...temporaryKey(1), AccessKeySecret: `${CANARY}\n` }),
    ],
  ] as const)('that is %s is refused without what was answered', async ([, body], { expect }) => {
    const { url } = await serve(() => ({ body }));
    const error = await rejectionOf(fromUri(url).get());
    expect(refusal(error)).toMatch(/^NO_CREDENTIALS: /);
  });

  test('where nobody listens: says so, and shows nothing of the address', async ({ expect }) => {
    const port = await freePort();
    const error = await rejectionOf(fromUri(`http://127.0.0.1:${port}/?k=${CANARY}`).get());
    expect(refusal(error)).toContain('ECONNREFUSED');
    expect(error).toHaveProperty('recovery', 'retry');
  });

  test('may be given by a profile', async ({ expect }) => {
    const { url } = await serve(() => ({ body: JSON.stringify(temporaryKey(3)) }));
    const home = profile({ mode: 'CredentialsURI', credentials_uri: url });
    expect(await search(home).get()).toEqual(keyNumber(3));
  });

  test('is not waited for by who gave up, and still reaches who waits', async ({ expect }) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { url } = await serve(() => {
      controller.abort(reason);
      return { body: JSON.stringify(temporaryKey(4)) };
    });
    const found = fromUri(url);
    const impatient = rejectionOf(found.get(controller.signal));
    const patient = found.get();
    expect(await impatient).toBe(reason);
    expect(await patient).toEqual(keyNumber(4));
  });
});

describe('a profile that only Alibaba’s library understands', () => {
  test('External: gives what its program prints', async ({ expect }) => {
    const folder = temporaryFolder({
      'print.mjs': `console.log(JSON.stringify({ mode: 'StsToken', access_key_id: 'STS.1', access_key_secret: 'secret-1', sts_token: 'token-1', expiration: '${new Date(Date.now() + 3_600_000).toISOString()}' }))`,
    });
    const home = profile({
      mode: 'External',
      process_command: `'${process.execPath}' '${join(folder, 'print.mjs')}'`,
    });
    expect(await search(home).get()).toEqual(keyNumber(1));
  });

  test('External: a program that fails is not quoted', async ({ expect }) => {
    const home = profile({
      mode: 'External',
      process_command: `'${process.execPath}' --no-such-flag-${CANARY}`,
    });
    const error = await rejectionOf(search(home).get());
    expect(refusal(error)).toContain('profile default');
  });

  test('External: after a failure the file is read anew, so that mending it is enough', async ({
    expect,
  }) => {
    const printing = (text: string): string => {
      const folder = temporaryFolder({ 'print.mjs': `console.log(${JSON.stringify(text)})` });
      return `'${process.execPath}' '${join(folder, 'print.mjs')}'`;
    };
    const home = profile({ mode: 'External', process_command: printing(`no ${CANARY}`) });
    const found = search(home);
    expect(refusal(await rejectionOf(found.get()))).toMatch(/^NO_CREDENTIALS: .*profile default/);
    const key = '{"mode":"AK","access_key_id":"id","access_key_secret":"secret"}';
    const mended = profile({ mode: 'External', process_command: printing(key) });
    cpSync(mended, home, { recursive: true });
    expect(await found.get()).toEqual({ accessKeyId: 'id', accessKeySecret: 'secret' });
  });

  test('is never quoted, though the library quotes the whole file once it is broken', async ({
    expect,
  }) => {
    const home = profile({
      mode: 'CloudSSO',
      cloud_sso_sign_in_url: 'u',
      cloud_sso_account_id: 'a',
      cloud_sso_access_config: 'c',
      access_token: CANARY,
    });
    const found = search(home);
    const file = join(home, '.aliyun/config.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -1));
    const error = await rejectionOf(found.get());
    expect(refusal(error)).toContain('aliyun configure --profile default');
  });
});

describe('in a process of its own', () => {
  const script = (folder: string, env: object): string => `
    const { findCredentials } = await import(${JSON.stringify(pathToFileURL(join(folder, 'dcdn/credentials/find.ts')))});
    const found = findCredentials(undefined, { env: ${JSON.stringify(env)}, home: '/nowhere', profileFiles: true });
    const { code, message, ...key } = await found.get().catch((error) => error);
    console.log(JSON.stringify({ ...key, code, message }));`;

  async function get(folder: string, env: object): Promise<unknown> {
    const flags = ['--input-type=module', '--eval', script(folder, env)];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: folder });
    return JSON.parse(stdout);
  }

  const sources = fileURLToPath(new URL('../src', import.meta.url));

  test('Alibaba’s library is loaded as Node itself loads it', async ({ expect }) => {
    const { url } = await serve(() => ({ body: JSON.stringify(temporaryKey(5)) }));
    expect(await get(sources, { ALIBABA_CLOUD_CREDENTIALS_URI: url })).toEqual(keyNumber(5));
  });

  test('where Alibaba’s library is not installed, a plain key is found, and else the error says what to install', async ({
    expect,
  }) => {
    // The sources alone, where no folder above has the package.
    const folder = temporaryFolder({ 'package.json': '{"type":"module"}' });
    cpSync(sources, folder, { recursive: true });
    const plain = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 's' };
    expect(await get(folder, plain)).toEqual({ accessKeyId: 'id', accessKeySecret: 's' });
    expect(await get(folder, { ALIBABA_CLOUD_ECS_METADATA: 'site' })).toMatchObject({
      code: 'NO_CREDENTIALS',
      message: expect.stringMatching(/ECS role.*npm install @alicloud\/credentials/),
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === 'object' && address !== null ? address.port : 0;
}
