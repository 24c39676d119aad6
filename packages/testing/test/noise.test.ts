import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import {
  announceDeploy,
  applyPlan,
  createFileStore,
  deployFiles,
  prepareDeploy,
  readPlan,
  type Plan,
} from '@freshtag/core/site';

import { temporaryFolder, writeFiles } from '../src/index.ts';
import { createWorld, domain, type World } from './world.ts';

const site = { domain, environment: 'production' };
let world: World;
let directory: string;

beforeEach(async () => {
  world = await createWorld({ first: 0, second: 0, layer: 0 });
  directory = temporaryFolder();
});

afterEach(() => world.close());

/** Removes the time of the build, which the site writes at the end of each page. */
const withoutTime = (html: string): string => html.replace(/<!-- built at \d+ -->$/, '');

async function deploy(version = '1'): Promise<Plan> {
  const files = deployFiles(directory, site);
  const store = createFileStore(join(directory, 'state.json'));
  const { clock, dir, options, origin } = world;
  const normalize = { page: withoutTime, version };
  const prepared = await prepareDeploy({ ...site, store, dir, normalize });
  await announceDeploy(prepared, { files, store, clock });
  world.deploy();
  const plan = await readPlan(files.plan);
  await applyPlan(plan, {
    ...options,
    store,
    origin: origin.url,
    originTimeoutMs: 10_000,
    secondPassDelayMs: false,
  });
  return plan;
}

const build = (time: number, home = 'home'): void =>
  writeFiles(world.dir, {
    'index.html': `${home}<!-- built at ${time} -->`,
    'other/index.html': `other<!-- built at ${time} -->`,
    'gone/index.html': `gone<!-- built at ${time} -->`,
  });

describe('a site with noise of its own', () => {
  test('has only pages refreshed whose content changed, and waits for their bytes at the origin', async ({
    expect,
  }) => {
    build(1);
    await deploy();
    for (const path of ['/', '/other/']) await world.ask('pop-1', path);
    build(2, 'new home');
    const plan = await deploy();
    expect(plan.pages.map(({ path, reason }) => [path, reason])).toEqual([['/', 'changed']]);
    expect(await world.ask('pop-1', '/')).toMatchObject({ body: 'new home<!-- built at 2 -->' });
    // A visitor of this one gets the old time, which is what the site said that nobody misses.
    expect(await world.ask('pop-1', '/other/')).toEqual({
      body: 'other<!-- built at 1 -->',
      cache: 'HIT',
    });
  });

  test('has every page that the normaliser touches refreshed once when its version changes', async ({
    expect,
  }) => {
    build(1);
    writeFiles(world.dir, { 'plain.html': 'plain' });
    await deploy();
    const paths = async (version: string): Promise<string[]> =>
      (await deploy(version)).pages.map(({ path }) => path);
    expect(await paths('2')).toEqual(['/', '/gone/', '/other/']);
    expect(await paths('2')).toEqual([]);
  });
});
