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

/** Plans the folder as it is, brings it to the origin, refreshes once. */
async function deploy(): Promise<Plan> {
  const files = deployFiles(directory, site);
  const store = createFileStore(join(directory, 'state.json'));
  const { clock, dir, options } = world;
  const prepared = await prepareDeploy({ ...site, store, dir, notFound: 'urls' });
  await announceDeploy(prepared, { files, store, clock });
  world.deploy();
  const plan = await readPlan(files.plan);
  await applyPlan(plan, { ...options, store, secondPassDelayMs: false });
  return plan;
}

describe('new pages where the origin cannot tag its 404s', () => {
  test('are refreshed by all their URLs, so that no stored 404 hides them', async ({ expect }) => {
    await deploy();
    const forms = ['/neu%20e/', '/neu%20e/index.html'];
    for (const form of forms) expect((await world.ask('pop-1', form)).body).toBe('not found');
    for (const form of forms) expect((await world.ask('pop-1', form)).cache).toBe('HIT');
    writeFiles(world.dir, { 'neu e/index.html': 'now it is there' });
    const before = world.edge.refreshes.length;
    const plan = await deploy();
    expect(plan.pages.map(({ reason, refresh }) => [reason, ...refresh])).toEqual([['new']]);
    expect(plan.pages[0]?.urls).toContain(`https://${domain}/neu%20e/`);
    for (const form of forms) expect((await world.ask('pop-1', form)).body).toBe('now it is there');
    expect(world.edge.refreshes.slice(before).flatMap(({ tags }) => tags)).toEqual([]);
  });

  test('are settled by that, and not planned again', async ({ expect }) => {
    await deploy();
    writeFiles(world.dir, { 'neu.html': 'new' });
    expect((await deploy()).pages).toHaveLength(1);
    expect((await deploy()).pages).toEqual([]);
  });
});
