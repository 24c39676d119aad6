import { join } from 'node:path';

import { afterEach, describe, test } from 'vitest';

import { refreshInPasses, type PassOptions } from '@freshtag/core';
import {
  announceBuild,
  applyPlan,
  collectManifest,
  createFileStore,
  planRefresh,
  readEdgeState,
} from '@freshtag/core/site';

import { createWorld, domain, type World } from './world.ts';
import { temporaryFolder, writeFiles } from '../src/index.ts';

const open: World[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});

async function openWorld(delaysMs: {
  first: number;
  second: number;
  layer: number;
}): Promise<World> {
  const world = await createWorld(delaysMs);
  open.push(world);
  return world;
}

/** A fetch of the old page is under way while the page changes and is refreshed; visitors keep asking. */
async function playSlowFetch(options: PassOptions): Promise<readonly string[]> {
  const world = await openWorld({ first: 1000, second: 12_000, layer: 6000 });
  const hold = world.origin.holdNext('/');
  const slow = world.ask('pop-1');
  await hold.asked;
  writeFiles(world.dir, { 'index.html': 'new' });
  world.deploy();
  world.clock.onSecond = async (second) => {
    if (second === 20) {
      hold.release();
      await slow;
    }
    await Promise.all([world.ask('pop-1'), world.ask('pop-2')]);
  };
  await refreshInPasses(['page:/'], { ...world.options, ...options });
  await world.clock.sleep(120_000);
  return [(await world.ask('pop-1')).body, (await world.ask('pop-2')).body];
}

describe('refreshing in passes', () => {
  test('one pass leaves the old page at the edge when a slow fetch is under way', async ({
    expect,
  }) => {
    expect(await playSlowFetch({ secondPassDelayMs: false })).toContain('old');
  });

  test('two passes leave it too, where the second layer is refreshed after a point of presence', async ({
    expect,
  }) => {
    expect(await playSlowFetch({ edgeLayers: 1 })).toContain('old');
  });

  test('a pass more for each layer leaves nothing old', async ({ expect }) => {
    expect(await playSlowFetch({})).toEqual(['new', 'new']);
  });

  test.for([
    [0, 0, 0],
    [0, 0, 40_000],
    [40_000, 0, 0],
    [10_000, 40_000, 25_000],
  ] as const)(
    'nothing old stays with delays of %i, %i and %i ms',
    async ([first, second, layer], { expect }) => {
      const world = await openWorld({ first, second, layer });
      await Promise.all([world.ask('pop-1'), world.ask('pop-2')]);
      writeFiles(world.dir, { 'index.html': 'new' });
      world.deploy();
      world.clock.onSecond = async () => {
        await Promise.all([world.ask('pop-1'), world.ask('pop-2')]);
      };
      const result = await refreshInPasses(['page:/'], world.options);
      expect(result).toMatchObject({ endings: ['complete', 'complete'], problems: [] });
      expect([(await world.ask('pop-1')).body, (await world.ask('pop-2')).body]).toEqual([
        'new',
        'new',
      ]);
    },
  );

  test('tags whose task fails at the edge are not settled, with the cloud’s reason', async ({
    expect,
  }) => {
    const world = await openWorld({ first: 0, second: 0, layer: 0 });
    const options = { ...world.options, limits: { maxTagsPerCall: 1 } };
    world.clock.onSecond = async (second) => {
      if (second === 1)
        world.edge.injectFault({ kind: 'task-failed', description: 'Origin Timeout' });
    };
    const result = await refreshInPasses(['a', 'b'], options);
    expect([...result.settled]).toEqual(['b']);
    expect(result.endings).toEqual(['failed', 'complete', 'complete']);
    expect(result.problems).toEqual([
      expect.stringMatching(/^Task \d+ failed at the edge: Origin Timeout\.$/),
    ]);
  });

  test('tags whose task is never reported are settled by time, and called so', async ({
    expect,
  }) => {
    const world = await openWorld({ first: 0, second: 0, layer: 0 });
    world.edge.injectFault({ kind: 'task-unreported', times: 3 });
    const result = await refreshInPasses(['a'], { ...world.options, settleMs: 60_000 });
    expect([...result.settled]).toEqual(['a']);
    expect(result.endings).toEqual(['settled', 'settled']);
  });

  test('a first pass that fails at the edge is made good by the later ones', async ({ expect }) => {
    const world = await openWorld({ first: 0, second: 0, layer: 0 });
    world.edge.injectFault({ kind: 'task-failed' });
    const result = await refreshInPasses(['a'], world.options);
    expect([...result.settled]).toEqual(['a']);
  });

  test('no other page is dropped', async ({ expect }) => {
    const world = await openWorld({ first: 0, second: 0, layer: 0 });
    await Promise.all([world.ask('pop-1', '/other/'), world.ask('pop-2', '/other/')]);
    await refreshInPasses(['page:/'], world.options);
    expect((await world.ask('pop-1', '/other/')).cache).toBe('HIT');
    expect((await world.ask('pop-2', '/other/')).cache).toBe('HIT');
  });

  test('no more calls start in any sliding second than the account may make', async ({
    expect,
  }) => {
    const world = await openWorld({ first: 0, second: 0, layer: 0 });
    const tags = Array.from({ length: 23 }, (_, id) => `page:/${id}`);
    const limits = { maxTagsPerCall: 1, maxCallsPerSecond: 4 };
    await refreshInPasses(tags, { ...world.options, secondPassDelayMs: 0, limits });
    const startedAtMs = world.edge.refreshes.map((event) => event.at);
    expect(startedAtMs).toHaveLength(69);
    const tooSoon = startedAtMs.filter(
      (atMs, index) => (startedAtMs[index + 4] ?? Infinity) - atMs < 1000,
    );
    expect(tooSoon).toEqual([]);
  });
});

