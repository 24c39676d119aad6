import { join } from 'node:path';

import { invalidOption } from '../errors.ts';
import { nginxConfig } from '../origin/nginx.ts';
import { expectBuild } from '../plan/advance.ts';
import { writePlan } from '../plan/plan-file.ts';
import { planRefresh, type Plan } from '../plan/plan.ts';
import { collectManifest, type CollectOptions } from '../site/collect.ts';
import {
  createFileStore,
  readEdgeState,
  updateEdgeState,
  type EdgeStateStore,
} from '../site/edge-state.ts';
import { serializeManifest, type Manifest } from '../site/manifest.ts';
import { writeStoredFile } from '../site/stored-file.ts';

export interface PrepareOptions extends CollectOptions {
  readonly domain: string;
  readonly environment: string;
  readonly store: EdgeStateStore;
}

/** Files that freshtag keeps for one domain and environment. */
export interface DeployFiles {
  readonly state: string;
  readonly plan: string;
  readonly manifest: string;
  readonly nginx: string;
}

const ENVIRONMENT_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** @throws FreshtagError `INVALID_OPTION` for what could not be the name of a folder */
export function checkEnvironment(environment: unknown): string {
  if (typeof environment === 'string' && ENVIRONMENT_NAME.test(environment)) return environment;
  throw invalidOption(
    'environment',
    environment,
    'a name of letters, digits, dots and dashes, like "production"',
  );
}

/** Where those files are, below the folder of freshtag's own. */
export function deployFiles(
  directory: string,
  site: { readonly domain: string; readonly environment: string },
): DeployFiles {
  const folder = join(directory, site.environment, site.domain);
  return {
    state: join(folder, 'edge-state.json'),
    plan: join(folder, 'plan.json'),
    manifest: join(folder, 'manifest.json'),
    nginx: join(folder, 'nginx.conf'),
  };
}

export function openStore(files: DeployFiles, given?: EdgeStateStore): EdgeStateStore {
  return given ?? createFileStore(files.state);
}

/**
 * Gathers and plans. Changes nothing.
 * @throws FreshtagError for an output folder, a tag or an edge state that cannot be used
 */
export async function prepareDeploy(
  options: PrepareOptions,
): Promise<{ manifest: Manifest; plan: Plan }> {
  const { domain, environment } = options;
  const state = await readEdgeState(options.store, { domain, environment });
  const manifest = collectManifest(options);
  return { manifest, plan: planRefresh(state, manifest, { domain, environment }) };
}

/** Saves what the origin must send, and the plan. */
export async function savePlan(
  files: DeployFiles,
  prepared: { readonly manifest: Manifest; readonly plan: Plan },
): Promise<void> {
  await writeStoredFile(files.manifest, serializeManifest(prepared.manifest));
  await writeStoredFile(files.nginx, nginxConfig(prepared.manifest));
  await writePlan(files.plan, prepared.plan);
}

/** Notes in the edge state that the build of a plan may go live from now on. To be done before the upload. */
export async function announceBuild(store: EdgeStateStore, plan: Plan): Promise<void> {
  await updateEdgeState(store, plan, (state) => expectBuild(state, plan));
}
