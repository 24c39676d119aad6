import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { describe, test } from 'vitest';

import {
  buildId,
  collectManifest,
  parseManifest,
  pathOf,
  serializeManifest,
} from '@freshtag/core/site';
import { temporaryFolder } from './temporary-folder.ts';

const page = (head: string) => `<!doctype html><html><head>${head}</head><body>x</body></html>`;

const idOf = (text: string) =>
  buildId(collectManifest({ dir: temporaryFolder({ 'index.html': text }) }));

describe('a manifest', () => {
  test('has every file under the path that visitors use, sorted', ({ expect }) => {
    const dir = temporaryFolder({
      'index.html': 'a',
      'blog/x/index.html': 'b',
      'about.html': 'c',
      'feed.xml': 'd',
      '.well-known/a.txt': 'e',
    });
    const paths = collectManifest({ dir, base: 'docs/' }).pages.map((one) => one.path);
    expect(paths).toEqual([
      '/docs/',
      '/docs/.well-known/a.txt',
      '/docs/about.html',
      '/docs/blog/x/',
      '/docs/feed.xml',
    ]);
    expect(pathOf('a/index.html', '/')).toBe('/a/');
  });

  test('gives each page its own tag, those of its meta elements, and those of the function', ({
    expect,
  }) => {
    const dir = temporaryFolder({
      'a/index.html': page(
        '<META content="country:de, language:de" Name="Cache-Tag"><meta name="cache-tag" content="x:1">',
      ),
      'b/index.html': page('<meta name="description" content="cache-tag">'),
      'c.json': '{}',
    });
    const manifest = collectManifest({
      dir,
      tags: ({ path, text }) => (path === '/c.json' ? [`size:${text().length}`] : []),
    });
    expect(manifest.pages.map((one) => one.tags)).toEqual([
      ['all-pages', 'country:de', 'language:de', 'page:/a', 'x:1'],
      ['all-pages', 'page:/b'],
      ['all-pages', 'page:/c.json', 'size:2'],
    ]);
  });

  test('reads meta elements of the head alone, so that quoted markup in the text is not taken for tags', ({
    expect,
  }) => {
    const dir = temporaryFolder({
      'index.html': `<html><head><title>Cache-Tag</title><!-- <meta name="cache-tag" content="comment:1"> --></head><body><meta name="cache-tag" content="body:1"><pre>&lt;meta name="cache-tag"&gt;</pre></body></html>`,
    });
    expect(collectManifest({ dir }).pages[0]?.tags).toEqual(['all-pages', 'page:/']);
  });

  test('keeps the tags within the header’s budget', ({ expect }) => {
    const tags = Array.from({ length: 50 }, (_, id) => `country:${id}`);
    const dir = temporaryFolder({
      'index.html': page(`<meta name="cache-tag" content="${tags.join(', ')}">`),
    });
    const [only] = collectManifest({ dir, headerBudget: { maxTags: 10 } }).pages;
    expect(only?.tags).toEqual(['all-pages', 'country:*', 'page:/']);
  });

  test('changes with every byte, and only then', ({ expect }) => {
    expect(idOf('a')).toBe(idOf('a'));
    expect(idOf('a')).not.toBe(idOf('a '));
  });

  test('marks files as immutable that lie in the folder of hashed assets and look hashed', ({
    expect,
  }) => {
    const dir = temporaryFolder({
      '_astro/index.CpNbN3qs.css': '',
      '_astro/logo.DqW1xk2__Z1a2b3.webp': '',
      '_astro/landscape-mountains.jpg': '',
      'other/index.CpNbN3qs.css': '',
    });
    const immutable = collectManifest({ dir, immutable: ['_astro'] }).pages.filter(
      (one) => one.immutable,
    );
    expect(immutable.map((one) => one.path)).toEqual([
      '/_astro/index.CpNbN3qs.css',
      '/_astro/logo.DqW1xk2__Z1a2b3.webp',
    ]);
  });

  test('survives being written and read', ({ expect }) => {
    const manifest = collectManifest({
      dir: temporaryFolder({ 'index.html': 'a', '_astro/a.CpNbN3qs.js': 'b' }),
      immutable: ['_astro'],
    });
    expect(parseManifest(serializeManifest(manifest), 'manifest.json')).toEqual(manifest);
  });

  test('follows links, but not round in a circle', ({ expect }) => {
    const dir = temporaryFolder({ 'real/index.html': 'a' });
    symlinkSync('real', join(dir, 'linked'));
    symlinkSync('..', join(dir, 'real', 'up'));
    const paths = collectManifest({ dir }).pages.map((one) => one.path);
    expect(paths).toContain('/linked/');
    expect(paths.length).toBeLessThan(10);
  });
});

describe('a folder that cannot be a built site', () => {
  test.for([
    ['missing', () => join(temporaryFolder(), 'nothing')],
    ['empty', () => temporaryFolder()],
    ['a file', () => join(temporaryFolder({ file: '' }), 'file')],
    [
      'folders without a file',
      () => {
        const dir = temporaryFolder();
        mkdirSync(join(dir, 'a/b'), { recursive: true });
        return dir;
      },
    ],
  ] as const)('because it is %s is refused by name', ([, make], { expect }) => {
    const dir = make();
    expect(() => collectManifest({ dir })).toThrow(
      expect.objectContaining({ code: 'OUTPUT_UNREADABLE', message: expect.stringContaining(dir) }),
    );
  });

  test.for([
    ['one string', 'news'],
    ['a promise', Promise.resolve(['news'])],
    ['a number', 7],
  ] as const)(
    'a function that gives %s for tags is refused with the page',
    ([, tags], { expect }) => {
      const dir = temporaryFolder({ 'a/index.html': '' });
      const given = () => tags as unknown as string[];
      expect(() => collectManifest({ dir, tags: given })).toThrow(
        /^Page \/a\/: the function tags gave/,
      );
    },
  );

  test.for(['https://x.example/a b', 'a b', '//x'])(
    'the base %s is refused',
    (base, { expect }) => {
      const dir = temporaryFolder({ 'index.html': '' });
      expect(() => collectManifest({ dir, base })).toThrow(/^base: /);
    },
  );

  test('a link that leads nowhere is named', ({ expect }) => {
    const dir = temporaryFolder({ 'index.html': '' });
    symlinkSync('nowhere', join(dir, 'dangling'));
    expect(() => collectManifest({ dir })).toThrow(/dangling .* leads nowhere/);
  });

  test('a tag that cannot be sent is refused with the page that has it', ({ expect }) => {
    const dir = temporaryFolder({
      'a/index.html': page('<meta name="cache-tag" content="länder">'),
    });
    expect(() => collectManifest({ dir })).toThrow(
      expect.objectContaining({
        code: 'INVALID_TAG',
        message: expect.stringMatching(/^Page \/a\/: .*länder/),
      }),
    );
  });
});
