import { randomUUID } from 'node:crypto';

import { request, type Dispatcher } from 'undici';
import { describe, test } from 'vitest';

import { signatureV1, stringToSignV1 } from '../src/api/signature-v1.ts';
import { call } from './signed-call.ts';
import {
  CREDENTIALS,
  DOMAIN,
  serve,
  startBench,
  startOrigin,
  startPlainBench,
  type Bench,
} from './support.ts';

type Parameters = Readonly<Record<string, string>>;

const BY_TAG = { Action: 'RefreshDcdnObjectCacheByCacheTag', CacheTag: 'page', DomainName: DOMAIN };

/** A call with its signature, and what is wrong with it. */
interface Sent {
  readonly method?: string;
  /** Where the parameters go. */
  readonly into?: 'url' | 'form' | 'both';
  /** Replace or, with `undefined`, remove parameters before the signature is made. */
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  readonly forged?: Readonly<Record<string, string | undefined>>;
  readonly secret?: string;
}

async function send(
  { edge, clock }: Bench,
  { method = 'POST', into = 'url', parameters = {}, forged = {}, secret = 'testsecret' }: Sent = {},
): Promise<Dispatcher.ResponseData> {
  const signed = defined({
    ...BY_TAG,
    Version: '2018-01-15',
    Format: 'JSON',
    AccessKeyId: CREDENTIALS.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: randomUUID(),
    Timestamp: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    ...parameters,
  });
  const Signature = signatureV1(stringToSignV1(method, signed), secret);
  const all = defined({ ...signed, Signature, ...forged });
  const { Action, ...rest } = all;
  const query = { url: all, form: {}, both: { Action: Action ?? '' } }[into];
  const form = { url: {}, form: all, both: rest }[into];
  return request(`${edge.apiUrl}/?${new URLSearchParams(query).toString()}`, {
    method,
    ...(into === 'url'
      ? {}
      : {
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams(form).toString(),
        }),
  });
}

function defined(parameters: Readonly<Record<string, string | undefined>>): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => value !== undefined),
  ) as Parameters;
}

async function codeOf(answer: Dispatcher.ResponseData): Promise<unknown> {
  return ((await answer.body.json()) as { Code?: string }).Code;
}

