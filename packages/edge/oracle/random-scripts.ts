import * as fc from 'fast-check';

import { ask, type Ask, type Page, type Script, type Step } from './script.ts';
import { DOMAIN, OTHER_DOMAIN } from './worlds.ts';

// Few, so that what happens to one page adds up.
const PLACES = [
  { domain: DOMAIN, path: '/a' },
  { domain: DOMAIN, path: '/b' },
  { domain: OTHER_DOMAIN, path: '/a' },
] as const;
const TAGS = ['red', 'green'] as const;
const LANGUAGES = ['de', 'en'] as const;

// What the table of differences has is left out: nothing without a lifetime that one could guess, no
// moving ETag beside a Last-Modified that stands, no 404 with one that stands, no date that
// belongs to another variant.
const LIFETIMES = [
  'max-age=3600',
  'public, max-age=0, s-maxage=3600',
  'max-age=3600, s-maxage=0',
  'max-age=0',
  'no-store',
  'private, max-age=3600',
  'no-cache',
] as const;
const VALIDATORS = [
  {},
  { lastModified: 'moves' },
  { lastModified: 'stands' },
  { etag: 'moves' },
  { etag: 'moves', lastModified: 'moves' },
] as const satisfies readonly Partial<Page>[];

const place = fc.constantFrom(...PLACES);
const tags = fc.subarray([...TAGS]);

/** Lines of `Cache-Tag`: the tags in one, or each in its own. */
const tagLines: fc.Arbitrary<readonly string[]> = fc
  .tuple(tags, fc.constantFrom(',', ', ', undefined))
  .map(([chosen, comma]) => (comma === undefined ? chosen : [chosen.join(comma)]))
  .map((lines) => lines.filter((line) => line !== ''));

function pageAt(at: Pick<Page, 'path' | 'domain'>): fc.Arbitrary<Page> {
  return fc
    .record({
      status: fc.constantFrom(200, 200, 200, 404, 301),
      // Kept pages are the interesting ones.
      cacheControl: fc.oneof(
        { weight: 2, arbitrary: fc.constant('max-age=3600') },
        { weight: 1, arbitrary: fc.constantFrom(...LIFETIMES) },
      ),
      tags: tagLines,
      validators: fc.constantFrom<Partial<Page>>(...VALIDATORS),
      isVaried: fc.boolean(),
    })
    .map(({ validators, isVaried, ...rest }) => ({
      ...at,
      ...rest,
      ...(rest.status === 200 || validators.lastModified !== 'stands' ? validators : {}),
      ...(isVaried ? { vary: 'accept-language' } : {}),
    }));
}

const visitors: fc.Arbitrary<Ask> = fc
  .record({
    place,
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
    language: fc.option(fc.constantFrom(...LANGUAGES), { nil: undefined }),
    range: fc.constantFrom(undefined, undefined, 'bytes=1-4', 'bytes=-3', 'bytes=900-'),
    known: fc.constantFrom(undefined, 'etag' as const),
  })
  .map(({ place: { path, domain }, method, language, range, known }) =>
    ask(path, {
      domain,
      method,
      headers: {
        ...(language === undefined ? {} : { 'accept-language': language }),
        // Varnish takes a range with HEAD too: in the table.
        ...(range === undefined || method === 'HEAD' ? {} : { range }),
      },
      ...(known === undefined ? {} : { known }),
    }),
  );

const refreshes: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('refresh' as const),
  domain: fc.constantFrom(DOMAIN, DOMAIN, OTHER_DOMAIN),
  tags: fc.subarray([...TAGS, 'nobody'], { minLength: 1 }),
  force: fc.boolean(),
});
const changes: fc.Arbitrary<Step> = place.map((at) => ({ do: 'change', ...at }));

/** Visitors, editors and refreshes in any order, at two domains with three pages in all. */
export const randomScript: fc.Arbitrary<Script> = fc.record({
  pages: fc.tuple(...PLACES.map(pageAt)),
  steps: fc.array(
    fc.oneof(
      { weight: 5, arbitrary: visitors },
      { weight: 2, arbitrary: refreshes },
      { weight: 2, arbitrary: changes },
    ),
    { minLength: 1, maxLength: 60, size: 'max' },
  ),
});
