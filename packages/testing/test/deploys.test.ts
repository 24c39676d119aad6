// Deploys as they go in the world, on the real local edge: two points of presence behind a second
// layer, and visitors in every second. Whatever happened, at the end every URL at every point of
// presence is what its origin sends, by a checker that knows nothing of freshtag.
import { afterEach, describe, test } from 'vitest';

import { readEdgeState } from '@freshtag/core/site';

import { DeployWorld, type DeployedSite, type Source } from './deploys/deploy-world.ts';

const worlds: DeployWorld[] = [];

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function open(domains?: readonly string[]): Promise<DeployWorld> {
  const world = await DeployWorld.create(domains);
  worlds.push(world);
  return world;
}

/** A first build is live, applied and stored everywhere. */
async function openWith(source: Source, domains?: readonly string[]): Promise<DeployWorld> {
  const world = await open(domains);
  for (const site of world.sites) await site.deploy(source);
  await world.visitAll();
  return world;
}

const first = { '/': 'one', '/a/': 'one', '/b/': 'one', '/c/': 'one' } as const;
const INCOMPLETE = { code: 'REFRESH_INCOMPLETE' } as const;

/** No copy is anywhere for a moment, so that the next visit stores what the origin has just then. */
async function dropFromEdge(
  { edge, clock, site }: DeployWorld,
  tags: readonly string[],
): Promise<void> {
  const visitors = clock.onSecond;
  clock.onSecond = undefined;
  await edge.refresh({ domain: site.domain, tags, force: true });
  await clock.sleep(10_000);
  clock.onSecond = visitors;
}

async function openPages({ store, domain }: DeployedSite): Promise<string[]> {
  const state = await readEdgeState(store, { domain, environment: 'production' });
  return [...(state?.pages ?? [])].filter(([, page]) => page.digest === null).map(([path]) => path);
}

