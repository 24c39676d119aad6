import { readFileSync } from 'node:fs';

import { createFileStore, parseManifest, readEdgeState, writeEdgeState } from '@freshtag/core/site';

import { DOMAIN, type World } from './world.ts';

/** How one deploy runs: rightly, or with one rule of the design broken, to show that the demo notices. */
export interface Breakage {
  build(world: World, dir: string, goLive: () => Promise<void>): Promise<void>;
}

const right: Breakage = {
  build: (world, dir, goLive) =>
    world.build({ refresh: 'always', origin: world.origin.url, deploy: goLive }, dir),
};

const BREAKAGES: Readonly<Record<string, Breakage>> = {
  // The refresh starts before the new content can be fetched.
  '5.1': {
    build: async (world, dir, goLive) => {
      await world.build({ refresh: 'always', deploy: async () => {} }, dir);
      await goLive();
    },
  },
  // The state is what the last build was, not what the edge may hold.
  '5.2': {
    build: async (world, dir, goLive) => {
      try {
        await right.build(world, dir, goLive);
      } finally {
        await pretendLastBuildIsStored(world);
      }
    },
  },
  // No second pass.
  '5.6': {
    build: (world, dir, goLive) =>
      world.build(
        { refresh: 'always', origin: world.origin.url, deploy: goLive, secondPassDelayMs: false },
        dir,
      ),
  },
  // A second pass, but none for the layer behind it.
  layers: {
    build: (world, dir, goLive) =>
      world.build(
        { refresh: 'always', origin: world.origin.url, deploy: goLive, edgeLayers: 1 },
        dir,
      ),
  },
};

/** @param rule number of the rule in the design, or `undefined` for none */
export function breakOnPurpose(rule: string | undefined): Breakage {
  if (rule === undefined) return right;
  const breakage = BREAKAGES[rule];
  if (breakage === undefined)
    throw new Error(`--break ${rule}: one of ${Object.keys(BREAKAGES).join(', ')} is allowed`);
  return breakage;
}

async function pretendLastBuildIsStored(world: World): Promise<void> {
  const store = createFileStore(world.stateFile);
  const state = await readEdgeState(store, { domain: DOMAIN, environment: 'production' });
  const { pages } = parseManifest(readFileSync(world.manifestFile, 'utf8'), world.manifestFile);
  if (state === undefined) return;
  await writeEdgeState(store, {
    ...state,
    pages: new Map(pages.map(({ path, ...page }) => [path, page])),
  });
}
