import { describe, test } from 'vitest';
import fc from 'fast-check';

import {
  entryTag,
  fitTags,
  formatCacheTag,
  isPageTag,
  isTag,
  listTag,
  overflowTag,
  pageTag,
  parseTags,
  readCacheTag,
  typeOf,
  withOverflowTags,
} from '@freshtag/core';

const sendableTag = fc.stringMatching(/^[\x21-\x2b\x2d-\x7e]{1,128}$/);
const typedTag = fc
  .tuple(fc.constantFrom('country', 'language', 'author'), fc.integer({ min: 0, max: 500 }))
  .map(([type, id]) => `${type}:${id}`);

describe('grammar', () => {
  test.for(['a', 'country:de', 'page:/a/b', 'TYPE:Id', '~!@#$%^&*()', 'x'.repeat(128)])(
    'accepts %s',
    (tag, { expect }) => {
      expect(parseTags([tag, tag])).toEqual([tag]);
    },
  );

  test.for(['', ' ', 'a b', 'a,b', 'ä', 'a\n', 'a\u0000', 'x'.repeat(129)])(
    'refuses %j with an error that says why',
    (tag, { expect }) => {
      expect(isTag(tag)).toBe(false);
      expect(() => parseTags(['fine', tag])).toThrow(
        expect.objectContaining({
          code: 'INVALID_TAG',
          message: expect.stringMatching(/cache tag/),
        }),
      );
    },
  );
});

test('one string is not taken for a list of one-letter tags', ({ expect }) => {
  expect(() => parseTags('abc')).toThrow(/must be a list.*\["abc"\]/);
});

describe('names', () => {
  test('an entry is named by type, id and locale, in lower case', ({ expect }) => {
    expect(entryTag('country', 'DEU')).toBe('country:deu');
    expect(entryTag('article', 'k2f9', 'zh-Hans')).toBe('article:k2f9:zh-hans');
    expect(listTag('Country')).toBe('country');
  });

  test('an id cannot pass for another entry, a locale, or an overflow tag', ({ expect }) => {
    expect(entryTag('a', 'b:c')).not.toBe(entryTag('a', 'b', 'c'));
    expect(entryTag('a', '*')).not.toBe(overflowTag('a'));
    expect(entryTag('a', 'x%3ay')).not.toBe(entryTag('a', 'x:y'));
  });

  test('every URL form of a page has the same tag', ({ expect }) => {
    const forms = ['/a', '/a/', '/a/index.html', '/a.html', 'a'];
    expect(new Set(forms.map(pageTag))).toEqual(new Set(['page:/a']));
    expect(pageTag('/')).toBe('page:/');
    expect(pageTag('/index.html')).toBe('page:/');
    expect(pageTag('/caf%C3%A9')).toBe(pageTag('/café'));
  });

  test('pages that differ by case alone have different tags in lower case', ({ expect }) => {
    const tags = [pageTag('/README'), pageTag('/readme'), pageTag('/Readme')];
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) expect(tag).toBe(tag.toLowerCase());
  });

  test('whatever the input, every name that is made can be sent', ({ expect }) => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
        fc.string({ minLength: 1 }),
        (a, b) => {
          expect(isTag(pageTag(a))).toBe(true);
          expect(isPageTag(pageTag(a))).toBe(true);
          expect(isTag(entryTag(b, a, b))).toBe(true);
          expect(isTag(listTag(b))).toBe(true);
        },
      ),
    );
  });

  test('a refresh of unknown reach includes the overflow tag of each type, but never of pages', ({
    expect,
  }) => {
    expect(withOverflowTags(['country:de', 'country:fr', 'news', 'page:/a'])).toEqual([
      'country:de',
      'country:fr',
      'news',
      'page:/a',
      'country:*',
      'news:*',
    ]);
  });
});

describe('header', () => {
  test('what is written is read back', ({ expect }) => {
    fc.assert(
      fc.property(fc.uniqueArray(sendableTag, { maxLength: 20 }), (tags) => {
        expect(readCacheTag(formatCacheTag(tags))).toEqual(tags);
      }),
    );
  });

  test('reads spaces, empty items and several lines as the edge does', ({ expect }) => {
    expect(readCacheTag(['a, b ,,', 'b,c,'])).toEqual(['a', 'b', 'c']);
    expect(readCacheTag(undefined)).toEqual([]);
  });

  test('tags that fit are left as they are', ({ expect }) => {
    expect(fitTags(['page:/a', 'country:de'])).toEqual({
      tags: ['page:/a', 'country:de'],
      overflowed: [],
      cacheable: true,
    });
  });

  test('the largest type overflows first, and the page keeps its own tag', ({ expect }) => {
    const tags = ['page:/a', 'author:1', ...Array.from({ length: 9 }, (_, id) => `country:${id}`)];
    expect(fitTags(tags, { maxTags: 5 })).toEqual({
      tags: ['page:/a', 'author:1', 'country:*'],
      overflowed: ['country'],
      cacheable: true,
    });
  });

  test('an answer for which not even the overflow tags fit is not cacheable', ({ expect }) => {
    expect(fitTags(['page:/a', 'b:1', 'c:1'], { maxTags: 2 })).toMatchObject({
      tags: [],
      cacheable: false,
    });
    expect(fitTags([])).toMatchObject({ cacheable: false });
  });

  test('whatever overflows, every refresh of a tag that was given reaches the answer', ({
    expect,
  }) => {
    fc.assert(
      fc.property(
        fc.array(typedTag, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 20, max: 800 }),
        fc.integer({ min: 1, max: 100 }),
        (given, maxBytes, maxTags) => {
          const { tags, cacheable, overflowed } = fitTags(['page:/p', ...given], {
            maxBytes,
            maxTags,
          });
          if (!cacheable) return;
          expect(formatCacheTag(tags).length).toBeLessThanOrEqual(maxBytes);
          expect(tags.length).toBeLessThanOrEqual(maxTags);
          expect(tags).toContain('page:/p');
          for (const tag of given) {
            expect(withOverflowTags([tag]).some((hit) => tags.includes(hit))).toBe(true);
            expect(overflowed.includes(typeOf(tag))).toBe(!tags.includes(tag));
          }
        },
      ),
    );
  });
});
