import { describe, test } from 'vitest';

import { samplePages } from '../src/verify/sample.ts';
import {
  pagesOfManifest,
  pagesOfState,
  parsePage,
  seededRandom,
  verifyPages,
  type PageToVerify,
} from '../src/verify.ts';
import { domain, servePages } from './verify-support.ts';

const many = Array.from({ length: 1000 }, (_, index): PageToVerify => ({ path: `/${index}` }));
const sample = (pages: readonly PageToVerify[], size: number, seed = 1): string[] =>
  samplePages(pages, size, seededRandom(seed)).map(({ path }) => path);

describe('a sample', () => {
  test('is the same for the same seed, and another for another', ({ expect }) => {
    expect(sample(many, 50)).toEqual(sample(many, 50));
    expect(sample(many, 50)).not.toEqual(sample(many, 50, 2));
    expect(new Set(sample(many, 50)).size).toBe(50);
  });

  test('has every page about as often as any other', ({ expect }) => {
    const random = seededRandom(7);
    const ten = many.slice(0, 10);
    const counts = new Map<string, number>();
    for (let run = 0; run < 2000; run += 1)
      for (const { path } of samplePages(ten, 3, random))
        counts.set(path, (counts.get(path) ?? 0) + 1);
    expect(counts.size).toBe(10);
    for (const count of counts.values()) {
      expect(count).toBeGreaterThan(500);
      expect(count).toBeLessThan(700);
    }
  });

  test('takes unsettled pages first, then changed ones, and hashed files last', ({ expect }) => {
    const pages: PageToVerify[] = [
      ...many,
      { path: '/hash.js', group: 'immutable' },
      { path: '/changed', group: 'changed' },
      { path: '/unsettled', group: 'unsettled' },
    ];
    expect(sample(pages, 1)).toEqual(['/unsettled']);
    expect(sample(pages, 3)).toEqual(['/unsettled', '/changed', expect.stringMatching(/^\/\d+$/)]);
    expect(sample(pages, 1002)).not.toContain('/hash.js');
    expect(sample(pages, 5000)).toHaveLength(1003);
  });

  test('says of how many it is', async ({ expect }) => {
    const server = await servePages();
    const { pages, of } = await verifyPages([...many, '/1', { path: '/2' }], {
      domain,
      origin: server.url,
      edge: server.url,
      sample: 5,
    });
    expect([pages.length, of]).toEqual([5, 1000]);
  });
});

describe('the pages of a build', () => {
  const page = (path: string, digest: string) => ({ path, digest, tags: [] });

  test('are asked for as browsers do, whatever the files are called', ({ expect }) => {
    const pages = [page('/c# & 50%/', 'a'), page('/über/?.html', 'b')];
    expect(pagesOfManifest({ pages }).map(({ path }) => path)).toEqual([
      '/c%23%20&%2050%25/',
      '/%C3%BCber/%3F.html',
    ]);
  });

  test('are grouped by what the edge state knows of them', ({ expect }) => {
    const pages = [
      page('/same', 'a'),
      page('/changed', 'b'),
      page('/open', 'c'),
      page('/new', 'd'),
      { ...page('/x-12345678.js', 'e'), immutable: true as const },
    ];
    const state = {
      pages: new Map([
        ['/same', { digest: 'a' }],
        ['/changed', { digest: 'a' }],
        ['/open', { digest: null }],
        ['/gone', { digest: 'a' }],
        ['/x-12345678.js', { digest: 'e', immutable: true as const }],
        ['*', { digest: null }],
      ]),
    };
    expect(pagesOfManifest({ pages }, state).map(({ group }) => group)).toEqual([
      'other',
      'changed',
      'unsettled',
      'changed',
      'immutable',
    ]);
    expect(pagesOfManifest({ pages }).map(({ group }) => group)).toEqual([
      'other',
      'other',
      'other',
      'other',
      'immutable',
    ]);
    expect(pagesOfState(state)).toEqual([
      { path: '/same', group: 'other' },
      { path: '/changed', group: 'other' },
      { path: '/open', group: 'unsettled' },
      { path: '/gone', group: 'other' },
      { path: '/x-12345678.js', group: 'immutable' },
    ]);
  });
});

test('a page is a path or a URL of the domain, as browsers ask for it', ({ expect }) => {
  expect(parsePage('/a b?q=ä#top', domain)).toBe('/a%20b?q=%C3%A4');
  expect(parsePage('http://WWW.example.com/x/../y/', domain)).toBe('/y/');
  expect(parsePage('/\u001b[31m\u0000x', domain)).toBe('/%1B[31m%00x');
});
