import { describe, test } from 'vitest';

import {
  createHeaderLookup,
  formatOrigin,
  ORIGIN_KINDS,
  withHeldTags,
  type Manifest,
} from '../src/site.ts';

const manifest: Manifest = {
  version: 1,
  pages: [
    { path: '/', digest: 'a', tags: ['all-pages', 'page:/'] },
    { path: '/404.html', digest: 'a', tags: ['all-pages', 'page:/404'] },
    { path: '/_a/x.css', digest: 'a', tags: ['all-pages', 'page:/_a/x.css'], immutable: true },
    { path: '/a b/', digest: 'a', tags: ['all-pages', 'page:/a%20b'] },
    { path: '/p*/', digest: 'a', tags: ['all-pages', 'page:/p%2a'] },
    { path: '/untagged/', digest: 'a', tags: [] },
  ],
};

describe('what an origin is told', () => {
  test.for(ORIGIN_KINDS)('for %s has no line for a page without tags', (kind, { expect }) => {
    const text = formatOrigin(kind, manifest);
    expect(text).toContain('page:/a%20b');
    expect(text).not.toContain('/untagged/');
  });

  test('for Netlify has one rule for each form of a path, and none that would fit others', ({
    expect,
  }) => {
    const rules = formatOrigin('netlify', manifest)
      .split('\n')
      .filter((line) => line.startsWith('/'));
    expect(rules).toEqual([
      '/',
      '/index.html',
      '/404.html',
      '/_a/x.css',
      '/a%20b/',
      '/a%20b/index.html',
    ]);
    expect(formatOrigin('netlify', manifest)).toContain(
      '/_a/x.css\n  Cache-Tag: all-pages,page:/_a/x.css\n  Cache-Control: public, max-age=31536000, immutable\n',
    );
  });

  test('as JSON names all headers by path, of a 404, and of everything else', ({ expect }) => {
    const table = JSON.parse(formatOrigin('json', manifest));
    expect(table).toMatchObject({
      version: 1,
      paths: { '/a b/index.html': { 'cache-tag': 'all-pages,page:/a%20b' } },
      notFound: { 'cache-tag': 'not-found,all-pages,page:/404' },
      otherwise: { 'cache-control': 'private, no-cache' },
    });
  });

  test('for an unknown origin is an error that names all', ({ expect }) => {
    expect(() => formatOrigin('apache' as 'json', manifest)).toThrow(
      /format: "apache" is not allowed\. Give one of nginx, caddy, netlify, json/,
    );
  });
});

test('with what the edge holds, old pages and new ones carry the tags of both', ({ expect }) => {
  const state = {
    version: 1,
    domain: 'www.example.com',
    environment: 'production',
    build: 'x',
    pages: new Map([
      ['/', { digest: 'old', tags: ['all-pages', 'kind:old', 'not-found', 'page:/'] }],
      ['/gone/', { digest: null, tags: ['all-pages', 'page:/gone'] }],
      ['*', { digest: null, tags: ['all-pages', 'not-found'] }],
    ]),
  } as const;
  const { pages } = withHeldTags(manifest, state);
  expect(pages.map(({ path }) => path)).toEqual(
    [...manifest.pages.map(({ path }) => path), '/gone/'].sort(),
  );
  expect(pages[0]?.tags).toEqual(['all-pages', 'kind:old', 'page:/']);
});

test('with more than the header has room for, a page is not cacheable, since a copy would lack tags of its plan', ({
  expect,
}) => {
  const many = (name: string) => Array.from({ length: 250 }, (_, id) => `${name}:${id}`);
  const page = { path: '/', digest: 'x', tags: ['all-pages', ...many('country'), 'page:/'] };
  const held = { digest: 'old', tags: ['all-pages', 'country:0', ...many('city'), 'page:/'] };
  const state = {
    version: 1,
    domain: 'www.example.com',
    environment: 'production',
    build: 'x',
    pages: new Map([['/', held]]),
  } as const;
  const { pages } = withHeldTags({ version: 1, pages: [page] }, state);
  expect(formatOrigin('json', { version: 1, pages })).not.toContain('country');
  expect(createHeaderLookup({ version: 1, pages })('/', 200)).toEqual({
    'cache-control': 'private, no-cache',
  });
});
