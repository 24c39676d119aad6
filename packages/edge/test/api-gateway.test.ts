import { createHash } from 'node:crypto';
import { connect } from 'node:net';

import { refreshObjectCacheByCacheTag } from '@freshtag/core';
import { describe, test } from 'vitest';

import { asCall, call, REFRESH, send, type Sent } from './signed-call.ts';
import { CREDENTIALS, DOMAIN, serve, startBench, startOrigin, startPlainBench } from './support.ts';

describe('the API’s gateway', () => {
  test('accepts a call that another implementation signed, by POST and by GET', async ({
    expect,
  }) => {
    const started = await startPlainBench();

    for (const method of ['POST', 'GET']) {
      const { status, json } = await call(started, { method });
      expect(status).toBe(200);
      expect(json['RequestId']).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
      expect(json['RefreshTaskId']).toMatch(/^\d+$/);
    }
  });

  test('accepts tags that need percent-encoding', async ({ expect }) => {
    const started = await startPlainBench();

    const query = `CacheTag=a%2Ab~c%27%28e%29%21%2F%C3%A9%E6%A0%87&DomainName=${DOMAIN}`;

    expect((await call(started, { query })).status).toBe(200);
    expect(started.edge.refreshes[0]?.tags).toEqual(["a*b~c'(e)!/é标"]);
  });

  const wrong: readonly (readonly [title: string, code: string, status: number, sent: Sent])[] = [
    ['no Authorization', 'IncompleteSignature', 400, { forged: { authorization: undefined } }],
    [
      'another algorithm',
      'IncompleteSignature',
      400,
      { forged: { authorization: 'ACS3-HMAC-SM3 Credential=a,SignedHeaders=host,Signature=b' } },
    ],
    ['no x-acs-action', 'MissingParameter', 400, { headers: { 'x-acs-action': undefined } }],
    ['no x-acs-version', 'MissingParameter', 400, { headers: { 'x-acs-version': undefined } }],
    ['no x-acs-date', 'MissingParameter', 400, { headers: { 'x-acs-date': undefined } }],
    ['no nonce', 'MissingParameter', 400, { headers: { 'x-acs-signature-nonce': undefined } }],
    [
      'no hash of the body',
      'MissingParameter',
      400,
      { headers: { 'x-acs-content-sha256': undefined } },
    ],
    ['another version', 'InvalidVersion', 400, { headers: { 'x-acs-version': '2014-11-11' } }],
    ['an unknown key', 'InvalidAccessKeyId.NotFound', 404, { accessKeyId: 'nobody' }],
    ['a host that is not signed', 'IncompleteSignature', 400, { unsigned: ['host'] }],
    [
      'an x-acs header that is not signed',
      'IncompleteSignature',
      400,
      { headers: { 'x-acs-security-token': 'tok' }, unsigned: ['x-acs-security-token'] },
    ],
    [
      'a signed header that was not sent',
      'IncompleteSignature',
      400,
      { headers: { 'x-acs-extra': '1' }, forged: { 'x-acs-extra': undefined } },
    ],
    [
      'a body with another hash',
      'SignatureDoesNotMatch',
      400,
      { body: 'a', headers: { 'x-acs-content-sha256': createHash('sha256').digest('hex') } },
    ],
    ['a wrong secret', 'SignatureDoesNotMatch', 400, { secret: 'wrong' }],
    [
      'a parameter that is encoded otherwise than signed',
      'SignatureDoesNotMatch',
      400,
      { query: `CacheTag=a+b&DomainName=${DOMAIN}` },
    ],
    [
      'a date in another form',
      'InvalidTimeStamp.Format',
      400,
      { headers: { 'x-acs-date': '2026-01-01T00:00:00.000Z' } },
    ],
    [
      'a date that is no date',
      'InvalidTimeStamp.Format',
      400,
      { headers: { 'x-acs-date': '2026-13-41T00:00:00Z' } },
    ],
    [
      'a clock that is 16 minutes slow',
      'InvalidTimeStamp.Expired',
      400,
      { headers: { 'x-acs-date': '2025-12-31T23:44:00Z' } },
    ],
    [
      'a clock that is 16 minutes fast',
      'InvalidTimeStamp.Expired',
      400,
      { headers: { 'x-acs-date': '2026-01-01T00:16:00Z' } },
    ],
    [
      'an unknown action',
      'InvalidApi.NotFound',
      404,
      { headers: { 'x-acs-action': 'DeleteDcdnDomain' } },
    ],
    ['another path', 'InvalidApi.NotFound', 404, { path: '/v1' }],
    ['another method', 'InvalidApi.NotFound', 404, { method: 'PUT' }],
    ['a parameter given twice', 'InvalidParameters', 400, { query: `${REFRESH}&Force=true` }],
    [
      'a query that is not percent-encoded',
      'InvalidParameters',
      400,
      { query: 'CacheTag=%E0%A4%A' },
    ],
    ['no DomainName', 'MissingDomainName', 400, { query: 'CacheTag=page' }],
    ['no CacheTag', 'MissingCacheTag', 400, { query: `DomainName=${DOMAIN}` }],
    [
      'a wildcard domain',
      'InvalidExtensiveDomain.ValueNotSupported',
      400,
      { query: 'CacheTag=page&DomainName=%2A.example.com' },
    ],
    [
      'a foreign domain',
      'InvalidDomain.NotFound',
      404,
      { query: 'CacheTag=page&DomainName=other.example' },
    ],
    [
      'a control character in a tag',
      'InvalidParameters',
      400,
      { query: `CacheTag=a%0Ab&DomainName=${DOMAIN}` },
    ],
    [
      'a token with a key that has none',
      'InvalidSecurityToken.MismatchWithAccessKey',
      400,
      { headers: { 'x-acs-security-token': 'tok' } },
    ],
    ['an empty tag', 'InvalidParameters', 400, { query: `CacheTag=a%2C%2Cb&DomainName=${DOMAIN}` }],
    [
      'a Force that is neither',
      'InvalidParameters',
      400,
      { query: `CacheTag=a&DomainName=${DOMAIN}&Force=yes` },
    ],
  ];
  test.for(wrong)('refuses %s with %s', async ([, code, status, sent], { expect }) => {
    const started = await startPlainBench();

    const answer = await call(started, sent);

    expect(answer).toMatchObject({ status, json: { Code: code } });
    expect(Object.keys(answer.json)).toEqual([
      'RequestId',
      'HostId',
      'Code',
      'Message',
      'Recommend',
    ]);
    expect(JSON.stringify(answer.json)).not.toContain(CREDENTIALS.accessKeySecret);
  });

  test('refuses CacheTag of more than 16,384 characters', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { client } = await startBench(origin.url, { maxUrlBytes: 20_000 });
    const refreshed = (length: number): Promise<unknown> =>
      refreshObjectCacheByCacheTag(client, { domainName: DOMAIN, cacheTags: ['x'.repeat(length)] });

    await expect(refreshed(16_384)).resolves.toBeDefined();
    await expect(refreshed(16_385)).rejects.toMatchObject({ apiCode: 'InvalidParameters' });
  });

  test('takes a temporary key only with its token', async ({ expect }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const credentials = { ...CREDENTIALS, securityToken: 'tok' };
    const bench = await startBench(origin.url, { credentials });
    const withToken = (token: string | undefined): ReturnType<typeof call> =>
      call(bench, { headers: { 'x-acs-security-token': token } });

    expect(await withToken('tok')).toMatchObject({ status: 200 });
    expect(await withToken(undefined)).toMatchObject({
      status: 400,
      json: { Code: 'MissingSecurityToken' },
    });
    expect(await withToken('other')).toMatchObject({
      status: 400,
      json: { Code: 'InvalidSecurityToken.MismatchWithAccessKey' },
    });
  });

  test('answers in XML to a caller that accepts nothing else', async ({ expect }) => {
    const bench = await startPlainBench();

    for (const [accept, type] of [
      ['application/xml', 'text/xml;charset=utf-8'],
      ['application/json, text/xml', 'application/json'],
      ['*/*', 'application/json'],
    ] as const) {
      const answer = await send(bench, {
        ...asCall('DescribeDcdnRefreshQuota'),
        forged: { accept },
      });
      expect(answer.headers['content-type']).toBe(type);
      await answer.body.dump();
    }
  });

  describe('as a server before it', () => {
    const PAGE =
      /^<html>\r\n<head><title>4\d\d [\w -]+<\/title><\/head>[^]*Powered by Tengine<\/body>\r\n<\/html>\r\n$/;

    test.for([
      [8192, 200],
      [8193, 414],
      [400_000, 414],
    ] as const)('answers a URL of %i bytes with %i', async ([sizeBytes, status], { expect }) => {
      const bench = await startPlainBench();
      const start = `/?${REFRESH}&Unused=`;
      const query = start.padEnd(sizeBytes, 'x').slice(2);

      const answer = await send(bench, { query });

      expect(answer.statusCode).toBe(status);
      const text = await answer.body.text();
      if (status === 200) return;
      expect(text).toMatch(PAGE);
      expect(answer.headers).toMatchObject({ 'content-type': 'text/html', server: 'Tengine' });
      expect((await call(bench)).status).toBe(200);
    });

    test('takes longer URLs when told so', async ({ expect }) => {
      const origin = await startOrigin(serve({ body: 'old' }));
      const bench = await startBench(origin.url, { maxUrlBytes: 512 * 1024 });
      const query = `${REFRESH}&Unused=`.padEnd(512 * 1024 - 2, 'x');

      expect((await call(bench, { query })).status).toBe(200);
      expect((await send(bench, { query: `${query}x` })).statusCode).toBe(414);
    });

    test('answers a body of more than 1 MiB with 413', async ({ expect }) => {
      const bench = await startPlainBench();

      expect((await call(bench, { body: 'x'.repeat(1024 * 1024) })).status).toBe(200);
      const answer = await send(bench, { body: 'x'.repeat(16 * 1024 * 1024) });

      expect(answer.statusCode).toBe(413);
      expect(await answer.body.text()).toMatch(PAGE);
    });
  });

  test('refuses a nonce that was used before', async ({ expect }) => {
    const started = await startPlainBench();
    const sent = { headers: { 'x-acs-signature-nonce': 'once' } };

    expect((await call(started, sent)).status).toBe(200);
    expect(await call(started, sent)).toMatchObject({
      status: 400,
      json: { Code: 'SignatureNonceUsed' },
    });
  });

  test('lives on after bytes that are no HTTP', async ({ expect }) => {
    const started = await startPlainBench();
    const socket = connect(Number(new URL(started.edge.apiUrl).port), '127.0.0.1');
    socket.end('\u0000\u0001 nonsense\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);

    expect(answer).toContain('400 Bad Request');
    expect((await call(started)).status).toBe(200);
  });
});
