import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, test } from 'vitest';

import {
  collectManifest,
  digestPage,
  resolveNormalizers,
  type NormalizeOptions,
} from '@freshtag/core/site';
import { temporaryFolder } from './temporary-folder.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const ALL = resolveNormalizers(
  { builtin: ['astro-server-islands', 'sveltekit-version', 'vitepress-hash-map'] },
  KEY,
);

function fixture(name: string): Buffer {
  return readFileSync(new URL(`fixtures/generators/${name}`, import.meta.url));
}

const digest = (content: Buffer | string, normalizers = ALL): string =>
  digestPage(Buffer.from(content), { path: '/a/' }, normalizers).digest;

describe('VitePress', () => {
  test('has the same content in a page whose map of all scripts alone changed, where that is asked for', ({
    expect,
  }) => {
    const [before, after] = [
      fixture('vitepress/before/p1.html'),
      fixture('vitepress/after/p1.html'),
    ];
    expect(digest(after)).toBe(digest(before));
    expect(digest(after)).toMatch(/^[\w-]{22}~vitepress-hash-map@1$/);
    expect(digest(after, resolveNormalizers(undefined))).not.toBe(
      digest(before, resolveNormalizers(undefined)),
    );
  });

  test('has another content in the page that was edited', ({ expect }) => {
    const [before, after] = [
      fixture('vitepress/before/p2.html'),
      fixture('vitepress/after/p2.html'),
    ];
    expect(digest(after)).not.toBe(digest(before));
    // Even if its text were the same: it links to its own script, whose name changed.
    const text = (page: Buffer): string => page.toString('utf8').replace(/<main[^]*<\/main>/, '');
    expect(digest(text(after))).not.toBe(digest(text(before)));
  });

  test('has another content when what stands beside the map changed', ({ expect }) => {
    const page = fixture('vitepress/before/p1.html').toString('utf8');
    expect(digest(page.replace('A VitePress site', 'Another site'))).not.toBe(digest(page));
    expect(digest(page.replaceAll('"VitePress\\"', '"Other\\"'))).not.toBe(digest(page));
  });

  test('has scripts of pages that are refreshed like pages, where its map does not count', ({
    expect,
  }) => {
    const dir = temporaryFolder({
      'assets/p1.md.CnESiuNj.js': '',
      'assets/p2.md.CqCXMkUN.js': '',
      'assets/app.Dq3kxW1s.js': '',
    });
    const immutable = (normalize?: NormalizeOptions): string[] =>
      collectManifest({ dir, immutable: ['assets'], normalize })
        .pages.filter((page) => page.immutable)
        .map(({ path }) => path);
    expect(immutable({ builtin: ['vitepress-hash-map'] })).toEqual(['/assets/app.Dq3kxW1s.js']);
    expect(immutable()).toHaveLength(3);
  });
});

describe('SvelteKit', () => {
  const [first, second] = [
    fixture('sveltekit/first/about.html'),
    fixture('sveltekit/second/about.html'),
  ];

  test('truly changes each page with the name of the build, since pages name other scripts', ({
    expect,
  }) => {
    expect(digest(second)).not.toBe(digest(first));
  });

  test('has the same content where only the name of its variable differs', ({ expect }) => {
    const page = first.toString('utf8');
    expect(digest(page.replace('__sveltekit_1h33juj', '__sveltekit_zzz'))).toBe(digest(page));
    expect(digest(page.replace('node_ids: [0, 3]', 'node_ids: [0, 4]'))).not.toBe(digest(page));
  });

  test('is not looked for in text that only speaks of it', ({ expect }) => {
    expect(digest('<p>__sveltekit_a = {')).not.toBe(digest('<p>__sveltekit_b = {'));
  });
});

describe('what counts as content', () => {
  test.for([
    ['white space inside pre', '<pre>a  b</pre>', '<pre>a b</pre>'],
    ['fingerprints of images', '<img src="/_astro/a.B1.webp">', '<img src="/_astro/a.B2.webp">'],
    ['names of other assets', '<script src="/a.AAAAAAAA.js">', '<script src="/a.BBBBBBBB.js">'],
    ['dates', '<time>2026-11-21</time>', '<time>2026-11-22</time>'],
    ['versions', '<p>Version 1.2.3</p>', '<p>Version 1.2.4</p>'],
    [
      'the generator',
      '<meta name="generator" content="A 1">',
      '<meta name="generator" content="A 2">',
    ],
    ['random ids', '<div id="r1a2b3">', '<div id="r9z8y7">'],
    ['comments', '<!-- a -->', '<!-- b -->'],
    ['islands of another shape', island('1', 'x'), island('2', 'x')],
    [
      'islands of another key',
      island('1', 'replaceServerIsland("1", response);'),
      island('2', 'replaceServerIsland("2", response);'),
    ],
  ] as const)('has %s', ([, before, after], { expect }) => {
    expect(digest(after)).not.toBe(digest(before));
  });

  test('is every byte of a page without any generator’s markup', ({ expect }) => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const same = Buffer.from(a).equals(Buffer.from(b));
        expect(digest(Buffer.from(a)) === digest(Buffer.from(b))).toBe(same);
      }),
    );
  });

  test('keeps its digest whatever normalisers there are, where none of them finds anything', ({
    expect,
  }) => {
    expect(digest('<p>a</p>')).toBe(digest('<p>a</p>', []));
  });
});