describe('signature version 1', () => {
  test.for<readonly [source: string, parameters: Parameters, signature: string]>([
    [
      'https://github.com/AlibabaCloudDocs/cdn, Call method',
      {
        Action: 'DescribeCdnService',
        Format: 'JSON',
        Timestamp: '2015-08-06T02:19:46Z',
        Version: '2014-11-11',
        SignatureNonce: '9b7a44b0-3be1-11e5-8c73-08002700c460',
      },
      'KkkQOf0ymKf4yVZLggy6kYiwgFs=',
    ],
    [
      'the help pages of ECS, DescribeRegions',
      {
        Action: 'DescribeRegions',
        Format: 'XML',
        Timestamp: '2016-02-23T12:46:24Z',
        Version: '2014-05-26',
        SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
      },
      'OLeaidS1JvxuMvnyHOwuJ+uX5qY=',
    ],
    [
      'the help pages of ECS, DescribeDedicatedHosts',
      {
        Action: 'DescribeDedicatedHosts',
        Format: 'JSON',
        RegionId: 'cn-beijing',
        Timestamp: '2023-03-13T08:34:30Z',
        Version: '2014-05-26',
        SignatureNonce: 'edb2b34af0af9a6d14deaf7c1a5315eb',
      },
      '9NaGiOspFP5UPcwX8Iwt2YJXXuk=',
    ],
  ])('is made as in the example of %s', ([, parameters, expected], { expect }) => {
    const common = {
      AccessKeyId: 'testid',
      SignatureMethod: 'HMAC-SHA1',
      SignatureVersion: '1.0',
    };

    const stringToSign = stringToSignV1('GET', { ...parameters, ...common });

    expect(signatureV1(stringToSign, 'testsecret')).toBe(expected);
  });

  test.for([
    ['GET', 'url'],
    ['POST', 'url'],
    ['POST', 'form'],
    ['POST', 'both'],
  ] as const)('is accepted by %s with its parameters in %s', async ([method, into], { expect }) => {
    const bench = await startPlainBench();
    const parameters = { CacheTag: "a b*c~d'(e)!/é标+,x", Force: 'true' };

    const answer = await send(bench, { method, into, parameters });

    expect(answer.statusCode).toBe(200);
    expect(await answer.body.json()).toEqual({
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      RefreshTaskId: expect.stringMatching(/^\d+$/),
    });
    expect(bench.edge.refreshes).toMatchObject([
      { outcome: 'accepted', tags: ["a b*c~d'(e)!/é标+", 'x'], force: true },
    ]);
  });

  test.for([
    ...['Action', 'Version', 'AccessKeyId', 'Timestamp', 'SignatureNonce'].map(
      (name) =>
        [`no ${name}`, 400, `Missing${name}`, { parameters: { [name]: undefined } }] as const,
    ),
    ['no Signature', 400, 'MissingSignature', { forged: { Signature: undefined } }],
    ['no SignatureMethod', 400, 'MissingSignatureMethod', { parameters: { SignatureMethod: '' } }],
    [
      'another method of signing',
      400,
      'InvalidSignatureMethod',
      { parameters: { SignatureMethod: 'HMAC-SHA256' } },
    ],
    [
      'another version of signing',
      400,
      'InvalidSignatureVersion',
      { parameters: { SignatureVersion: '2.0' } },
    ],
    ['another version', 400, 'InvalidVersion', { parameters: { Version: '2014-11-11' } }],
    ['an unknown key', 404, 'InvalidAccessKeyId.NotFound', { parameters: { AccessKeyId: 'me' } }],
    ['a wrong secret', 400, 'SignatureDoesNotMatch', { secret: 'wrong' }],
    ['a parameter that is not signed', 400, 'SignatureDoesNotMatch', { forged: { Force: 'true' } }],
    ['a signature cut short', 400, 'SignatureDoesNotMatch', { forged: { Signature: 'abc' } }],
    [
      'a date in another form',
      400,
      'InvalidTimeStamp.Format',
      { parameters: { Timestamp: '2026-01-01 00:00:00' } },
    ],
    [
      'a clock that is 16 minutes slow',
      400,
      'InvalidTimeStamp.Expired',
      { parameters: { Timestamp: '2025-12-31T23:44:00Z' } },
    ],
    [
      'a token with a key that has none',
      400,
      'InvalidSecurityToken.MismatchWithAccessKey',
      { parameters: { SecurityToken: 'tok' } },
    ],
    ['an unknown action', 404, 'InvalidApi.NotFound', { parameters: { Action: 'DeleteDomain' } }],
    ['no CacheTag', 400, 'MissingCacheTag', { parameters: { CacheTag: undefined } }],
  ] satisfies readonly (readonly [string, number, string, Sent])[])(
    'is refused with %s',
    async ([, status, code, sent], { expect }) => {
      const bench = await startPlainBench();

      const answer = await send(bench, sent);

      expect(answer.statusCode).toBe(status);
      expect(await codeOf(answer)).toBe(code);
      expect(bench.edge.refreshes.map(({ outcome }) => outcome)).not.toContain('accepted');
    },
  );

  test('tells what a wrong signature should have been made of, and no secret', async ({
    expect,
  }) => {
    const bench = await startPlainBench();

    const answer = await send(bench, { secret: 'wrong' });

    const { Message } = (await answer.body.json()) as { Message: string };
    expect(Message).toMatch(
      /^Specified signature is not matched with our calculation\. server string to sign is:POST&%2F&AccessKeyId%3Dtestid%26Action/,
    );
    expect(Message).not.toContain('testsecret');
  });

  test('takes a temporary key with its token', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const credentials = { ...CREDENTIALS, securityToken: 'tok' };
    const bench = await startBench(origin.url, { credentials });

    expect((await send(bench, { parameters: { SecurityToken: 'tok' } })).statusCode).toBe(200);
    expect(await codeOf(await send(bench))).toBe('MissingSecurityToken');
  });

  test('shares its nonces with version 3', async ({ expect }) => {
    const bench = await startPlainBench();
    const once = { parameters: { SignatureNonce: 'once' } };

    expect((await send(bench, once)).statusCode).toBe(200);
    expect(await codeOf(await send(bench, once))).toBe('SignatureNonceUsed');
    const other = await call(bench, { headers: { 'x-acs-signature-nonce': 'once' } });
    expect(other.json['Code']).toBe('SignatureNonceUsed');
  });

  test('refuses a parameter that is in the URL and in the form', async ({ expect }) => {
    const { edge } = await startPlainBench();

    const answer = await request(`${edge.apiUrl}/?Format=JSON&Action=A`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=B',
    });

    expect(await answer.body.text()).toContain('<Code>InvalidParameters</Code>');
  });
});