describe('the edge shows what the origin has', () => {
  // Guarded by isPageSettled (plan/advance.ts): a page of a refused tag is not settled; and by the
  // filter for an open digest in openPages (deploy/apply.ts): what is settled is not called again.
  test('after a call of which one tag was refused, once it is applied again', async ({
    expect,
  }) => {
    const world = await openWith(first);
    const { site, edge } = world;
    const build = await site.plan({ ...first, '/a/': 'two', '/b/': 'two', '/c/': 'two' });
    await site.upload(build);
    edge.injectFault({
      kind: 'refused',
      code: 'InvalidParameters',
      action: 'RefreshDcdnObjectCacheByCacheTag',
      times: 3,
    });
    await expect(site.apply(build)).rejects.toMatchObject(INCOMPLETE);
    expect(await openPages(site)).toEqual(['/a/']);
    expect(await world.differences()).not.toEqual([]);
    const before = edge.refreshes.length;
    await site.apply(build);
    expect(new Set(edge.refreshes.slice(before).flatMap(({ tags }) => tags))).toEqual(
      new Set(['page:/a']),
    );
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by the filter of failed endings in refreshInPasses (refresh/passes.ts).
  test('after a task that failed at the edge, once it is applied again', async ({ expect }) => {
    const world = await openWith(first);
    const { site, edge } = world;
    const build = await site.plan({ ...first, '/a/': 'two' });
    await site.upload(build);
    edge.injectFault({ kind: 'task-failed', action: 'RefreshDcdnObjectCacheByCacheTag', times: 3 });
    await expect(site.apply(build)).rejects.toMatchObject(INCOMPLETE);
    expect(await world.differences()).not.toEqual([]);
    await site.apply(build);
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by one state a domain: checkAnnounced and updateEdgeState in applyPlan (deploy/apply.ts).
  test('of one domain while another one fails, and of that too, once it is applied again', async ({
    expect,
  }) => {
    const world = await openWith(first, ['www.example.com', 'm.example.com']);
    const [www, mobile] = world.sites as [DeployedSite, DeployedSite];
    const builds = [];
    for (const site of [www, mobile]) {
      const build = await site.plan({ ...first, '/a/': `two of ${site.domain}` });
      await site.upload(build);
      builds.push(build);
    }
    const [ofWww, ofMobile] = builds as [(typeof builds)[0], (typeof builds)[0]];
    world.edge.refuseRefreshes({ code: 'QuotaExceeded.Refresh', message: 'used up' });
    await expect(www.apply(ofWww)).rejects.toMatchObject(INCOMPLETE);
    await mobile.apply(ofMobile);
    const stale = await world.differences();
    expect(stale).not.toEqual([]);
    expect(stale.filter((line) => !line.startsWith('www.example.com/a/'))).toEqual([]);
    expect([await openPages(www), await openPages(mobile)]).toEqual([['/a/'], []]);
    await www.apply(ofWww);
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by `digest: null` in expectPage (plan/advance.ts): an announced page is not yet what the
  // edge holds, or the third build, equal to the second, would find nothing changed.
  test('after a build that was planned and never deployed', async ({ expect }) => {
    const world = await openWith(first);
    const { site } = world;
    const second = { ...first, '/a/': { body: 'two', tags: ['kind:a'] }, '/new/': 'new' };
    await site.plan(second);
    await world.visitAll();
    await site.deploy(second);
    expect(await world.differences()).toEqual([]);
    const { '/new/': _, ...third } = { ...second, '/b/': 'three' };
    await site.plan({ ...first, '/b/': 'never' });
    await site.deploy(third);
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by the comparison with the state, not with the build before (comparePages), and by the
  // union of tags in expectPage: copies of both builds are hit, whichever of them was applied.
  test('after a rollback, whether the build before was applied, refused or only uploaded', async ({
    expect,
  }) => {
    const world = await openWith(first);
    const { site, edge } = world;
    const second = {
      '/': 'two',
      '/a/': { body: 'one', tags: ['kind:a'] },
      '/b/': 'two',
      '/d/': 'two',
    };
    await site.deploy(second);
    await world.visitAll();
    await site.deploy(first);
    expect(await world.differences()).toEqual([]);

    const refused = await site.plan(second);
    await site.upload(refused);
    await world.visitAll();
    edge.refuseRefreshes({ code: 'QuotaExceeded.Refresh', message: 'used up' });
    await expect(site.apply(refused)).rejects.toMatchObject(INCOMPLETE);
    await site.deploy(first);
    expect(await world.differences()).toEqual([]);

    await site.upload(await site.plan(second));
    await world.visitAll();
    await site.deploy(first);
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by nameOf (plan/plan.ts): of a new page the kept plan refreshes 404s alone, and the edge
  // has copies of the build in between.
  test('after a rollback, though somebody applies the plan that was made for the same build before', async ({
    expect,
  }) => {
    const world = await openWith(first);
    const { site } = world;
    const kept = await site.deploy({ ...first, '/d/': 'two' });
    await site.deploy({ ...first, '/d/': 'three' });
    await world.visitAll();
    const rollback = await site.plan({ ...first, '/d/': 'two' });
    await site.upload(rollback);
    await expect(site.apply(kept)).rejects.toMatchObject({ code: 'PLAN_OUTDATED' });
    await site.apply(rollback);
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by the replan on STATE_CONFLICT in announceDeploy (deploy/prepare.ts), and by
  // checkAnnounced (deploy/apply.ts), which refuses the build that was announced first.
  test('after two deploys at once on one state store', async ({ expect }) => {
    const world = await openWith(first);
    const { site } = world;
    const one = await site.prepare({ ...first, '/a/': 'of one', '/d/': 'of one' });
    const other = await site.prepare({ ...first, '/b/': 'of other' });
    const earlier = await site.announce(one);
    const later = await site.announce(other);
    for (const build of [earlier, later]) {
      await site.upload(build);
      await world.visitAll();
    }
    const both = await Promise.allSettled([site.apply(earlier), site.apply(later)]);
    expect(both).toMatchObject([
      { status: 'rejected', reason: { code: 'PLAN_OUTDATED' } },
      { status: 'fulfilled' },
    ]);
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by checkAnnounced inside of updateEdgeState at the end of applyPlan (deploy/apply.ts): a
  // state that was told of another build meanwhile is not set to the pages of this one.
  test('when a newer build is announced and goes live while the older one is being applied', async ({
    expect,
  }) => {
    const world = await openWith(first);
    const { site, clock } = world;
    const older = await site.plan({ ...first, '/a/': 'older' });
    await site.upload(older);
    const newer: Awaited<ReturnType<DeployedSite['plan']>>[] = [];
    const visitors = clock.onSecond;
    const startedAtMs = clock.now();
    clock.onSecond = async (second) => {
      if (newer.length === 0 && clock.now() > startedAtMs + 20_000) {
        newer.push(await site.plan({ ...first, '/a/': 'newer', '/b/': 'newer' }));
        await site.upload(newer[0] as (typeof newer)[0]);
      }
      await visitors?.(second);
    };
    await expect(site.apply(older)).rejects.toMatchObject({ code: 'PLAN_OUTDATED' });
    await site.apply(newer[0] as (typeof newer)[0]);
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by the tag not-found in changedPage (plan/changes.ts): a 404 is stored while the page is not there.
  test('after a page was removed, added again as it was, and removed again', async ({ expect }) => {
    const { '/c/': _, ...without } = first;
    const world = await openWith(first);
    for (const source of [without, first, without, { ...first, '/c/': 'other' }]) {
      await world.site.deploy(source);
      expect(await world.differences()).toEqual([]);
      await world.visitAll();
    }
  });

  // Guarded by the tag not-found that expectPage (plan/advance.ts) adds for a page without target.
  test('after a page was removed, its deploy refused, and it was added again', async ({
    expect,
  }) => {
    const { '/c/': _, ...without } = first;
    const world = await openWith(first);
    const removed = await world.site.plan(without);
    await dropFromEdge(world, ['page:/c']);
    await world.site.upload(removed);
    await world.visitAll();
    world.edge.refuseRefreshes({ code: 'QuotaExceeded.Refresh', message: 'used up' });
    await expect(world.site.apply(removed)).rejects.toMatchObject(INCOMPLETE);
    await world.site.deploy(first);
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by hasSameTags in reasonFor (plan/changes.ts).
  test('after tags changed and not a byte, with the tags by which it can be refreshed later', async ({
    expect,
  }) => {
    const world = await openWith({ ...first, '/a/': { body: 'one', tags: ['kind:old'] } });
    await world.site.deploy({ ...first, '/a/': { body: 'one', tags: ['kind:new'] } });
    expect(await world.differences()).toEqual([]);
    await world.visitAll();
    await world.site.deploy(first);
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by the directory in everythingStored (plan/plan.ts): no tag is on those copies.
  test('after the first deploy over an edge full of copies without tags', async ({ expect }) => {
    const world = await open();
    world.site.serveUntagged({ ...first, '/gone/': 'one' });
    await world.visitAll();
    await world.site.deploy({ ...first, '/': 'two' });
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by the entry for everything in compareWithNothing (plan/changes.ts): a page that neither
  // the state nor the build knows of is stored.
  test('after the state was lost, also under paths that nobody remembers', async ({ expect }) => {
    const world = await openWith({ ...first, '/gone/': 'one' });
    world.site.loseState();
    await world.site.deploy({ ...first, '/a/': 'two' });
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by the entry for everything staying in the state until it is refreshed to the end.
  test('after the state was lost and the deploy that followed was refused', async ({ expect }) => {
    const world = await openWith({ ...first, '/gone/': 'one' });
    const { site, edge } = world;
    site.loseState();
    const refused = await site.plan({ ...first, '/a/': 'two' });
    await site.upload(refused);
    edge.refuseRefreshes({ code: 'QuotaExceeded.Refresh', message: 'used up', times: 2 });
    await expect(site.apply(refused)).rejects.toMatchObject(INCOMPLETE);
    await site.deploy({ ...first, '/a/': 'three' });
    expect(await world.differences()).toEqual([]);
  });

  // Guarded by the choice of tags that stay in copiesOf (plan/changes.ts): between files and headers
  // a copy is stored with the tags of the other build.
  test.for(['files-first', 'headers-first'] as const)(
    'when files and headers go live one after the other, %s, and visitors come in between',
    async (order, { expect }) => {
      const world = await openWith({
        ...first,
        '/a/': { body: 'one', tags: ['kind:old', 'kind:x'] },
      });
      const build = await world.site.plan({
        ...first,
        '/a/': { body: 'two', tags: ['kind:new', 'kind:x'] },
        '/d/': 'new',
      });
      await dropFromEdge(world, ['page:/a']);
      await world.site.upload(build, order);
      await world.site.apply(build);
      expect(await world.differences()).toEqual([]);
    },
  );

  // Guarded by the passes of refreshInPasses (refresh/passes.ts): one for each layer, after the first.
  test('when fetches of the old build come back after the first pass', async ({ expect }) => {
    const world = await openWith(first);
    const { site, edge } = world;
    await dropFromEdge(world, ['page:/a']);
    edge.injectFault({ kind: 'slow-fill', path: '/a/', delayMs: 15_000 });
    const slow = fetch(`${edge.url}/a/`);
    while (edge.faults.length === 0) await new Promise(setImmediate);
    await site.deploy({ ...first, '/a/': 'two' });
    await slow;
    expect(await world.differences()).toEqual([]);
  });
});
