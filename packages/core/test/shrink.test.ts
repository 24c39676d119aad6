import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, test } from 'vitest';

import {
  announceBuild,
  createFileStore,
  prepareDeploy,
  writeEdgeState,
  type PreparedDeploy,
} from '@freshtag/core/site';
import { settledState } from './settled-state.ts';
import { temporaryFolder } from './temporary-folder.ts';

const site = { domain: 'www.example.com', environment: 'production' };
const PAGES = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}/index.html`, name]),
);

/** A site that was deployed, its folder, and what plans it anew. */
async function deployed(files: Readonly<Record<string, string>> = PAGES) {
  const dir = temporaryFolder(files);
  const store = createFileStore(join(temporaryFolder(), 'state.json'));
  const prepare = (allowShrink?: boolean): Promise<PreparedDeploy> =>
    prepareDeploy({ ...site, store, dir, immutable: ['_astro'], allowShrink });
  await writeEdgeState(store, settledState(await prepare()));
  return { dir, store, prepare };
}

const remove = (dir: string, ...names: readonly string[]): void => {
  for (const name of names) rmSync(join(dir, name), { recursive: true });
};

describe('a build with less than half of the known pages', () => {
  test('is refused, with how many there are and one that is missing', async ({ expect }) => {
    const { dir, prepare } = await deployed();
    remove(dir, 'a', 'b', 'c');
    await expect(prepare()).rejects.toThrow(
      expect.objectContaining({
        code: 'OUTPUT_SHRUNK',
        message: expect.stringMatching(/holds 2 of the 5 pages .*; \/a\/ is the first/),
      }),
    );
  });

  test('is planned where that is allowed, and needs no leave again while the removal is open', async ({
    expect,
  }) => {
    const { dir, store, prepare } = await deployed();
    remove(dir, 'a', 'b', 'c');
    const { plan } = await prepare(true);
    expect(plan.pages.map(({ reason }) => reason)).toEqual(['removed', 'removed', 'removed']);
    await announceBuild(store, plan);
    expect((await prepare()).plan.pages).toHaveLength(3);
  });

  test('is one whose pages are new, however many those are', async ({ expect }) => {
    const { dir, prepare } = await deployed();
    remove(dir, 'a', 'b', 'c');
    for (const name of ['u', 'v', 'w', 'x']) {
      const other = temporaryFolder({ [`${name}/index.html`]: name });
      (await import('node:fs')).cpSync(other, dir, { recursive: true });
    }
    await expect(prepare()).rejects.toThrow(/holds 2 of the 5 pages/);
  });

  test('is not one that has half of them', async ({ expect }) => {
    const { dir, prepare } = await deployed();
    remove(dir, 'a', 'b');
    expect((await prepare()).plan.pages).toHaveLength(2);
  });

  test('is found in a large site too, which is read in several threads', async ({ expect }) => {
    const many = Object.fromEntries(
      Array.from({ length: 2100 }, (_, index) => [`${index}/index.html`, `${index}`]),
    );
    const { dir, prepare } = await deployed(many);
    remove(dir, ...Array.from({ length: 1051 }, (_, index) => `${index}`));
    await expect(prepare()).rejects.toThrow(/holds 1049 of the 2100 pages/);
  });

  test('is not one whose hashed assets have new names', async ({ expect }) => {
    const assets = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`_astro/a${index}.CpNbN3qs.js`, '']),
    );
    const { dir, prepare } = await deployed({ ...PAGES, ...assets });
    remove(dir, '_astro');
    expect((await prepare()).plan.pages.map(({ reason }) => reason)).toContain('removed');
  });
});
