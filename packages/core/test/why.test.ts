import { join } from 'node:path';

import { readFileSync, writeFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, test } from 'vitest';

import {
  createFileStore,
  describeCommonWhy,
  describePagesWhy,
  prepareDeploy,
  writeEdgeState,
  type NormalizeOptions,
  type PreparedDeploy,
} from '@freshtag/core/site';
import { differenceSince } from '../src/plan/changed-regions.ts';
import { marksIn, partsLike, sketchOf } from '../src/site/sketch.ts';
import { settledState } from './settled-state.ts';
import { temporaryFolder } from './temporary-folder.ts';

const site = { domain: 'www.example.com', environment: 'production' };

function pageOf(name: string, { generator = '1', paragraphs = 12, edit = '' } = {}): string {
  const text = Array.from({ length: paragraphs }, (_, index) => `<p>${name} ${index}</p>`).join('');
  return `<!doctype html><html><head><meta charset="utf-8"><meta name="generator" content="Gen ${generator}"><title>${name}</title></head><body><main><h1>${name}</h1>${text}${edit}</main></body></html>`;
}

/** Deploys one build and plans the next. */
async function planTwice(
  first: Readonly<Record<string, string>>,
  second: Readonly<Record<string, string>>,
  normalize: readonly (NormalizeOptions | undefined)[] = [],
): Promise<PreparedDeploy> {
  const stateFile = join(temporaryFolder(), 'state.json');
  const store = createFileStore(stateFile);
  const prepare = (
    files: Readonly<Record<string, string>>,
    index: number,
  ): Promise<PreparedDeploy> =>
    prepareDeploy({ ...site, store, dir: temporaryFolder(files), normalize: normalize[index] });
  await writeEdgeState(store, settledState(await prepare(first, 0)));
  return prepare(second, 1);
}

const names = Array.from({ length: 40 }, (_, index) => `page-${index}`);
const siteOf = (make: (name: string) => string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`${name}/index.html`, make(name)]));

describe('why a page is in a plan', () => {
  test('is told by the place where it changed, and by nothing of the old content', async ({
    expect,
  }) => {
    const { why } = await planTwice(
      siteOf((name) => pageOf(name)),
      {
        ...siteOf((name) => pageOf(name)),
        'page-7/index.html': pageOf('page-7', { edit: '<p>A new paragraph</p>' }),
        'page-8/index.html': pageOf('page-8', { paragraphs: 11 }),
      },
    );
    expect(why.pages).toEqual([
      {
        path: '/page-7/',
        reason: 'changed',
        regions: [{ text: '<p>A new paragraph</p>', after: '<p>page-7 11</p>' }],
        moreRegions: 0,
      },
      {
        path: '/page-8/',
        reason: 'changed',
        regions: [{ text: '', after: '<p>page-8 10</p>' }],
        moreRegions: 0,
      },
    ]);
    expect(describePagesWhy(why)).toEqual([
      'changed      /page-7/',
      '  ~ <p>A new paragraph</p>',
      'changed      /page-8/',
      '  removed after <p>page-8 10</p>',
    ]);
  });

  test('is the same few lines of most pages, named once, with the pages that changed by them alone', async ({
    expect,
  }) => {
    const { why, plan } = await planTwice(
      siteOf((name) => pageOf(name)),
      {
        ...siteOf((name) => pageOf(name, { generator: '2' })),
        'page-3/index.html': pageOf('page-3', { generator: '2', edit: '<p>edited</p>' }),
        'page-9/index.html': pageOf('page-9'),
      },
    );
    expect(plan.pages).toHaveLength(39);
    expect(describeCommonWhy(why)).toEqual([
      '38 of 39 changed pages changed by the same line:',
      '  <meta name="generator" content="Gen 2">',
    ]);
  });

  test('leaves out lines beside the changed one that a smaller page shows to be unchanged', async ({
    expect,
  }) => {
    // Parts of large pages have several lines, those of small ones have one.
    const make = (generator: string) => (name: string) =>
      pageOf(name, { generator, paragraphs: Number(name.slice(5)) * 40 });
    const { why } = await planTwice(siteOf(make('1')), siteOf(make('2')));
    const largest = why.pages.find(({ path }) => path === '/page-39/')?.regions?.[0]?.text ?? '';
    expect(largest.length).toBeGreaterThan('<meta name="generator" content="Gen 2">'.length);
    expect(why.common?.lines).toEqual(['<meta name="generator" content="Gen 2">']);
  });

  test('names the map of scripts of VitePress, and what can be done about it', async ({
    expect,
  }) => {
    const map = (hash: string) => (name: string) =>
      pageOf(name, { edit: `<script>window.__VP_HASH_MAP__=JSON.parse("${hash}");</script>` });
    const { why } = await planTwice(siteOf(map('a')), siteOf(map('b')));
    expect(describeCommonWhy(why).join('\n')).toMatch(
      /^40 of 40 .*\n.*__VP_HASH_MAP__.*\n.*vitepress-hash-map/,
    );
  });

  test('is not said of pages that have nothing in common', async ({ expect }) => {
    const { why } = await planTwice(
      siteOf((name) => pageOf(name)),
      siteOf((name) => pageOf(name, { edit: `<p>${name} edited</p>` })),
    );
    expect(why.common).toBeUndefined();
    expect(describeCommonWhy(why)).toEqual([]);
  });

  test('is another version of a normaliser, said so and counted, for the pages that it touches', async ({
    expect,
  }) => {
    const page = (html: string): string => html.replace(/<p>[^]*<\/p>/, '');
    const files = { ...siteOf((name) => pageOf(name)), 'plain.html': '<h1>plain</h1>' };
    const { why, plan } = await planTwice(files, files, [
      { page, version: '1' },
      { page, version: '2' },
    ]);
    expect(plan.pages.map(({ path }) => path)).not.toContain('/plain.html');
    expect(why.renormalized).toBe(40);
    expect(describeCommonWhy(why)[0]).toMatch(
      /^40 changed pages: what is taken for noise .*\(page@1 before, page@2 now\).* refreshed once$/,
    );
    expect(describePagesWhy(why)[1]).toBe('  noise: page@1 before, page@2 now');
  });

  test('is nothing at all for a normaliser that is new and changes what was stored without it', async ({
    expect,
  }) => {
    const files = siteOf((name) => pageOf(name));
    const page = (html: string): string => html.replace(/<title>.*?<\/title>/, '');
    expect((await planTwice(files, files, [undefined, { page, version: '1' }])).plan.pages).toEqual(
      [],
    );
  });

  test('names tags that came and went', async ({ expect }) => {
    const tagged = (tag: string): string =>
      `<html><head><meta name="cache-tag" content="${tag}"></head></html>`;
    const { why } = await planTwice({ 'a.html': tagged('x') }, { 'a.html': tagged('y') });
    // Its bytes changed as well, which is the reason that is given.
    expect(why.pages[0]?.reason).toBe('changed');
  });

  test('is bounded, whatever changed', async ({ expect }) => {
    const long = (fill: string): string => `<p>${fill.repeat(5000)}</p>\n`.repeat(50);
    const files = (fill: string) =>
      Object.fromEntries(
        Array.from({ length: 1500 }, (_, index) => [
          `${index}.html`,
          `${index}${index < 30 ? long(fill) : fill}`,
        ]),
      );
    const { why } = await planTwice(files('a'), files('b\x1b[31m'));
    expect(why.pages).toHaveLength(1000);
    expect(why.morePages).toBe(500);
    expect(JSON.stringify(why).length).toBeLessThan(300_000);
    expect(describePagesWhy(why)).toHaveLength(41);
    expect(describePagesWhy(why).at(-1)).toBe('… and 1480 more');
    expect(describePagesWhy(why).join('')).not.toContain('\x1b');
  });
});