function island(id: string, script: string): string {
  const uuid = `00000000-0000-4000-8000-00000000000${id}`;
  return `<script type="module" data-astro-rerun data-island-id="${uuid}">fetch("/_server-islands/A?e=${'0'.repeat(24)}${id.repeat(40)}&p=&s=");${script}</script>`;
}

describe('a normaliser of the site’s own', () => {
  const noted = (html: string): string => html.replace(/<!-- built .*? -->/, '');
  const pages = {
    'a/index.html': '<p>a</p><!-- built 1 -->',
    'b/index.html': '<p>b</p>',
    'c.json': '"<!-- built 1 -->"',
  };
  const collect = (files: Readonly<Record<string, string>>, normalize: NormalizeOptions) =>
    Object.fromEntries(
      collectManifest({ dir: temporaryFolder(files), normalize }).pages.map((page) => [
        page.path,
        page,
      ]),
    );

  test('takes away what it says, in HTML alone, and is named in the digests of what it changed', ({
    expect,
  }) => {
    const first = collect(pages, { page: noted, version: '1' });
    const second = collect(
      { ...pages, 'a/index.html': '<p>a</p><!-- built 2 -->' },
      { page: noted, version: '1' },
    );
    expect(second['/a/']?.digest).toBe(first['/a/']?.digest);
    expect(first['/a/']?.digest).toMatch(/~page@1$/);
    expect(first['/a/']?.bytes).not.toBe(second['/a/']?.bytes);
    expect(first['/b/']).not.toHaveProperty('bytes');
    expect(first['/c.json']?.digest).not.toContain('~');
  });

  test('in another version gives other digests to the pages that it changes, and only to them', ({
    expect,
  }) => {
    const first = collect(pages, { page: noted, version: '1' });
    const second = collect(pages, { page: noted, version: '2' });
    expect(second['/a/']?.digest).not.toBe(first['/a/']?.digest);
    expect(second['/b/']?.digest).toBe(first['/b/']?.digest);
  });

  test('is told the path, and gets text without what freshtag takes away itself', ({ expect }) => {
    const seen: string[] = [];
    const page = fixture('vitepress/before/p1.html').toString('utf8');
    collect(
      { 'a/index.html': page },
      {
        builtin: ['vitepress-hash-map'],
        page: (html, { path }) => {
          seen.push(path, String(html.includes('CPAVHcQw\\"')));
          return html;
        },
        version: '1',
      },
    );
    expect(seen).toEqual(['/a/', 'false']);
  });

  test.for([
    [
      'throws',
      () => {
        throw new RangeError('no such page');
      },
      /failed for \/a\/: no such page\. Nothing was planned/,
    ],
    ['gives a promise', async () => '', /it gave a promise/],
    ['gives nothing', () => undefined, /it gave nothing/],
    ['depends on chance', (html: string) => html + Math.random(), /two results for the same page/],
  ] as const)('that %s is an error with the page’s name', ([, page, message], { expect }) => {
    const hook = page as unknown as () => string;
    expect(() => collect(pages, { page: hook, version: '1' })).toThrow(
      expect.objectContaining({
        code: 'NORMALIZER_FAILED',
        message: expect.stringMatching(message),
      }),
    );
  });

  test('never sees a page that is not UTF-8, which keeps all its bytes', ({ expect }) => {
    const latin1 = [Buffer.from('<p>\xe9</p>', 'latin1'), Buffer.from('<p>\xe8</p>', 'latin1')];
    const own = resolveNormalizers({ page: () => '', version: '1' });
    const [a = '', b = ''] = latin1.map((bytes) => digest(bytes, own));
    expect(a).not.toBe(b);
    expect(a).not.toContain('~');
  });

  test.for([
    [{ page: noted }, /^normalize\.version: undefined/],
    [{ version: '1' }, /^normalize\.version: "1"/],
    [{ page: noted, version: 'a b' }, /^normalize\.version: "a b"/],
    [{ page: 'x', version: '1' }, /^normalize\.page: "x"/],
    [{ builtin: ['dates'] }, /^normalize\.builtin: \["dates"\]/],
    [{ builtin: true }, /^normalize\.builtin: true/],
    [{ builtins: [] }, /^normalize\.builtins: /],
    ['all', /^normalize: "all"/],
  ] as const)('is refused as %j', ([options, message], { expect }) => {
    expect(() => resolveNormalizers(options as unknown as NormalizeOptions)).toThrow(message);
  });

  test('and all of freshtag’s can be turned off', ({ expect }) => {
    expect(resolveNormalizers({ builtin: false })).toEqual([]);
  });
});
