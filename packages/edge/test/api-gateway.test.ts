import { createHash } from 'node:crypto';
import { connect } from 'node:net';

import { refreshObjectCacheByCacheTag } from '@freshtag/core';
import { describe, test } from 'vitest';

import { call, REFRESH, type Sent } from './signed-call.ts';
import { CREDENTIALS, DOMAIN, startPlainBench } from './support.ts';

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

  test('accepts tags that need percent-encoding, and a signed session token', async ({
    expect,
  }) => {
    const started = await startPlainBench();

    const query = `CacheTag=a%2Ab~c%27%28e%29%21%2F%C3%A9%E6%A0%87&DomainName=${DOMAIN}`;
    const { status } = await call(started, { query, headers: { 'x-acs-security-token': 'tok' } });

    expect(status).toBe(200);
    expect(started.edge.events[0]?.tags).toEqual(["a*b~c'(e)!/é标"]);
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
    ['another version', 'InvalidApi.NotFound', 404, { headers: { 'x-acs-version': '2014-11-11' } }],
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
    ['a body of more than 64 KiB', 'InvalidParameters', 400, { body: 'x'.repeat(1_000_000) }],
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
    const { client } = await startPlainBench();
    const refreshed = (length: number): Promise<unknown> =>
      refreshObjectCacheByCacheTag(client, { domainName: DOMAIN, cacheTags: ['x'.repeat(length)] });

    await expect(refreshed(16_384)).resolves.toBeDefined();
    await expect(refreshed(16_385)).rejects.toMatchObject({ apiCode: 'InvalidParameters' });
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
