import { createRequire } from 'node:module';

import fc from 'fast-check';
import { test } from 'vitest';

import { authorization } from '../src/dcdn/signature.ts';
import { canonicalQuery, sha256Hex } from '@freshtag/core';

// CommonJS whose default export is not seen as such from ESM.
const require = createRequire(import.meta.url);
const { default: OpenApiUtil } =
  require('@alicloud/openapi-util') as typeof import('@alicloud/openapi-util');
const { Request } =
  require('@alicloud/tea-typescript') as typeof import('@alicloud/tea-typescript');

const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((value) => value.isWellFormed());
const name = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,15}$/);
const headerText = fc.stringMatching(/^[\x21-\x7e]{1,40}$/);

test('whatever is signed, the official signing code makes the same signature', ({ expect }) => {
  const requests = fc.record({
    query: fc.dictionary(name, text, { maxKeys: 8 }),
    nonce: fc.uuid(),
    date: fc.date({ min: new Date(0), max: new Date('2099-01-01'), noInvalidDate: true }),
    action: name,
    token: fc.option(headerText),
    accessKeyId: headerText,
    accessKeySecret: headerText,
  });
  fc.assert(
    fc.property(requests, ({ query, nonce, date, action, token, accessKeyId, accessKeySecret }) => {
      const headers: Record<string, string> = {
        host: 'dcdn.aliyuncs.com',
        'x-acs-action': action,
        'x-acs-version': '2018-01-15',
        'x-acs-date': date.toISOString().replace(/\.\d+Z$/, 'Z'),
        'x-acs-signature-nonce': nonce,
        'x-acs-content-sha256': sha256Hex(''),
        ...(token === null ? {} : { 'x-acs-security-token': token }),
      };
      const request = new Request();
      Object.assign(request, {
        method: 'POST',
        pathname: '/',
        query: { ...query },
        headers: { ...headers },
      });
      const official = OpenApiUtil.getAuthorization(
        request,
        'ACS3-HMAC-SHA256',
        sha256Hex(''),
        accessKeyId,
        accessKeySecret,
      );
      const signable = {
        method: 'POST',
        path: '/',
        query,
        headers,
        signedHeaders: Object.keys(headers),
      };
      expect(authorization(signable, { accessKeyId, accessKeySecret })).toBe(official);
    }),
    { numRuns: 500 },
  );
});

test('what is sent is read back by any server as what was meant', ({ expect }) => {
  fc.assert(
    fc.property(fc.dictionary(name, text), (query) => {
      expect(Object.fromEntries(new URLSearchParams(canonicalQuery(query)))).toEqual({ ...query });
    }),
  );
});
