import type { IncomingMessage } from 'node:http';

import { describe, test } from 'vitest';

import {
  createDcdnClient,
  describeRefreshTasksById,
  isFreshtagError,
  refreshObjectCacheByCacheTag,
} from '@freshtag/core';

import { serve } from './serve.ts';

const credentials = {
  accessKeyId: 'testid',
  accessKeySecret: 'SECRET-of-the-key',
  securityToken: 'TOKEN-of-the-session',
};
const parameters = { domainName: 'www.example.com', cacheTags: ['a', "b'(c)!*"], force: true };
async function answer(status: number, body: string, type = 'application/json') {
  const endpoint = await serve((_, response) =>
    response.writeHead(status, { 'content-type': type }).end(body),
  );
  return createDcdnClient({ endpoint, credentials });
}

describe('a call', () => {
  test('sends what it signed: all parameters in the query, an empty body, a fresh nonce each time', async ({
    expect,
  }) => {
    const seen: {
      url: string | undefined;
      headers: IncomingMessage['headers'];
      method: string | undefined;
    }[] = [];
    const endpoint = await serve((request, response) => {
      seen.push({ url: request.url, headers: request.headers, method: request.method });
      response.end('{"RequestId":"R","RefreshTaskId":"1, 2"}');
    });
    const client = createDcdnClient({
      endpoint,
      credentials,
      clock: { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), sleep: async () => {} },
    });

    const answered = await refreshObjectCacheByCacheTag(client, parameters);
    await refreshObjectCacheByCacheTag(client, parameters);

    expect(answered).toEqual({ requestId: 'R', taskIds: ['1', '2'] });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/?CacheTag=a%2Cb%27%28c%29%21%2A&DomainName=www.example.com&Force=true',
      headers: {
        'x-acs-action': 'RefreshDcdnObjectCacheByCacheTag',
        'x-acs-version': '2018-01-15',
        'x-acs-date': '2026-01-02T03:04:05Z',
        'x-acs-security-token': 'TOKEN-of-the-session',
        'content-length': '0',
        accept: 'application/json',
      },
    });
    expect(seen[0]?.headers['x-acs-signature-nonce']).not.toBe(
      seen[1]?.headers['x-acs-signature-nonce'],
    );
    expect(seen[0]?.headers.authorization).not.toBe(seen[1]?.headers.authorization);
  });

  test('leaves Force out when the caller does', async ({ expect }) => {
    let url = '';
    const endpoint = await serve((request, response) => {
      url = request.url ?? '';
      response.end('{"RequestId":"R","RefreshTaskId":"1"}');
    });
    const { force: _, ...withoutForce } = parameters;
    await refreshObjectCacheByCacheTag(createDcdnClient({ endpoint, credentials }), withoutForce);
    expect(url).not.toContain('Force');
  });

  test('tasks are read in both array forms, with and without percent sign', async ({ expect }) => {
    const flat = await answer(
      200,
      '{"Tasks":[{"TaskId":"1","Status":"Complete","Process":"100%"},{"TaskId":"2","Status":"Failed","Process":"10","Description":"Internal Error"},{"odd":1}]}',
    );
    expect(await describeRefreshTasksById(flat, ['1', '2'])).toEqual([
      { taskId: '1', status: 'complete', percent: 100 },
      { taskId: '2', status: 'failed', percent: 10, description: 'Internal Error' },
    ]);
    const nested = await answer(
      200,
      '{"Tasks":{"Task":[{"TaskId":"1","Status":"Refreshing","Process":"99.37%"}]}}',
    );
    expect(await describeRefreshTasksById(nested, ['1'])).toEqual([
      { taskId: '1', status: 'refreshing', percent: 99.37 },
    ]);
  });
});

