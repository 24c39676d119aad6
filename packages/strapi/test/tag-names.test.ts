import { describe, test } from 'vitest';

import { localeTagsOf } from '../server/src/tags/locale-tags.ts';
import { createTagNames, tagsOfFileUrls, type TagNames } from '../server/src/tags/names.ts';
import type { TypeOption } from '../server/src/config.ts';

const SCHEMAS = [
  {
    uid: 'api::country.country',
    info: { singularName: 'country' },
    pluginOptions: { i18n: { localized: true } },
  },
  { uid: 'api::language.language', info: { singularName: 'language' } },
  {
    uid: 'plugin::upload.file',
    plugin: 'upload',
    info: { singularName: 'file' },
    pluginOptions: { 'content-manager': { visible: false } },
  },
  { uid: 'plugin::navigation.item', plugin: 'navigation', info: { singularName: 'item' } },
  {
    uid: 'plugin::releases.release',
    plugin: 'releases',
    info: { singularName: 'release' },
    pluginOptions: { 'content-manager': { visible: false } },
  },
  {
    uid: 'plugin::users-permissions.user',
    plugin: 'users-permissions',
    info: { singularName: 'user' },
  },
  { uid: 'admin::user', info: { singularName: 'user' } },
];
const COUNTRY = 'api::country.country';
const LANGUAGE = 'api::language.language';

function names(options: Readonly<Record<string, TypeOption>> = {}): TagNames {
  return createTagNames(SCHEMAS, options);
}

describe('tags of Strapi’s content', () => {
  test('every answer that shows a locale is hit by a change of that locale, told or not', ({
    expect,
  }) => {
    const tags = names();
    const shown = [
      tags.tagsOfEntry(COUNTRY, { documentId: 'ABC', locale: 'de' }),
      tags.tagsOfEntry(COUNTRY, { documentId: 'ABC' }),
      tags.tagsOfEntry(COUNTRY, { documentId: 'ABC', locale: null }),
      tags.tagsOfList(COUNTRY),
    ];
    expect(shown).toEqual([
      ['country:abc:de', 'country:all'],
      ['country:abc', 'country:all'],
      ['country:abc', 'country:all'],
      ['country'],
    ]);
    const change = tags.tagsOfChange(COUNTRY, { documentId: 'ABC', locales: ['de'] });
    expect(change).toEqual(['country:abc', 'country:abc:de', 'country']);
    for (const carried of shown) expect(carried.some((tag) => change.includes(tag))).toBe(true);
  });

  test('a change of one locale leaves answers with another alone', ({ expect }) => {
    const tags = names();
    const english = tags.tagsOfEntry(COUNTRY, { documentId: 'abc', locale: 'en' });
    const change = tags.tagsOfChange(COUNTRY, { documentId: 'abc', locales: ['de', 'fr'] });
    expect(change.filter((tag) => english.includes(tag))).toEqual([]);
  });

  test('a type without locales has none in its tags, whatever its rows say', ({ expect }) => {
    const tags = names();
    expect(tags.tagsOfEntry(LANGUAGE, { documentId: 'abc', locale: 'en' })).toEqual([
      'language:abc',
      'language:all',
    ]);
    expect(tags.tagsOfChange(LANGUAGE, { documentId: 'abc', locales: ['en', null] })).toEqual([
      'language:abc',
      'language',
    ]);
  });

  test('the whole of a type hits all its entries and lists', ({ expect }) => {
    const tags = names();
    const whole = tags.tagsOfWholeType(COUNTRY);
    for (const carried of [
      tags.tagsOfEntry(COUNTRY, { documentId: 'abc', locale: 'en' }),
      tags.tagsOfEntry(COUNTRY, { documentId: 'abc' }),
      tags.tagsOfList(COUNTRY),
    ])
      expect(carried.some((tag) => whole.includes(tag))).toBe(true);
  });

  test('the project’s types, the media library and what editors see have tags; accounts have none', ({
    expect,
  }) => {
    expect([...names().types.values()].map(({ name }) => name)).toEqual([
      'country',
      'language',
      'upload-file',
      'navigation-item',
    ]);
    const own = names({ [LANGUAGE]: false, 'plugin::users-permissions.user': {} });
    expect([...own.types.values()].map(({ name }) => name)).toEqual([
      'country',
      'upload-file',
      'navigation-item',
      'users-permissions-user',
    ]);
    expect(own.tagsOfEntry(LANGUAGE, { documentId: 'abc' })).toEqual([]);
    expect(own.tagsOfList(LANGUAGE)).toEqual([]);
    expect(own.tagsOfChange(LANGUAGE, { documentId: 'abc' })).toEqual([]);
    expect(own.tagsOfWholeType(LANGUAGE)).toEqual([]);
  });

  test('own names and tags are the same where they are shown and where they are refreshed', ({
    expect,
  }) => {
    const tags = names({
      [COUNTRY]: { name: 'land', tag: '{type}:{locale}/{documentId}' },
      [LANGUAGE]: { tag: ({ type, documentId }) => `${type}:X-${documentId}` },
    });
    expect(tags.tagsOfEntry(COUNTRY, { documentId: 'a', locale: 'de' })).toEqual([
      'land:de/a',
      'land:all',
    ]);
    expect(tags.tagsOfChange(COUNTRY, { documentId: 'a', locales: ['de'] })).toEqual([
      'land:all/a',
      'land:de/a',
      'land',
    ]);
    expect(tags.tagsOfEntry(LANGUAGE, { documentId: 'a' })[0]).toBe('language:X-a');
    expect(tags.tagsOfChange(LANGUAGE, { documentId: 'a' })).toContain('language:X-a');
  });

  test('a change refreshes the extra tags of the entry as it was and as it is, and related types as a whole', ({
    expect,
  }) => {
    const tags = names({
      [COUNTRY]: {
        tags: ({ code }) => (typeof code === 'string' ? [`atlas:${code}`] : []),
        related: [LANGUAGE],
      },
    });
    const entries = [{ code: 'deu' }, { code: 'ger' }, {}];
    expect(tags.tagsOfChange(COUNTRY, { documentId: 'a', entries })).toEqual([
      'country:a',
      'atlas:deu',
      'atlas:ger',
      'country',
      'language:all',
      'language',
    ]);
    expect(tags.tagsOfWholeType(COUNTRY)).toEqual([
      'country:all',
      'country',
      'language:all',
      'language',
    ]);
  });

  test('a file’s addresses are those of all its formats', ({ expect }) => {
    const formats = { small: { url: '/uploads/small_a.png' }, large: {}, broken: null };
    expect(
      tagsOfFileUrls({ url: 'https://cdn.example.com/uploads/A%20b.png?x=1', formats }),
    ).toEqual([expect.stringMatching(/^page:\/uploads\/a%20b\.png~/), 'page:/uploads/small_a.png']);
    expect(tagsOfFileUrls({ url: null, formats: null })).toEqual([]);
  });
});

