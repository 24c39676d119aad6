import type { HistoryEntry } from '@freshtag/core/relay';
import { describe, test } from 'vitest';

import { cellOf } from '../server/src/admin/csv.ts';
import { isAlwaysTrue } from '../server/src/admin/conditions.ts';
import { progressOfRows } from '../server/src/admin/row-state.ts';
import { showProblem } from '../server/src/admin/show-problem.ts';
import { meaningOfTag } from '../server/src/admin/tag-meaning.ts';
import type { TypeMapping } from '../server/src/config.ts';
import type { TaggedType } from '../server/src/tags/types.ts';

describe('what a tag says', () => {
  const type = (name: string, mapping: TypeMapping = {}): [string, TaggedType] => [
    `api::${name}.${name}`,
    { uid: `api::${name}.${name}`, name, hasLocales: true, mapping },
  ];
  const types = new Map([
    type('country'),
    type('news', { tag: '{type}:{locale}/{documentId}' }),
    type('shop', { tag: ({ documentId }) => `shop:${documentId.length}` }),
  ]);

  test.for([
    ['country', { kind: 'list', uid: 'api::country.country' }],
    ['country:*', { kind: 'overflow', uid: 'api::country.country' }],
    ['country:all', { kind: 'overflow', uid: 'api::country.country' }],
    ['country:a1', { kind: 'entry', uid: 'api::country.country', documentId: 'a1' }],
    [
      'country:a1:zh-hans',
      { kind: 'locale', uid: 'api::country.country', documentId: 'a1', locale: 'zh-hans' },
    ],
    ['country:a%3Ab', { kind: 'entry', uid: 'api::country.country', documentId: 'a:b' }],
    ['country:%', { kind: 'entry', uid: 'api::country.country' }],
    ['news:de/a1', { kind: 'locale', uid: 'api::news.news', documentId: 'a1', locale: 'de' }],
    ['news:all/a1', { kind: 'entry', uid: 'api::news.news', documentId: 'a1' }],
    ['news:a1', { kind: 'entry', uid: 'api::news.news' }],
    ['shop:24', { kind: 'entry', uid: 'api::shop.shop' }],
    ['page:/uploads/a.png', { kind: 'page' }],
    ['countryside:a1', { kind: 'other' }],
    ['<img/src=x>', { kind: 'other' }],
    ['__proto__:a', { kind: 'other' }],
  ] as const)('%s', ([tag, meaning], { expect }) => {
    const found = Object.entries(meaningOfTag(types, tag)).filter(
      ([, value]) => value !== undefined,
    );
    expect(Object.fromEntries(found)).toEqual(meaning);
  });
});

test('no cell of a table is a formula', ({ expect }) => {
  for (const text of ['=1', '+1', '-1', '@a', ' =1', '\t=1', '\r=1', '\n+1'])
    expect(cellOf(text)).toBe(`"'${text}"`);
  expect(cellOf('a=1')).toBe('"a=1"');
  expect(cellOf('say "=1"')).toBe('"say ""=1"""');
  expect(cellOf(-5)).toBe('"-5"');
  expect(cellOf(undefined)).toBe('""');
});

test('a condition that is one of locales alone holds for all if they are all', ({ expect }) => {
  const codes = ['en', 'de'];
  const all = { locale: { $in: ['de', 'en', 'fr'] } };
  expect(isAlwaysTrue(undefined, codes)).toBe(true);
  expect(isAlwaysTrue({}, codes)).toBe(true);
  expect(isAlwaysTrue({ $and: [all] }, codes)).toBe(true);
  expect(isAlwaysTrue({ $and: [all, { 'createdBy.id': 1 }] }, codes)).toBe(false);
  expect(isAlwaysTrue({ $and: [{ $or: [] }, all] }, codes)).toBe(false);
  expect(isAlwaysTrue({ locale: { $in: ['en'] } }, codes)).toBe(false);
  expect(isAlwaysTrue({ locale: 'en' }, codes)).toBe(false);
  expect(isAlwaysTrue({ locale: { $in: [] } }, [])).toBe(true);
});

test('a problem names nothing that its reader may not see, and keeps what helps', ({ expect }) => {
  const show = (message: string, isOwn: boolean): string | undefined =>
    showProblem({ code: 'FORBIDDEN', message }, { isAll: false, isOwn })?.message;
  expect(show('Tag “country:a1” was refused.', true)).toBe('Tag “…” was refused.');
  expect(show('GET /?CacheTag=country%3Aa1%2Cb failed', true)).toBe('GET … failed');
  expect(show('Allow the action dcdn:RefreshDcdnObjectCaches on it.', false)).toBe(
    'Allow the action dcdn:RefreshDcdnObjectCaches on it.',
  );
  const url = 'An old copy of https://www.example.com/secret: it is old.';
  expect(show(url, true)).toBe(url);
  expect(show(url, false)).not.toContain('secret');
  expect(show('https://a.example.com/?tag=country:a1', true)).toBe('…');
  const whole = { code: 'FORBIDDEN', message: 'country:a1' };
  expect(showProblem(whole, { isAll: true, isOwn: false })).toEqual(whole);
});

const LOCALE_TAGS = new Set(['a:en', 'a:de']);

test('rows of one target are as far as the worst of them, and live if it was looked', ({
  expect,
}) => {
  const row = (state: HistoryEntry['state'], more: Partial<HistoryEntry> = {}): HistoryEntry => ({
    id: 1,
    change: 'a',
    domain: 'www.example.com',
    tag: 'a',
    force: true,
    appendedAtMs: 5,
    attempts: 0,
    state,
    ...more,
  });
  const live = row('complete', { probe: { atMs: 9, verified: true } });
  const stateOf = (...rows: readonly HistoryEntry[]): unknown =>
    progressOfRows(rows, LOCALE_TAGS)?.state;
  expect(stateOf()).toBeUndefined();
  expect(stateOf(live, row('complete'), row('settled'))).toBe('live');
  expect(stateOf(live, row('waiting'))).toBe('waiting');
  expect(stateOf(live, row('passing'))).toBe('accepted');
  expect(stateOf(row('complete'), row('settled'))).toBe('settled');
  expect(stateOf(row('parked'), row('waiting'), live)).toBe('failed');
  expect(progressOfRows([live], LOCALE_TAGS)?.sinceMs).toBe(9);
  const german = { tag: 'a:de' };
  expect(stateOf(live, row('complete', german))).toBe('complete');
  expect(stateOf(live, row('complete', { ...german, probe: { atMs: 9, verified: true } }))).toBe(
    'live',
  );
});
