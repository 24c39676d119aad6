import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { describe, test } from 'vitest';

import { collectManifest, collectSite, createFileStore, prepareDeploy } from '@freshtag/core/site';
import { collectInThreads } from '../src/site/collect-threads.ts';
import { planShares } from '../src/site/shares.ts';
import { temporaryFolder } from './temporary-folder.ts';

const site = { domain: 'www.example.com', environment: 'production' };

/** More files than one thread is left alone with, in folders and in the root. */
function largeSite(more: Readonly<Record<string, string>> = {}): string {
  const files: Record<string, string> = {};
  for (let index = 0; index < 3000; index += 1) {
    const folder = index % 3 === 0 ? '' : `${index % 40}/${index}/`;
    files[`${folder}page-${index}.html`] =
      `<html><head><meta name="cache-tag" content="n:${index % 7}"></head>${index}</html>`;
  }
  return temporaryFolder({ ...files, ...more });
}

describe('a site that is read in several threads', () => {
  test('has the same manifest as one that is read in one', async ({ expect }) => {
    const options = { dir: largeSite(), base: '/docs', immutable: ['7'] };
    const manifest = collectManifest(options);
    const shares = planShares(options.dir, 100);
    expect(shares.folders.length).toBeGreaterThan(0);
    const collected = await collectInThreads(options, {
      shares,
      startedMs: Date.now(),
      threads: 3,
    });
    expect(collected?.pages.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(manifest.pages);
    expect(await collectSite(options)).toEqual({ manifest, warnings: [] });
  });

  test('is read by more than one of them, each of which takes what is left', async ({ expect }) => {
    const shares = planShares(largeSite(), 100);
    const first = shares.take();
    const taken = [first];
    for (let share = shares.take(); share !== undefined; share = shares.take()) taken.push(share);
    expect(taken.flatMap((share) => share?.files ?? [])).toHaveLength(shares.files.length);
    expect(taken.flatMap((share) => share?.folders ?? [])).toHaveLength(shares.folders.length);
    expect(shares.counter[0]).toBe(taken.length + 1);
  });

  test('fails with the error that one thread meets, whichever thread met it', async ({
    expect,
  }) => {
    const dir = largeSite({
      '39/wrong.html': '<html><head><meta name="cache-tag" content="länder"></head></html>',
    });
    await expect(collectSite({ dir })).rejects.toThrow(
      expect.objectContaining({
        code: 'INVALID_TAG',
        message: expect.stringMatching(/^Page \/39\/wrong\.html: .*länder/),
      }),
    );
  });

  test('may have functions in its options, which are called in this one', async ({ expect }) => {
    const dir = largeSite();
    let calls = 0;
    const tags = (): string[] => [`call:${(calls += 1)}`];
    const { manifest } = await collectSite({ dir, tags });
    expect(calls).toBe(3000);
    expect(manifest.pages).toHaveLength(3000);
  });
});

describe('a folder with something strange in it', () => {
  test('is read without its sockets and pipes, which are named', async ({ expect }) => {
    const dir = temporaryFolder({ 'index.html': 'a', 'sub/a.html': 'b' });
    execFileSync('mkfifo', [join(dir, 'sub/pipe')]);
    symlinkSync('sub/pipe', join(dir, 'linked'));
    const server = createServer().listen(join(dir, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { manifest, warnings } = await collectSite({ dir });
    await new Promise((resolve) => server.close(resolve));
    expect(manifest.pages.map(({ path }) => path)).toEqual(['/', '/sub/a.html']);
    expect(warnings).toEqual([
      expect.stringMatching(/^3 entries .* neither files nor folders .*(linked|socket|sub\/pipe)/),
    ]);
  });

  test.for([
    ['not UTF-8', Buffer.from('caf\xe9.html', 'latin1')],
    ['two that look the same', Buffer.from('\xff\xfe.html', 'latin1')],
    ['with a line break', Buffer.from('a\nb.html')],
    ['with an escape sequence', Buffer.from('\x1b[31m.html')],
  ] as const)('is refused for a name %s', async ([, name], { expect }) => {
    const dir = temporaryFolder({ 'index.html': 'a' });
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), name]), '');
    await expect(collectSite({ dir })).rejects.toThrow(
      expect.objectContaining({
        code: 'OUTPUT_NAME_UNUSABLE',
        // What a terminal would obey is not in the message.
        message: expect.not.stringMatching(/\p{Cc}/u),
      }),
    );
  });

  test('may have a name that shows as a replacement character because it is one', async ({
    expect,
  }) => {
    const dir = temporaryFolder({ '\ufffd.html': 'a' });
    const { manifest } = await collectSite({ dir });
    expect(manifest.pages.map(({ path }) => path)).toEqual(['/\ufffd.html']);
  });

  test('is walked once round each circle of links, also where two go through another folder', ({
    expect,
  }) => {
    const outside = temporaryFolder({ 'other.html': 'o' });
    const dir = temporaryFolder({ 'a/page.html': 'a', 'b/page.html': 'b' });
    symlinkSync('../b', join(dir, 'a/to-b'));
    symlinkSync('../a', join(dir, 'b/to-a'));
    symlinkSync(outside, join(dir, 'a/out'));
    symlinkSync(join(dir, 'a'), join(outside, 'back'));
    symlinkSync('.', join(dir, 'self'));
    const paths = collectManifest({ dir }).pages.map(({ path }) => path);
    expect(paths).toContain('/a/out/other.html');
    expect(paths).toContain('/a/to-b/page.html');
    expect(paths.length).toBeLessThan(20);
  });

  test('tells pages apart whose names differ by case or by the form of Unicode, and names them', async ({
    expect,
  }) => {
    const dir = temporaryFolder({
      'About.html': 'a',
      'about.html': 'b',
      'caf\u00e9.html': 'c',
      'cafe\u0301.html': 'd',
      'other.html': 'e',
    });
    const { manifest, warnings } = await collectSite({ dir });
    expect(warnings).toEqual([
      expect.stringMatching(/NFC and NFD.*caf\u00e9|cafe\u0301/),
      expect.stringMatching(/differ by case alone.*: \/About\.html and \/about\.html\.$/),
    ]);
    const tags = manifest.pages.map((page) => page.tags.find((tag) => tag.startsWith('page:')));
    expect(new Set(tags).size).toBe(5);
  });

  test('gives a name with a percent sign the tag of its own URL, not of another page', ({
    expect,
  }) => {
    const dir = temporaryFolder({ 'a%2Fb.html': 'a', 'a/b.html': 'b' });
    const tags = collectManifest({ dir }).pages.map((page) => page.tags[1]);
    expect(tags).toEqual(['page:/a%252fb~' + tags[0]?.split('~')[1], 'page:/a/b']);
  });
});