describe('a sketch', () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 8 }), {
    maxLength: 400,
  });

  test('is short, whatever the page, and has none of its text', ({ expect }) => {
    const sizes = [0, 1, 50, 64, 65, 200, 5000].map((count) => {
      const text = Array.from({ length: count }, (_, index) => `<p>text ${index * 7919}</p>`).join(
        '',
      );
      return sketchOf(text).length;
    });
    expect(Math.max(...sizes)).toBeLessThan(200);
    expect(sketchOf('<p>SECRET</p>')).toMatch(/^A[\w-]{2,4}$/);
  });

  test('of the same text shows no change, and of another one shows its place', ({ expect }) => {
    fc.assert(
      fc.property(lines, fc.nat(), (given, at) => {
        const text = given.map((line) => `${line}\n`).join('');
        expect(differenceSince(sketchOf(text), text).regions).toEqual([]);
        const index = at % (given.length + 1);
        const changed = [...given.slice(0, index), 'NEW', ...given.slice(index)]
          .map((line) => `${line}\n`)
          .join('');
        const { regions } = differenceSince(sketchOf(text), changed);
        expect(regions.flatMap((region) => region.lines)).toContain('NEW\n');
      }),
    );
  });

  test('cuts a text up as the sketch that it is compared with was cut up', ({ expect }) => {
    fc.assert(
      fc.property(lines, (given) => {
        const text = given.join('\n');
        const sketch = sketchOf(text);
        expect(partsLike(sketch, text).map(({ mark }) => mark)).toEqual(marksIn(sketch));
        expect(
          partsLike(sketch, text)
            .flatMap((part) => part.lines)
            .join(''),
        ).toBe(text);
      }),
    );
  });

  test('costs the edge state about a hundred characters a page of the recorded sites', ({
    expect,
  }) => {
    const lengths = ['vitepress/before/p1.html', 'sveltekit/first/about.html'].map((name) => {
      const file = new URL(`fixtures/generators/${name}`, import.meta.url);
      return sketchOf(readFileSync(file, 'utf8')).length;
    });
    expect(Math.max(...lengths)).toBeLessThan(160);
  });

  test('that is not one of ours breaks nothing', ({ expect }) => {
    for (const sketch of ['', '!', 'zzzzz', '\u0000\u0001\u0002'])
      expect(differenceSince(sketch, '<p>a</p>').regions.length).toBeGreaterThan(0);
  });
});

test('sketches of large sites are kept of some pages alone, always the same', async ({
  expect,
}) => {
  const dir = temporaryFolder();
  for (let index = 0; index < 6000; index += 1)
    writeFileSync(join(dir, `${index}.html`), `${index}`);
  const store = createFileStore(join(temporaryFolder(), 'state.json'));
  const sketched = async () => {
    const { plan } = await prepareDeploy({ ...site, store, dir });
    return plan.pages.filter(({ target }) => target?.sketch !== undefined).map(({ path }) => path);
  };
  const paths = await sketched();
  expect(paths.length).toBeGreaterThan(4500);
  expect(paths.length).toBeLessThan(5500);
  expect(await sketched()).toEqual(paths);
});
