import {
  ask,
  change,
  head,
  page,
  refresh,
  refreshSoftly,
  type Page,
  type Script,
} from './script.ts';
import { OTHER_DOMAIN } from './worlds.ts';

const MODIFIED: Page = page({ lastModified: 'moves' });
const languages: Page = page({ vary: 'accept-language' });
const german = ask('/a', { headers: { 'accept-language': 'de' } });
const english = ask('/a', { headers: { 'accept-language': 'en' } });

export function one(only: Page, ...steps: Script['steps']): Script {
  return { pages: [only], steps };
}

/** A page of a kind, asked for three times with a change and a refresh between. */
export function threeTimes(only: Page): Script {
  return one(only, ask('/a'), ask('/a'), change('/a'), ask('/a'), refresh('a'), ask('/a'));
}

function bytes(range: string): Script['steps'][number] {
  return ask('/a', { headers: { range: `bytes=${range}` } });
}

/** What Varnish and the edge must do alike, written by hand. */
export const SEQUENCES: Readonly<Record<string, Script>> = {
  'a miss, a hit, a refresh, a miss': threeTimes(page()),
  'a refresh of one of two tags': one(
    page({ tags: ['a, b'] }),
    ask('/a'),
    change('/a'),
    refresh('b'),
    ask('/a'),
    ask('/a'),
  ),
  'a tag on many pages, and one page without it': {
    pages: [page(), page({ path: '/b' }), page({ path: '/c', tags: ['c'] })],
    steps: [
      ask('/a'),
      ask('/b'),
      ask('/c'),
      refresh('a'),
      ...['/a', '/b', '/c'].map((path) => ask(path)),
      ...['/a', '/b', '/c'].map((path) => ask(path)),
    ],
  },
  'a tag that nothing has': one(page(), ask('/a'), refresh('other'), ask('/a')),
  'a tag in another case': one(page({ tags: ['A'] }), ask('/a'), refresh('a'), ask('/a')),
  'a part of a tag': one(page({ tags: ['country'] }), ask('/a'), refresh('count'), ask('/a')),
  'no tag at all': {
    pages: [{ path: '/a', cacheControl: 'max-age=3600' }],
    steps: [ask('/a'), refresh('a'), ask('/a')],
  },
  'a tag that a page has lost': {
    pages: [page({ path: '/a' })],
    steps: [ask('/a'), refresh('a'), refresh('a'), ask('/a'), refresh('a'), ask('/a'), ask('/a')],
  },
  'a soft refresh, and Last-Modified has moved': one(
    MODIFIED,
    ask('/a'),
    change('/a'),
    refreshSoftly('a'),
    ask('/a'),
    ask('/a'),
  ),
  'a soft refresh, and Last-Modified has not moved though the body has': one(
    page({ lastModified: 'stands' }),
    ask('/a'),
    change('/a'),
    refreshSoftly('a'),
    ask('/a'),
    ask('/a'),
    refresh('a'),
    ask('/a'),
  ),
  'a soft refresh of what has no validator': one(
    page(),
    ask('/a'),
    change('/a'),
    refreshSoftly('a'),
    ask('/a'),
    ask('/a'),
  ),
  'a soft refresh with an ETag alone': one(
    page({ etag: 'moves' }),
    ask('/a'),
    refreshSoftly('a'),
    ask('/a'),
    change('/a'),
    refreshSoftly('a'),
    ask('/a'),
    ask('/a'),
  ),
  'a soft refresh keeps the tags for the next one': one(
    MODIFIED,
    ask('/a'),
    refreshSoftly('a'),
    ask('/a'),
    change('/a'),
    refresh('a'),
    ask('/a'),
  ),
  'two soft refreshes before anybody asks': one(
    MODIFIED,
    ask('/a'),
    refreshSoftly('a'),
    refreshSoftly('a'),
    ask('/a'),
    ask('/a'),
  ),
  'a soft refresh, then one with force': one(
    page({ lastModified: 'stands' }),
    ask('/a'),
    change('/a'),
    refreshSoftly('a'),
    refresh('a'),
    ask('/a'),
  ),
  'variants are kept apart and go together': one(
    languages,
    german,
    english,
    ask('/a'),
    german,
    english,
    ask('/a'),
    change('/a'),
    refresh('a'),
    german,
    english,
    german,
  ),
  'Vary: * is never kept': threeTimes(page({ vary: '*' })),
  'HEAD of what is kept and of what is not': one(
    page(),
    head('/a'),
    ask('/a'),
    head('/a'),
    refresh('a'),
    head('/a'),
    ask('/a'),
  ),
  'ranges of what is kept': one(
    page(),
    ask('/a'),
    bytes('0-3'),
    bytes('3-'),
    bytes('-4'),
    bytes('2-900'),
    refresh('a'),
    bytes('0-3'),
    ask('/a'),
  ),
  'a range of what is not kept keeps the whole': one(page(), bytes('2-5'), ask('/a'), bytes('1-1')),
  'a range at the beginning of what is long and not kept keeps the whole': one(
    page({ fillingBytes: 2_000_000 }),
    bytes('0-9'),
    ask('/a'),
    bytes('1000000-1000009'),
  ),
  'a range that does not exist, of what is not kept, keeps the whole': one(
    page({ fillingBytes: 2_000_000 }),
    bytes('3000000-'),
    ask('/a'),
  ),
  'a long page': threeTimes(page({ fillingBytes: 2_000_000 })),
  'a range that does not exist': one(page(), ask('/a'), bytes('500-600')),
  'conditions that hold and that do not': one(
    page({ etag: 'moves', lastModified: 'moves' }),
    ask('/a'),
    ask('/a', { known: 'etag' }),
    ask('/a', { known: 'last-modified' }),
    ask('/a', { headers: { 'if-none-match': '"other"' } }),
    change('/a'),
    refresh('a'),
    ask('/a', { known: 'etag' }),
    ask('/a', { known: 'etag' }),
  ),
  'If-Range with the right and with a wrong ETag': one(
    page({ etag: 'moves' }),
    ask('/a'),
    ask('/a', { headers: { range: 'bytes=0-1', 'if-range': '"v1"' } }),
    ask('/a', { headers: { range: 'bytes=0-1', 'if-range': '"other"' } }),
  ),
  'a condition on a 404': one(
    page({ status: 404, etag: 'moves' }),
    ask('/a'),
    ask('/a', { known: 'etag' }),
  ),
  'a range of a 404': one(page({ status: 404 }), ask('/a'), bytes('0-1')),
  'a directive that is there twice': threeTimes(page({ cacheControl: 'max-age=3600, max-age=0' })),
  'a condition on what is not kept keeps the whole': one(
    page({ etag: 'moves' }),
    ask('/a', { headers: { 'if-none-match': '"v1"' } }),
    ask('/a'),
  ),
  'a 404 with a lifetime': threeTimes(page({ status: 404 })),
  'a redirect with a lifetime': threeTimes(page({ status: 301, headers: { location: '/b' } })),
  'a 410 with a lifetime': threeTimes(page({ status: 410 })),
  'no-store': threeTimes(page({ cacheControl: 'no-store' })),
  private: threeTimes(page({ cacheControl: 'private, max-age=3600' })),
  'no-cache': threeTimes(page({ cacheControl: 'no-cache' })),
  'max-age=0': threeTimes(page({ cacheControl: 'max-age=0' })),
  's-maxage beats max-age=0': threeTimes(
    page({ cacheControl: 'public, max-age=0, s-maxage=3600' }),
  ),
  's-maxage=0 beats max-age': threeTimes(page({ cacheControl: 'max-age=3600, s-maxage=0' })),
  'an Expires in the future': threeTimes({
    path: '/a',
    tags: ['a'],
    headers: { expires: 'Fri, 01 Jan 2038 00:00:00 GMT' },
  }),
  'nothing about freshness, nothing to guess it by': threeTimes({ path: '/a', tags: ['a'] }),
  'an Age that has used the lifetime up': threeTimes(page({ headers: { age: '3600' } })),
  'a query is another page': {
    pages: [page()],
    steps: [ask('/a?x=1'), ask('/a?x=2'), ask('/a?x=1'), refresh('a'), ask('/a?x=1')],
  },
  'a method that changes things': one(page(), ask('/a'), ask('/a', { method: 'POST' }), ask('/a')),
  'Cache-Control of a visitor': one(
    page(),
    ask('/a'),
    ask('/a', { headers: { 'cache-control': 'no-cache' } }),
    ask('/a', { headers: { pragma: 'no-cache' } }),
  ),
  'the same path and tag at two domains': {
    pages: [page(), page({ domain: OTHER_DOMAIN })],
    steps: [
      ask('/a'),
      ask('/a', { domain: OTHER_DOMAIN }),
      { do: 'refresh', tags: ['a'], force: true, domain: OTHER_DOMAIN },
      ask('/a'),
      ask('/a', { domain: OTHER_DOMAIN }),
    ],
  },
  'a slow fill during which the page changes and is refreshed': one(
    page(),
    {
      do: 'ask slowly',
      ask: ask('/a'),
      meanwhile: [change('/a'), refresh('a')],
    },
    ask('/a'),
    refresh('a'),
    ask('/a'),
  ),
  'ten visitors at once for what is not kept yet': one(
    page(),
    { do: 'ask together', ask: ask('/a'), visitors: 10 },
    ask('/a'),
  ),
};
