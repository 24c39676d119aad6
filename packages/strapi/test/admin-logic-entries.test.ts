import { createIntl } from 'react-intl';
import { describe, test } from 'vitest';

import { paceOfFailure } from '../admin/src/api/pace.ts';
import { failureOf } from '../admin/src/api/problems.ts';
import { entriesRequest, referenceOf } from '../admin/src/api/reference.ts';
import { isWebAddress } from '../admin/src/panel/progress.ts';
import { changePath, historyPath } from '../admin/src/parts/paths.ts';
import { reasonText } from '../admin/src/parts/reason-text.ts';
import { isToday, roughly } from '../admin/src/parts/times.ts';
import { texts as german } from '../admin/src/translations/de.ts';
import { texts as english } from '../admin/src/translations/en.ts';
import { common } from '../admin/src/translations/en/common.ts';
import { entries } from '../admin/src/translations/en/entries.ts';
import { pages } from '../admin/src/translations/en/pages.ts';
import { texts as french } from '../admin/src/translations/fr.ts';
import { texts as chinese } from '../admin/src/translations/zh.ts';
import { barsOf } from '../admin/src/widget/bars.ts';
import { MOST_COUNTED } from '../contract/admin-api.ts';

test('it is asked again after a failure that can pass by itself, and after no other', ({
  expect,
}) => {
  const after = (status?: number): number | undefined =>
    paceOfFailure(failureOf(Object.assign(new Error('no'), { status })));
  expect([after(), after(503)]).toEqual([5_000, 5_000]);
  expect([after(401), after(403), after(404), after(400)]).toEqual(Array(4).fill(undefined));
});

test('an entry is asked for in its own locale, else in the one that is shown, else in none', ({
  expect,
}) => {
  const inLocale = (locale?: string | null): string | undefined =>
    referenceOf('api::a.a', { documentId: 'x', ...(locale === undefined ? {} : { locale }) }, 'fr')
      .locale;
  expect([inLocale('de'), inLocale(), inLocale(null)]).toEqual(['de', 'fr', undefined]);
});

test('a selection is asked for in its locale, and in all where it has several', ({ expect }) => {
  const uid = 'api::a.a';
  const request = (...locales: (string | null | undefined)[]): unknown =>
    entriesRequest(
      uid,
      locales.map((locale, index) => ({ documentId: String(index), locale })),
      'fr',
    );
  expect(request('de', 'de')).toEqual({ uid, documentIds: ['0', '1'], locale: 'de' });
  expect(request(undefined, 'fr')).toEqual({ uid, documentIds: ['0', '1'], locale: 'fr' });
  expect(request('de', 'fr')).toEqual({ uid, documentIds: ['0', '1'] });
  expect(request(null)).toEqual({ uid, documentIds: ['0'] });
});

test('only addresses of the web are links', ({ expect }) => {
  const urls = [
    'https://a.example',
    'HTTP://a.example/b?c',
    'javascript:alert(1)',
    'data:,a',
    '//a',
    'https://',
  ];
  expect(urls.filter((url) => isWebAddress(url))).toEqual(urls.slice(0, 2));
});

test('addresses of the history carry a filter, and nothing can break out of them', ({ expect }) => {
  expect(historyPath()).toBe('/plugins/freshtag');
  expect(historyPath({ state: 'failed', uid: 'a&b' })).toBe(
    '/plugins/freshtag?state=failed&uid=a%26b',
  );
  expect(changePath('../x')).toBe('/plugins/freshtag/history/..%2Fx');
});

test('a length of time is given in the largest unit that it fills', ({ expect }) => {
  const said = [-5, 59_999, 60_000, 3_599_999, 86_400_000].map((lengthMs) => roughly(lengthMs));
  expect(said.map(({ amount, unit }) => `${amount} ${unit}`)).toEqual([
    '0 second',
    '59 second',
    '1 minute',
    '59 minute',
    '1 day',
  ]);
});

test('today ends at midnight, not after 24 hours', ({ expect }) => {
  const noon = new Date(2026, 10, 22, 12).getTime();
  const hourMs = 3_600_000;
  expect([noon - 11 * hourMs, noon - 13 * hourMs].map((atMs) => isToday(atMs, noon))).toEqual([
    true,
    false,
  ]);
});

test('bars share the height by the busiest hour, and a single call beside thousands is seen', ({
  expect,
}) => {
  const bars = barsOf([
    { startMs: 0, calls: 0, failures: 0 },
    { startMs: 1, calls: 1, failures: 0 },
    { startMs: 2, calls: 10_000, failures: 6_000 },
  ]);
  const shares = bars.map(({ goodShare, failureShare }) => [goodShare, failureShare]);
  expect(shares).toEqual([
    [0, 0],
    [expect.closeTo(0.04), 0],
    [expect.closeTo(0.408), expect.closeTo(0.592)],
  ]);
});

test('a reason of a caller is shown as it is, whatever it is called', ({ expect }) => {
  const say = (key: string): string => key;
  const said = ['publish', 'query.deletemany', 'constructor', '<b>nightly</b>'];
  expect(said.map((reason) => reasonText(say, reason))).toEqual([
    'reason.publish',
    'reason.query',
    'constructor',
    '<b>nightly</b>',
  ]);
});

describe('texts', () => {
  const languages = { en: english, de: german, fr: french, 'zh-Hans': chinese };

  /** Names of what is filled in: a brace after a plural's word opens a text, every other one an argument. */
  const argumentsOf = (text: string): readonly string[] =>
    [
      ...new Set(
        [...text.matchAll(/(?<!(?:\bone|\bother|=\d+) ?)\{\s*(\w+)\s*[,}]/g)].map(
          ([, name = '']) => name,
        ),
      ),
    ].toSorted();

  test('have each key once', ({ expect }) => {
    const keys = [common, entries, pages].flatMap((part) => Object.keys(part));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test('say of as many changes as are counted that there may be more', ({ expect }) => {
    for (const [locale, messages] of Object.entries(languages)) {
      const intl = createIntl({ locale, messages });
      for (const [id, value] of [
        ['widget.stuck', 'failed'],
        ['widget.stale', 'stale'],
        ['widget.changes', 'count'],
      ] as const) {
        const said = (count: number): string => intl.formatMessage({ id }, { [value]: count });
        const [most, less] = [MOST_COUNTED, MOST_COUNTED - 1];
        expect(said(most), `${locale} ${id}`).toContain(String(most));
        expect(said(most)).not.toBe(said(less).replace(String(less), String(most)));
      }
    }
  });

  test('take the same values in every language, and say them', ({ expect }) => {
    for (const [locale, texts] of Object.entries(languages)) {
      const onError = (error: unknown): never => {
        throw error instanceof Error ? error : new Error(String(error));
      };
      const intl = createIntl({ locale, messages: texts, onError });
      for (const [key, text] of Object.entries(texts)) {
        const names = argumentsOf(text);
        // Without a plural, a language may need no number.
        const needed = argumentsOf(english[key as keyof typeof english]);
        expect(needed, `${locale} ${key}`).toEqual(expect.arrayContaining([...names]));
        expect([...names, 'count'], `${locale} ${key}`).toEqual(
          expect.arrayContaining([...needed]),
        );
        for (const count of [0, 1, 2]) {
          const values = Object.fromEntries(names.map((name) => [name, count]));
          const said = intl.formatMessage({ id: key }, values);
          expect(said, `${locale} ${key}`).toMatch(/^[^{}]*\S[^{}]*$/);
        }
      }
    }
  });
});
