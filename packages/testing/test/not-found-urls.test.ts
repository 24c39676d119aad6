import { afterEach, beforeEach, describe, test } from 'vitest';

import type { Plan } from '@freshtag/core/site';

import { writeFiles } from '../src/index.ts';
import { createSiteWorld, type SiteWorld } from './site-world.ts';
import { domain } from './world.ts';

let world: SiteWorld;

beforeEach(async () => {
  world = await createSiteWorld();
});

afterEach(() => world.close());

const deploy = (): Promise<Plan> => world.refresh({ prepare: { notFound: 'urls' } });

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
