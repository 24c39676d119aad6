import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { writeFiles } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;
const plan = ['plan', 'dist', '--domain', domain];

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

/** Deploys pages, so that the next plan has something to compare with. */
async function deploy(files: Readonly<Record<string, string>>): Promise<void> {
  writeFiles(join(world.cwd, 'dist'), files);
  await world.freshtag(plan);
  world.deploy();
  await world.freshtag(['apply', '--domain', domain, '--now', '--second-pass-delay', '0']);
}

const page = (name: string, generator: string): string =>
  `<html><head><meta name="generator" content="${generator}"></head><body><p>${name}</p></body></html>`;
const pages = (generator: string): Record<string, string> =>
  Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.html`, page(name, generator)]),
  );

describe('freshtag plan', () => {
  test('names the line by which most pages changed, and with --why the place in each', async ({
    expect,
  }) => {
    await deploy(pages('Gen 1'));
    writeFiles(join(world.cwd, 'dist'), pages('Gen 2'));
    const { stdout } = await world.freshtag([...plan, '--dry-run']);
    expect(stdout).toContain(
      '5 of 5 changed pages changed by the same line:\n  <meta name="generator" content="Gen 2">\n',
    );
    const why = await world.freshtag([...plan, '--dry-run', '--why']);
    expect(why.stdout).toMatch(
      /^changed {6}\/a\.html\n {2}~ <meta name="generator" content="Gen 2">$/m,
    );
    expect(await world.json([...plan, '--dry-run'])).toMatchObject({
      result: { why: { common: { pages: 5, of: 5 } }, warnings: [] },
    });
  });

  test('refuses a build that was cut off, unless told that the site is smaller now', async ({
    expect,
  }) => {
    await deploy(pages('Gen 1'));
    for (const name of ['a', 'b', 'c', 'd']) rmSync(join(world.cwd, 'dist', `${name}.html`));
    const refused = await world.freshtag(plan);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/OUTPUT_SHRUNK.*--allow-shrink/),
    });
    const allowed = await world.freshtag([...plan, '--allow-shrink']);
    expect(allowed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('4 removed') });
  });

  test('plans the part of a build that a domain shows, under the paths that it shows there', async ({
    expect,
  }) => {
    writeFiles(join(world.cwd, 'dist'), { 'fr/index.html': 'a', 'fr/x.html': 'b' });
    const planned = await world.json([...plan, '--dry-run', '--mount', '/fr/=/']);
    expect(planned).toMatchObject({
      result: { plan: { pages: [{ path: '*' }, { path: '/' }, { path: '/x.html' }] } },
    });
    const refused = await world.freshtag([...plan, '--mount', 'fr']);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('mounts: ') });
  });

  test('names new pages by their URLs where 404s have no tag', async ({ expect }) => {
    await deploy({});
    writeFiles(join(world.cwd, 'dist'), { 'new.html': 'new' });
    const { stdout } = await world.freshtag([...plan, '--dry-run', '--not-found', 'urls']);
    expect(stdout).toMatch(/^new {10}\/new\.html via its \d+ URLs$/m);
  });

  test('takes what a normaliser in the configuration file leaves out for unchanged', async ({
    expect,
  }) => {
    writeFiles(world.cwd, {
      'freshtag.config.ts': `export default { normalize: { version: '1', page: (html: string) => html.replace(/Gen \\d/, '') } };`,
    });
    await deploy(pages('Gen 1'));
    writeFiles(join(world.cwd, 'dist'), pages('Gen 2'));
    expect((await world.freshtag([...plan, '--dry-run'])).stdout).toContain('nothing to refresh');
  });
});