describe('applying a plan', () => {
  async function prepare() {
    const world = await openWorld({ first: 0, second: 0, layer: 0 });
    const store = createFileStore(join(temporaryFolder(), 'edge-state.json'));
    const manifest = collectManifest({ dir: world.dir });
    const plan = planRefresh(undefined, manifest, { domain, environment: 'production' });
    const digests = async () =>
      [...((await readEdgeState(store, plan))?.pages.values() ?? [])].map((page) => page.digest);
    return { world, store, plan, digests };
  }

  test('advances the edge state only when the last pass is complete', async ({ expect }) => {
    const { world, store, plan, digests } = await prepare();
    await announceBuild(store, plan);
    const seen = new Set<string | null>();
    world.clock.onSecond = async () => {
      for (const digest of await digests()) seen.add(digest);
    };
    const result = await applyPlan(plan, { ...world.options, store });
    expect(result).toMatchObject({ pages: 3, tags: 2, calls: 3, complete: true });
    expect(seen).toEqual(new Set([null]));
    expect(await digests()).toEqual(world.manifest().pages.map((page) => page.digest));
  });

  test('keeps pages whose call was refused, says which and why, and takes them up again', async ({
    expect,
  }) => {
    const { world, store, plan, digests } = await prepare();
    await announceBuild(store, plan);
    world.edge.refuseRefreshes({
      code: 'QuotaExceeded.Refresh',
      message: 'exceeded the daily limit',
    });
    const applying = applyPlan(plan, { ...world.options, store, limits: { maxTagsPerCall: 1 } });
    await expect(applying).rejects.toMatchObject({
      code: 'REFRESH_INCOMPLETE',
      message: expect.stringMatching(/exceeded the daily limit/),
    });
    // A used-up quota stops the calls after it too.
    expect(await digests()).toEqual([null, null, null]);
    await applyPlan(plan, { ...world.options, store });
    expect(await digests()).not.toContain(null);
  });

  test('of which the edge state was never told is refused before anything is sent', async ({
    expect,
  }) => {
    const { world, store, plan } = await prepare();
    await expect(applyPlan(plan, { ...world.options, store })).rejects.toMatchObject({
      code: 'PLAN_OUTDATED',
    });
    await announceBuild(store, { ...plan, build: 'a newer one' });
    await expect(applyPlan(plan, { ...world.options, store })).rejects.toMatchObject({
      code: 'PLAN_OUTDATED',
    });
    expect(world.edge.refreshes).toEqual([]);
  });

  test('sends nothing for a plan without pages', async ({ expect }) => {
    const { world, store, plan } = await prepare();
    const empty = { ...plan, pages: [] };
    await announceBuild(store, empty);
    expect(await applyPlan(empty, { ...world.options, store })).toMatchObject({
      pages: 0,
      tags: 0,
      calls: 0,
    });
    expect(world.edge.refreshes).toEqual([]);
  });

  test('stops when aborted and leaves the pages in the state', async ({ expect }) => {
    const { world, store, plan, digests } = await prepare();
    await announceBuild(store, plan);
    const abort = new AbortController();
    world.clock.onSecond = async () => abort.abort();
    const applying = applyPlan(plan, { ...world.options, store, signal: abort.signal });
    await expect(applying).rejects.toMatchObject({ name: 'AbortError' });
    expect(await digests()).toEqual([null, null, null]);
  });
});
