import { afterEach, beforeEach, describe, test } from 'vitest';

import { describePlan, plannedTags, type Plan } from '@freshtag/core/site';

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

  test('cost what their URLs take, and no tag that nothing is refreshed by', async ({ expect }) => {
    await deploy();
    writeFiles(world.dir, { 'neu.html': 'new', 'other/index.html': 'changed' });
    const before = world.edge.refreshes.length;
    const plan = await deploy();
    const urls = plan.pages.flatMap((page) => page.urls ?? []);
    expect(plan.cover).toMatchObject({
      tags: 1,
      urls: urls.length,
      calls: 2,
      cost: 2000.01,
      lowerBound: 2000.01,
      steps: [{ calls: 2 }],
      oneTagAPage: { tags: 1, calls: 2 },
    });
    expect(describePlan(plan)).toMatch(
      /: 1 tag and \d+ URLs in 2 calls; 1 page unchanged; cost 2000/,
    );
    const refreshed = world.edge.refreshes.slice(before);
    expect(refreshed.flatMap(({ tags }) => tags)).toEqual(plannedTags(plan));
  });

  test('are settled by that, and not planned again', async ({ expect }) => {
    await deploy();
    writeFiles(world.dir, { 'neu.html': 'new' });
    expect((await deploy()).pages).toHaveLength(1);
    expect((await deploy()).pages).toEqual([]);
  });
});
