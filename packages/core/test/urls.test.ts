import { join } from 'node:path';

import fc from 'fast-check';
import { describe, test } from 'vitest';

import {
  createFileStore,
  createHeaderLookup,
  fileOf,
  mountManifest,
  pathOf,
  plannedDirectories,
  prepareDeploy,
  urlFormsOf,
  urlsOf,
} from '@freshtag/core/site';
import { sketchOf } from '../src/site/sketch.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('the URLs of a page', () => {
  test.for([
    ['/', ['/', '/index.html']],
    ['/docs/', ['/docs/', '/docs', '/docs/index.html', '/docs.html']],
    ['/about.html', ['/about.html', '/about/', '/about', '/about/index.html']],
    ['/404.html', ['/404.html', '/404/', '/404', '/404/index.html']],
    ['/feed.xml', ['/feed.xml']],
    ['/api/countries.json', ['/api/countries.json']],
    ['/robots.txt', ['/robots.txt']],
    ['/a b.html', ['/a%20b.html', '/a%20b/', '/a%20b', '/a%20b/index.html']],
    ['/a%2Fb.json', ['/a%252Fb.json']],
    ['/what?.txt', ['/what%3F.txt']],
    ['/c#.txt', ['/c%23.txt']],
    ['/back\\slash.txt', ['/back%5Cslash.txt']],
    ['/a+b@c.txt', ['/a+b@c.txt', '/a%2Bb%40c.txt']],
    ["/it's.txt", ["/it's.txt"]],
    ['/caf\u00e9.txt', ['/caf%C3%A9.txt', '/cafe%CC%81.txt']],
    ['/cafe\u0301.txt', ['/cafe%CC%81.txt', '/caf%C3%A9.txt']],
    [
      '/日本/',
      [
        '/%E6%97%A5%E6%9C%AC/',
        '/%E6%97%A5%E6%9C%AC',
        '/%E6%97%A5%E6%9C%AC/index.html',
        '/%E6%97%A5%E6%9C%AC.html',
      ],
    ],
  ] as const)(
    'of %s are all that servers offer and visitors ask for',
    ([path, forms], { expect }) => {
      expect(urlFormsOf(path)).toEqual(forms);
    },
  );

  test('are whole for a refresh by URL, for both schemes unless told otherwise', ({ expect }) => {
    expect(urlsOf('/feed.xml', { domain: 'www.example.com' })).toEqual([
      'https://www.example.com/feed.xml',
      'http://www.example.com/feed.xml',
    ]);
    expect(urlsOf('/', { domain: 'a.example', schemes: ['https'] })).toEqual([
      'https://a.example/',
      'https://a.example/index.html',
    ]);
  });

  test('are among those for which the origin sends its tags, whatever its file is named', ({
    expect,
  }) => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .map((text) => text.replace(/[/\p{Cc}]/gu, '-'))
      .filter((text) => text !== '.' && text !== '..' && text.isWellFormed());
    const file = fc
      .tuple(name, fc.constantFrom('', '.html', '.xml', '/index.html'))
      .map((pair) => pair.join(''));
    fc.assert(
      fc.property(file, (one) => {
        const path = pathOf(one, '/docs');
        expect(fileOf(path, '/docs')).toBe(one);
        const page = { path, digest: 'x', tags: ['the-page'] };
        const lookup = createHeaderLookup({ version: 1, pages: [page] });
        const [own = ''] = urlFormsOf(path);
        expect(lookup(own, 200)['cache-tag']).toBe('the-page');
        for (const form of urlFormsOf(path)) expect(form).toMatch(/^\/docs[\x21-\x7e]*$/);
      }),
      { numRuns: 2000 },
    );
  });

  test('come back to the file that a page was read from', ({ expect }) => {
    for (const base of ['/', '/docs/', 'docs']) {
      for (const one of ['index.html', 'a/index.html', 'a.html', 'myindex.html', 'x/feed.xml'])
        expect(fileOf(pathOf(one, base), base)).toBe(one);
    }
  });
});

describe('a domain that shows a part of a build', () => {
  const manifest = {
    version: 1,
    pages: ['/', '/_astro/a.js', '/fr/', '/fr/pays/', '/frog/'].map((path) => ({
      path,
      digest: path,
      tags: [`page:${path}`],
    })),
  } as const;

  test('has its pages where the domain shows them, with the tags that the origin sends', ({
    expect,
  }) => {
    const { pages } = mountManifest(manifest, { '/fr/': '/', '/_astro/': '/_astro/' });
    expect(pages.map(({ path, tags }) => [path, ...tags])).toEqual([
      ['/', 'page:/fr/'],
      ['/_astro/a.js', 'page:/_astro/a.js'],
      ['/pays/', 'page:/fr/pays/'],
    ]);
  });

  test('has the page of a folder also where the build has it as a file beside it', ({ expect }) => {
    const built = ['/fr.html', '/fr/pays.html', '/de/', '/de.html', '/it.html'].map((path) => ({
      path,
      digest: path,
      tags: [],
    }));
    const mounts = { '/fr/': '/', '/de/': '/de/', '/it/': '/italia/' };
    const { pages } = mountManifest({ version: 1, pages: built }, mounts);
    expect(pages.map(({ path, digest }) => [path, digest])).toEqual([
      ['/', '/fr.html'],
      ['/de/', '/de/'],
      ['/italia.html', '/it.html'],
      ['/pays.html', '/fr/pays.html'],
    ]);
  });

  test.for([
    [{ '/docs/fr/': '/' }, '/'],
    [{ '/docs/fr/': '/docs/', '/docs/_astro/': '/docs/_astro/' }, '/docs/'],
    [{ '/docs/fr/': '/docs/', '/docs/_astro/': '/doc/' }, '/'],
  ] as const)(
    'is dropped as a whole, where nothing is known of its edge, below the folder of all that it shows: %j',
    async ([mounts, folder], { expect }) => {
      const dir = temporaryFolder({
        'fr/index.html': 'un',
        '_astro/a.js': '1',
        'index.html': 'one',
      });
      const store = createFileStore(join(temporaryFolder(), 'state.json'));
      const where = { domain: 'www.example.fr', environment: 'production', store };
      const { plan } = await prepareDeploy({ ...where, dir, base: '/docs/', mounts });
      expect(plannedDirectories(plan)).toEqual([folder]);
    },
  );

  test('says of its own files why they changed, where two of its folders could have them', async ({
    expect,
  }) => {
    const dir = temporaryFolder({
      'fr/index.html': 'un',
      'fr/_astro/x.txt': 'of fr',
      '_astro/a.js': '1',
    });
    const store = createFileStore(join(temporaryFolder(), 'state.json'));
    const where = { domain: 'www.example.fr', environment: 'production', store };
    const mounts = { '/fr/': '/', '/_astro/': '/_astro/' };
    const { plan } = await prepareDeploy({ ...where, dir, mounts });
    expect(plan.pages.map(({ path, target }) => [path, target?.sketch])).toEqual([
      ['*', undefined],
      ['/', sketchOf('un')],
      ['/_astro/a.js', sketchOf('1')],
      ['/_astro/x.txt', sketchOf('of fr')],
    ]);
  });

  test.for([
    [{}],
    [{ fr: '/' }],
    [{ '/fr': '/' }],
    [{ '/a/': '/', '/b/': '/' }],
    [[]],
    [{ '/typo/': '/' }],
    [{ '/': '/', '/fr/': '/frog/' }],
  ] as const)('refuses %j', ([mounts], { expect }) => {
    expect(() => mountManifest(manifest, mounts as Record<string, string>)).toThrow(/^mounts: /);
  });
});