describe('the form of an answer in version 1', () => {
  async function textOf(bench: Bench, parameters: Sent['parameters'] = {}): Promise<string> {
    const answer = await send(bench, { parameters });
    expectXml(answer.headers['content-type']);
    return answer.body.text();
  }

  function expectXml(type: unknown): void {
    if (type !== 'text/xml;charset=utf-8') throw new Error(`not XML but ${String(type)}`);
  }

  test('is XML unless it asks for JSON: success, lists and errors', async ({ expect }) => {
    const bench = await startPlainBench();
    const id = '[0-9A-F-]{36}';

    expect(await textOf(bench, { Format: undefined, CacheTag: 'a&b,<c>' })).toMatch(
      new RegExp(
        `^<\\?xml version='1\\.0' encoding='UTF-8'\\?><RefreshDcdnObjectCacheByCacheTagResponse><RequestId>${id}</RequestId><RefreshTaskId>\\d+</RefreshTaskId></RefreshDcdnObjectCacheByCacheTagResponse>$`,
      ),
    );
    await textOf(bench, { Format: 'xml', CacheTag: 'd' });
    const nested = await textOf(bench, {
      Format: 'XML',
      Action: 'DescribeDcdnRefreshTasks',
      DomainName: undefined,
    });
    expect(nested).toContain('<TotalCount>2</TotalCount><Tasks><Task><TaskId>');
    expect(nested).toContain('</Task><Task>');
    expect(nested).toContain('<ObjectPath>a&amp;b,&lt;c&gt;</ObjectPath>');
    const flat = await textOf(bench, {
      Format: undefined,
      Action: 'DescribeDcdnRefreshTaskById',
      TaskId: bench.edge.refreshes.map(({ taskId }) => taskId).join(','),
    });
    expect(flat).toContain('<TotalCount>2</TotalCount><Tasks><TaskId>');
    expect(flat).toContain('</Tasks><Tasks>');
    expect(await textOf(bench, { Format: undefined, CacheTag: undefined })).toMatch(
      new RegExp(
        `<Error><RequestId>${id}</RequestId><HostId>127\\.0\\.0\\.1:\\d+</HostId><Code>MissingCacheTag</Code><Message>.+</Message><Recommend>.+</Recommend></Error>$`,
      ),
    );
  });

  test('that does not exist is refused in XML', async ({ expect }) => {
    const bench = await startPlainBench();

    expect(await textOf(bench, { Format: 'YAML' })).toContain(
      '<Code>InvalidParameter.Format</Code>',
    );
  });

  test('is XML for a request that says nothing at all', async ({ expect }) => {
    const { edge } = await startPlainBench();

    const answer = await request(edge.apiUrl);

    expect(answer.statusCode).toBe(400);
    expect(await answer.body.text()).toContain('<Code>MissingAction</Code>');
  });
});
