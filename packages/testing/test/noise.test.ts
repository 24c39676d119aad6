import { afterEach, beforeEach, describe, test } from 'vitest';

import type { Plan } from '@freshtag/core/site';

import { writeFiles } from '../src/index.ts';
import { createSiteWorld, type SiteWorld } from './site-world.ts';

let world: SiteWorld;

beforeEach(async () => {
  world = await createSiteWorld();
});

afterEach(() => world.close());

/** Removes the time of the build, which the site writes at the end of each page. */
const withoutTime = (html: string): string => html.replace(/<!-- built at \d+ -->$/, '');

const deploy = (version = '1'): Promise<Plan> =>
  world.refresh({
    prepare: { normalize: { page: withoutTime, version } },
    apply: { origin: world.origin.url, originTimeoutMs: 10_000 },
  });

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
