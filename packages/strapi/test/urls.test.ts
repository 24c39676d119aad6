import { describe, test } from 'vitest';

import type { UrlsOption } from '../server/src/config.ts';
import { urlsOfEntry, urlsOfGone } from '../server/src/probe/urls.ts';
import { startStrapi } from './support/start-strapi.ts';

const UID = 'api::a.a';
const entry = {
  documentId: 'abc',
  locale: 'de',
  slug: 'a b/c?ü',
  number: 7,
  empty: '',
  none: null,
};

function urlsBy(urls: UrlsOption): readonly string[] {
  return urlsOfEntry({ types: { [UID]: { urls } } }, UID, entry);
}

describe('the URLs of an entry', () => {
  test('are made from its fields, each URL-encoded', ({ expect }) => {
    expect(urlsBy('https://www.example.com/{locale}/{slug}-{number}?id={documentId}')).toEqual([
      'https://www.example.com/de/a%20b%2Fc%3F%C3%BC-7?id=abc',
    ]);
  });

  test('are those of all templates whose fields are there', ({ expect }) => {
    const site = 'https://www.example.com';
    expect(urlsBy([`${site}/{slug}`, `${site}/{empty}`, `${site}/{none}`, `${site}/`])).toEqual([
      `${site}/a%20b%2Fc%3F%C3%BC`,
      `${site}/`,
    ]);
  });

  test('may come from a function of the entry and its locale', ({ expect }) => {
    expect(urlsBy(({ slug }, locale) => [`http://a.b/${locale}/${String(slug).length}`])).toEqual([
      'http://a.b/de/7',
    ]);
    expect(urlsBy(() => [])).toEqual([]);
  });

  test('are none without the option', ({ expect }) => {
    expect(urlsOfEntry({ types: {} }, UID, entry)).toEqual([]);
    expect(urlsOfEntry({ types: { [UID]: false } }, UID, entry)).toEqual([]);
  });

  for (const [what, given] of [
    ['a path', '/a'],
    ['nothing', undefined],
    ['another scheme', 'javascript:alert(1)'],
    ['what is too long', `https://a.b/${'x'.repeat(8000)}`],
  ] as const)
    test(`are never ${what}, whatever a function gives`, ({ expect }) => {
      expect(() => urlsBy(() => given as string)).toThrow(/^types\.api::a\.a\.urls: .*Give a URL/);
    });

  test('never show a password', ({ expect }) => {
    expect(() => urlsBy(() => 'https://me:s3cret@a.b/')).toThrow(/^(?!.*s3cret).*"https:\/\/a\.b"/);
  });

  test('are known after it is gone, if they need nothing but who it was', ({ expect }) => {
    const gone = (urls: UrlsOption): readonly string[] | undefined =>
      urlsOfGone({ types: { [UID]: { urls } } }, UID, { documentId: 'abc', locale: 'de' });
    expect(gone('https://a.b/{locale}/{documentId}')).toEqual(['https://a.b/de/abc']);
    expect(gone(['https://a.b/{documentId}', 'https://a.b/{slug}'])).toBeUndefined();
    expect(gone(() => 'https://a.b/')).toBeUndefined();
  });
});

for (const [what, uid, field] of [
  ['a field that its type does not have', 'api::country.country', 'slug'],
  ['a field that is no plain text', 'api::country.country', 'flag'],
  ['the locale of a type without', 'api::currency.currency', 'locale'],
] as const)
  test(`a URL with ${what} stops the start`, async ({ expect }) => {
    const urls = `https://cms.example.com/{${field}}`;
    const targets = { api: { kind: 'dynamic', domain: 'cms.example.com' } } as const;
    await expect(
      startStrapi({ freshtag: { targets, types: { [uid]: { urls } } } }),
    ).rejects.toThrow(`types.${uid}.urls: "{${field}}" is not allowed. Give one of {documentId}, `);
  }, 120_000);
