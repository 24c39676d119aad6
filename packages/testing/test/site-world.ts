import { join } from 'node:path';

import {
  announceDeploy,
  applyPlan,
  createFileStore,
  deployFiles,
  prepareDeploy,
  readPlan,
  type ApplyOptions,
  type Plan,
  type PrepareOptions,
} from '@freshtag/core/site';

import { temporaryFolder } from '../src/index.ts';
import { createWorld, domain, type World } from './world.ts';

const site = { domain, environment: 'production' };

/** What a test's deploys have of their own. */
interface DeployOptions {
  readonly prepare: Pick<PrepareOptions, 'normalize' | 'notFound'>;
  readonly apply?: Pick<ApplyOptions, 'origin' | 'originTimeoutMs'>;
}

/** A world whose edge obeys at once, with an edge state. */
export interface SiteWorld extends World {
  /** Plans the folder as it is, brings it to the origin, refreshes once. */
  refresh(options: DeployOptions): Promise<Plan>;
}

export async function createSiteWorld(): Promise<SiteWorld> {
  const world = await createWorld({ first: 0, second: 0, layer: 0 });
  const { clock, dir, options } = world;
  const directory = temporaryFolder();
  const files = deployFiles(directory, site);
  const refresh: SiteWorld['refresh'] = async ({ prepare, apply }) => {
    const store = createFileStore(join(directory, 'state.json'));
    const prepared = await prepareDeploy({ ...site, store, dir, ...prepare });
    await announceDeploy(prepared, { files, store, clock });
    world.deploy();
    const plan = await readPlan(files.plan);
    await applyPlan(plan, { ...options, store, secondPassDelayMs: false, ...apply });
    return plan;
  };
  return { ...world, refresh };
}