describe('a folder that a build is still writing', () => {
  const unstable = (change: (dir: string) => void): (() => unknown) => {
    const dir = temporaryFolder({ 'a.html': 'a', 'b.html': 'b' });
    mkdirSync(join(dir, 'c'));
    writeFileSync(join(dir, 'c/c.html'), 'c');
    return () =>
      collectManifest({
        dir,
        tags: ({ file }) => {
          if (file === 'b.html') change(dir);
          return [];
        },
      });
  };

  test.for([
    [
      'a file is written again after it was read',
      (dir: string) => writeFileSync(join(dir, 'a.html'), 'longer'),
    ],
    ['a file vanishes before it is read', (dir: string) => rmSync(join(dir, 'c/c.html'))],
    ['a file vanishes after it was read', (dir: string) => rmSync(join(dir, 'a.html'))],
  ] as const)('is refused when %s', ([, change], { expect }) => {
    expect(unstable(change)).toThrow(expect.objectContaining({ code: 'OUTPUT_CHANGING' }));
  });
});

describe('a large file in a site', () => {
  test('is planned without a sketch, however much text it is', async ({ expect }) => {
    const dir = temporaryFolder({ 'index.html': '<p>', 'data.json': '[' });
    truncateSync(join(dir, 'data.json'), 600 * 1_048_576);
    const store = createFileStore(join(temporaryFolder(), 'state.json'));
    const { plan } = await prepareDeploy({ ...site, store, dir });
    expect(plan.pages.map(({ path, target }) => [path, target?.sketch !== undefined])).toEqual([
      ['*', false],
      ['/', true],
      ['/data.json', false],
    ]);
  });

  test('of 2 GiB is refused by name, with what to do', ({ expect }) => {
    const dir = temporaryFolder({ 'index.html': '<p>', 'film.mp4': '' });
    truncateSync(join(dir, 'film.mp4'), 2 ** 31);
    expect(() => collectManifest({ dir })).toThrow(/film\.mp4 has 2 GiB or more.*elsewhere/);
  });
});