describe('a call that fails', () => {
  test('for a refusal: tells code, status, request and what to do', async ({ expect }) => {
    const client = await answer(
      400,
      '{"RequestId":"R-1","Code":"QuotaExceeded.Refresh","Message":"exceeded the daily limit"}',
    );
    await expect(refreshObjectCacheByCacheTag(client, parameters)).rejects.toMatchObject({
      name: 'DcdnError',
      code: 'QUOTA_EXCEEDED',
      recovery: 'next-quota-day',
      apiCode: 'QuotaExceeded.Refresh',
      status: 400,
      requestId: 'R-1',
      message: expect.stringMatching(/exceeded the daily limit\. Run it again tomorrow/),
    });
  });

  test.for([
    [502, '<html>Bad Gateway</html>', 'API_UNREADABLE'],
    [200, '{"RequestId":"R","RefreshTas', 'API_UNREADABLE'],
    [200, '{"RequestId":"R"}', 'API_UNREADABLE'],
    [200, '', 'API_UNREADABLE'],
    [500, '[]', 'API_UNREADABLE'],
  ] as const)(
    'for status %i and body %j: has the code %s',
    async ([status, body, code], { expect }) => {
      const client = await answer(status, body);
      await expect(refreshObjectCacheByCacheTag(client, parameters)).rejects.toMatchObject({
        code,
      });
    },
  );

  test('for an address where nobody listens: says which, and that repeating is safe', async ({
    expect,
  }) => {
    const client = createDcdnClient({ endpoint: 'http://127.0.0.1:1', credentials });
    await expect(refreshObjectCacheByCacheTag(client, parameters)).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: expect.stringMatching(
        /127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\).*refreshing again does no harm/,
      ),
    });
  });

  test('for a server that never answers: ends after the time allowed', async ({ expect }) => {
    const endpoint = await serve(() => {});
    const client = createDcdnClient({ endpoint, credentials, timeoutMs: 50 });
    await expect(refreshObjectCacheByCacheTag(client, parameters)).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: expect.stringContaining('gave no answer within 50 ms'),
    });
  });

  test('when aborted: rejects with the caller’s own reason', async ({ expect }) => {
    const endpoint = await serve(() => {});
    const reason = new Error('enough');
    const call = refreshObjectCacheByCacheTag(
      createDcdnClient({ endpoint, credentials }),
      parameters,
      AbortSignal.abort(reason),
    );
    await expect(call).rejects.toBe(reason);
  });

  test('in any way: shows neither the secret nor the session token, even when the cloud repeats them', async ({
    expect,
  }) => {
    const echo = `said ${credentials.accessKeySecret} and ${credentials.securityToken}`;
    for (const [status, body] of [
      [400, JSON.stringify({ Code: 'SignatureDoesNotMatch', Message: echo })],
      [502, echo],
    ] as const) {
      const client = await answer(status, body);
      const error: unknown = await refreshObjectCacheByCacheTag(client, parameters).catch(
        (thrown: unknown) => thrown,
      );
      expect(isFreshtagError(error)).toBe(true);
      const shown = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error);
      expect(shown).toContain('said');
      expect(shown).not.toContain('SECRET-of-the-key');
      expect(shown).not.toContain('TOKEN-of-the-session');
    }
  });
});

describe('the client’s options', () => {
  const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' };

  test('the endpoint comes from the option, then FRESHTAG_ENDPOINT, then is the cloud over HTTPS', ({
    expect,
  }) => {
    expect(createDcdnClient({ env }).endpoint).toBe('https://dcdn.aliyuncs.com');
    const withVariable = { ...env, FRESHTAG_ENDPOINT: 'http://127.0.0.1:8081' };
    expect(createDcdnClient({ env: withVariable }).endpoint).toBe('http://127.0.0.1:8081');
    expect(createDcdnClient({ env: withVariable, endpoint: 'dcdn.example.net' }).endpoint).toBe(
      'https://dcdn.example.net',
    );
  });

  test.for(['ftp://x', 'http://x/path', 'http://user:pw@x', 'http://', 'a b'])(
    'an endpoint like %s is refused',
    (endpoint, { expect }) => {
      expect(() => createDcdnClient({ env, endpoint })).toThrow(
        expect.objectContaining({
          code: 'INVALID_OPTION',
          message: expect.stringMatching(/^endpoint: /),
        }),
      );
    },
  );

  test.for(['http://me:PW1/23@x', 'me:PW123@x', 'https://me:PW"1 23@host/x'])(
    'the password in the endpoint %s is not shown',
    (endpoint, { expect }) => {
      const thrown = (() => {
        try {
          createDcdnClient({ env, endpoint });
          return undefined;
        } catch (error) {
          return String(error);
        }
      })();
      expect(thrown).toMatch(/endpoint: "(https?:\/\/)?\*\*\*@/);
      expect(thrown).not.toMatch(/PW|23/);
    },
  );

  test('without a key nothing is sent, and the error names the variables', ({ expect }) => {
    expect(() => createDcdnClient({ env: {}, profileFiles: false })).toThrow(
      expect.objectContaining({
        code: 'NO_CREDENTIALS',
        message: expect.stringContaining('ALIBABA_CLOUD_ACCESS_KEY_ID'),
      }),
    );
  });

  test('half a key, or one with spaces, is refused without showing it', ({ expect }) => {
    expect(() =>
      createDcdnClient({ env: { ...env, ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' } }),
    ).toThrow(/ALIBABA_CLOUD_ACCESS_KEY_SECRET/);
    const broken = { accessKeyId: 'id', accessKeySecret: 'my secret' };
    expect(() => createDcdnClient({ credentials: broken })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('my secret') }),
    );
  });
});