describe('the option types', () => {
  for (const [what, options, message] of [
    [
      'a type that there is not',
      { 'api::contry.country': {} },
      /^types: "api::contry\.country" .* api::country\.country/,
    ],
    [
      'a related type that there is not',
      { [COUNTRY]: { related: ['api::x.y'] } },
      /^types\.api::country\.country\.related: "api::x\.y"/,
    ],
    [
      'one name for two types',
      { [LANGUAGE]: { name: 'country' } },
      /^types\.api::language\.language\.name: "country" .* api::country\.country/,
    ],
    ['a name that is taken by freshtag', { [LANGUAGE]: { name: 'all-pages' } }, /freshtag itself/],
    [
      'a tag of another type',
      { [LANGUAGE]: { tag: () => 'country:1' } },
      /^types\.api::language\.language\.tag: .*begins with “language:”/,
    ],
    [
      'a tag that cannot be sent',
      { [LANGUAGE]: { tag: () => 'language:a b' } },
      /^types\.api::language\.language\.tag/,
    ],
    [
      'no tag at all',
      { [LANGUAGE]: { tag: () => undefined as never } },
      /^types\.api::language\.language\.tag/,
    ],
  ] as const) {
    test(`is refused by its path for ${what}`, ({ expect }) => {
      expect(() => names(options)).toThrow(message);
    });
  }
});

test('the locales of a document are told apart where each has a tag of its own', ({ expect }) => {
  const told = (option?: TypeOption): ReadonlySet<string> =>
    localeTagsOf(names(option === undefined ? {} : { [COUNTRY]: option }), ['en', 'fr'], {
      uid: COUNTRY,
      documentId: 'a',
    });
  expect(told()).toEqual(new Set(['country:a:en', 'country:a:fr']));
  expect(told({ tag: '{type}:{documentId}' })).toEqual(new Set());
  const tag = ({ locale = 'en' }): string => `country:a${locale === 'en' ? '' : `:${locale}`}`;
  expect(told({ tag })).toEqual(new Set());
});
