import { describe, test } from 'vitest';

import type { UrlsOption } from '../server/src/config.ts';
import { urlsOfEntry, urlsOfGone } from '../server/src/probe/urls.ts';

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
