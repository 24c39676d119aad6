import { describe, test } from 'vitest';

import { canonicalQuery, canonicalRequest, sha256Hex, signature } from '@freshtag/core';

const EMPTY_BODY = sha256Hex('');

function request(headers: Record<string, string>, query: Record<string, string>) {
  const all = { ...headers, 'x-acs-content-sha256': EMPTY_BODY };
  return { method: 'POST', path: '/', query, headers: all, signedHeaders: Object.keys(all) };
}

describe('the official vector of signature method V3', () => {
  const signable = request(
    {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-version': '2014-05-26',
      'x-acs-date': '2023-10-26T10:22:32Z',
      'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
    },
    {
      ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
      RegionId: 'cn-shanghai',
    },
  );

  test('has the published hash of the canonical request', ({ expect }) => {
    expect(sha256Hex(canonicalRequest(signable))).toBe(
      '7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259',
    );
  });

  test('has the published signature', ({ expect }) => {
    expect(signature(signable, 'YourAccessKeySecret')).toBe(
      '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });
});

describe('the DCDN vectors, equal to the output of the official signing code', () => {
  const headers = {
    host: 'dcdn.aliyuncs.com',
    'x-acs-action': 'RefreshDcdnObjectCacheByCacheTag',
    'x-acs-version': '2018-01-15',
    'x-acs-date': '2026-01-02T03:04:05Z',
    'x-acs-signature-nonce': '00000000000000000000000000000001',
  };

  test('of two tags with force', ({ expect }) => {
    const signable = request(headers, {
      CacheTag: 'tag1,tag2',
      DomainName: 'example.com',
      Force: 'true',
    });
    expect(sha256Hex(canonicalRequest(signable))).toBe(
      '91879809369f03c874d35740fcde8983759b7833c4dfb0ccc8c7306150b9618f',
    );
    expect(signature(signable, 'testsecret')).toBe(
      'b330f2b2c529a015feeb5fe2a633848f0d3eb3ee817f23a7a58c214f7e466839',
    );
  });

  test('of characters that must be escaped', ({ expect }) => {
    const query = { CacheTag: "a b*c~d'(e)!/é标", DomainName: 'example.com' };
    expect(canonicalQuery(query)).toBe(
      'CacheTag=a%20b%2Ac~d%27%28e%29%21%2F%C3%A9%E6%A0%87&DomainName=example.com',
    );
    expect(signature(request(headers, query), 'testsecret')).toBe(
      'fd5891c5a2ee7adadebe9c2ce5dc3ba55a32fe672e26d3325660680f06889537',
    );
  });

  test('of a call with a session token', ({ expect }) => {
    const signable = request(
      { ...headers, 'x-acs-security-token': 'tok' },
      { CacheTag: 'tag1', DomainName: 'example.com' },
    );
    expect(signature(signable, 'testsecret')).toBe(
      '19a0b74f3a54d86769731ae4f53fccc9c94b3c4ce17d7ed2dc18cc3763fabcf3',
    );
  });
});
