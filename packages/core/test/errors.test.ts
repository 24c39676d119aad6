import { describe, test } from 'vitest';

import { DcdnError, invalidOption, refresh, type RefreshOptions } from '@freshtag/core';

const circular: Record<string, unknown> = {};
circular['self'] = circular;

describe('the error for an option', () => {
  test.for<readonly [string, unknown, string]>([
    ['a circular object', circular, 'an object that cannot be shown'],
    ['a bigint', 5n, '5n'],
    ['an object with a bigint', { a: 5n }, '{"a":"5n"}'],
    [
      'an object whose toJSON throws',
      {
        toJSON: () => {
          throw new Error('x');
        },
      },
      'an object that cannot be shown',
    ],
    [
      'an object with a getter that throws',
      {
        get a() {
          throw new Error('x');
        },
      },
      'an object that cannot be shown',
    ],
    ['an object whose toJSON says nothing', { toJSON: () => undefined }, 'an object that'],
    ['not a number', Number.NaN, 'NaN'],
    ['infinity', -Infinity, '-Infinity'],
    ['infinity within an object', { a: Infinity }, '{"a":"Infinity"}'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', () => 1, 'a function'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a terminal’s escapes', 'a\u001b[31m\u009b31mb', '"a [31m 31mb"'],
    ['a user’s password', 'http://me:PW@host/', '"http://***@host/"'],
    ['a password within a list', ['http://me:PW@host/'], '["http://***@host/"]'],
    ['a secret in a query', 'http://host/?token=PW', '"http://host/?***"'],
    ['a secret after the path', 'http://host/#PW', '"http://host/#***"'],
  ])('describes %s', ([, value, shown], { expect }) => {
    const { message } = invalidOption('option', value, 'something else');
    expect(message).toContain(`option: ${shown}`);
    expect(message).toMatch(/ is not allowed\. Give something else\.$/);
    expect(message).not.toContain('PW');
  });
});

describe('the error for a refusal', () => {
  const refused = (action: string, apiCode: string) =>
    new DcdnError({ action, status: 403, apiCode, apiMessage: 'no' }).message;

  test('for want of permission names the action that was refused', ({ expect }) => {
    expect(refused('DescribeDcdnRefreshQuota', 'Forbidden.RAM')).toContain(
      'the action dcdn:DescribeDcdnRefreshQuota on resource *',
    );
    expect(refused('RefreshDcdnObjectCacheByCacheTag', 'Forbidden.RAM')).toContain(
      'the action dcdn:RefreshDcdnObjectCacheByCacheTag on resource *',
    );
  });

  test('for a parameter speaks of tags only where tags were sent', ({ expect }) => {
    expect(refused('RefreshDcdnObjectCacheByCacheTag', 'InvalidParameters')).toMatch(
      /the tag that was refused alone/,
    );
    expect(refused('DescribeDcdnRefreshTaskById', 'InvalidTaskId.Malformed')).toMatch(
      /no\. Check the task ids/,
    );
    expect(refused('RefreshDcdnObjectCaches', 'InvalidObjectPath.Malformed')).toMatch(
      /no\. Check the paths/,
    );
  });
});

describe('a refresh by a caller without types', () => {
  const options = {
    domain: 'www.example.com',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'id', accessKeySecret: 'secret' },
  };

  test.for<readonly [string, unknown, RegExp]>([
    ['nothing', undefined, /must be a list.*not undefined/],
    ['null', null, /must be a list.*not null/],
    ['a number', 5, /must be a list.*not number/],
    ['an object', {}, /must be a list.*not object/],
    ['a list with null', [null], /must be a string, not null/],
    [
      'what has to be awaited',
      (async function* tags() {
        yield 'a';
      })(),
      /Array\.fromAsync/,
    ],
  ])('of %s is refused as no tags', async ([, tags, message], { expect }) => {
    await expect(refresh(tags as string[], options)).rejects.toMatchObject({
      code: 'INVALID_TAG',
      message: expect.stringMatching(message),
    });
  });

  test.for<readonly [unknown, RegExp]>([
    [{ limits: 5 }, /^limits: 5 is not allowed/],
    [{ limits: [] }, /^limits: \[\] is not allowed/],
    [{ retry: 5 }, /^retry: 5 is not allowed/],
    [{ retry: { bugetMs: 5 } }, /^retry\.bugetMs: .*only maxAttempts, budgetMs/],
    [{ endpoint: null }, /^endpoint: null is not allowed/],
    [{ endpoint: 5 }, /^endpoint: 5 is not allowed/],
    [{ endpoint: 'http://host/?k=PW' }, /^endpoint: "http:\/\/host\/\?\*\*\*" is not/],
  ])('with the options %j is refused', async ([more, message], { expect }) => {
    const wrong = { ...options, ...(more as object) } as RefreshOptions;
    await expect(refresh(['a'], wrong)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    });
  });
});
