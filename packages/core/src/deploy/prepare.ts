import { join } from 'node:path';

import { systemClock } from '../clock.ts';
import { invalidOption, isFreshtagError } from '../errors.ts';
import { formatOrigin, ORIGIN_FILES, type OriginKind } from '../origin/format.ts';
import { expectBuild } from '../plan/advance.ts';
import { writePlan } from '../plan/plan-file.ts';
import type { PlanOptions, PlanRefreshOptions } from '../plan/options.ts';
import { planRefresh, type Plan } from '../plan/plan.ts';
import type { RefreshLimits } from '../refresh/limits.ts';
import { collectSite } from '../site/collect-site.ts';
import type { CollectOptions } from '../site/collect.ts';
import { readStoredState, type Site, type StoredState } from '../site/edge-state.ts';
import { serializeManifest, type Manifest } from '../site/manifest.ts';
import { checkShrink } from '../site/shrink.ts';
import { folderOfMounts, mountManifest, pathsInBuild, type Mounts } from '../site/urls/mount.ts';
import { writeStoredFile } from '../site/stored-file.ts';
import type { StateStore } from '../site/stores/store.ts';
import type { NotFoundRefresh } from '../plan/not-found.ts';
import type { PlanWhy } from '../plan/why.ts';
import { explainPlan, type ExplainOptions } from './explain.ts';
import { updateEdgeState, withLease, writeState, type UpdateOptions } from './update-state.ts';

export interface PrepareOptions extends CollectOptions, Site {
  readonly store: StateStore;
  /** Whether a build may have less than half of the known pages. Default false. */
  readonly allowShrink?: boolean | undefined;
  /** Which part of the build the domain shows, and where: `{ '/fr/': '/' }`. Default: all, where it is. */
  readonly mounts?: Mounts | undefined;
  /** Default `tag`. */
  readonly notFound?: NotFoundRefresh | undefined;
  /** How to weigh what a plan drops against what it takes. */
  readonly plan?: PlanOptions | undefined;
  readonly limits?: Partial<RefreshLimits> | undefined;
  readonly endpoint?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A build, and what to refresh for it. */
export interface PreparedDeploy {
  /** What the domain shows of the build, under its own paths. */
  readonly manifest: Manifest;
  readonly plan: Plan;
  /** The edge state that the plan was made from; `undefined` if there was none. */
  readonly before: StoredState | undefined;
  /** Why pages are in the plan. */
  readonly why: PlanWhy;
  /** What is not wrong and may yet surprise, one sentence each. */
  readonly warnings: readonly string[];
  /**
   * Makes it again, from another edge state.
   * @throws FreshtagError `OUTPUT_SHRUNK`, `OUTPUT_CHANGING`
   */
  readonly replan: (before: StoredState | undefined) => PreparedDeploy;
}

/** Files that freshtag keeps for one domain and environment. */
export interface DeployFiles {
  readonly state: string;
  readonly plan: string;
  readonly manifest: string;
  readonly nginx: string;
  /** Header configuration by kind of origin. Only those are written that were asked for. */
  readonly headers: Readonly<Record<OriginKind, string>>;
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
    nginx: join(folder, ORIGIN_FILES.nginx),
    headers: {
      nginx: join(folder, ORIGIN_FILES.nginx),
      caddy: join(folder, ORIGIN_FILES.caddy),
      netlify: join(folder, ORIGIN_FILES.netlify),
      json: join(folder, ORIGIN_FILES.json),
    },
  };
}

/**
 * Gathers and plans. Changes nothing.
 * @throws FreshtagError for an output folder, a tag or an edge state that cannot be used
 */
export async function prepareDeploy(options: PrepareOptions): Promise<PreparedDeploy> {
  const { domain, environment, store, mounts, signal } = options;
  // The state last: reading a large site takes most memory, which is free again afterwards.
  const { manifest: built, warnings } = await collectSite(options);
  const manifest = mounts === undefined ? built : mountManifest(built, mounts);
  const before = await readStoredState(store, { domain, environment }, { signal, built: manifest });
  const pathInBuild = mounts === undefined ? undefined : pathsInBuild(built, mounts);
  return planOn(before, { manifest, warnings, options: { ...options, pathInBuild } });
}

interface Gathered extends Pick<PreparedDeploy, 'manifest' | 'warnings'> {
  readonly options: PrepareOptions & ExplainOptions;
}

function planOn(before: StoredState | undefined, gathered: Gathered): PreparedDeploy {
  const { manifest, warnings, options } = gathered;
  const { domain, environment } = options;
  checkShrink(before?.state, manifest, options);
  const plan = planRefresh(
    before?.state,
    manifest,
    { domain, environment },
    planOptionsOf(options),
  );
  return {
    manifest,
    ...explainPlan(plan, before?.state, options),
    before,
    warnings,
    replan: (newer) => planOn(newer, gathered),
  };
}

/** Unless told otherwise a plan may refresh directories: what applies it can. */
function planOptionsOf(options: PrepareOptions): PlanRefreshOptions {
  const { plan, limits, endpoint, notFound, mounts } = options;
  const base = mounts === undefined ? options.base : folderOfMounts(mounts);
  return { directories: true, ...plan, limits, endpoint, base, notFound };
}

const DEFAULT_KINDS: readonly OriginKind[] = ['nginx'];

/** Saves what the origin must send, and the plan. */
export async function savePlan(
  files: DeployFiles,
  prepared: Pick<PreparedDeploy, 'manifest' | 'plan'>,
  kinds: readonly OriginKind[] = DEFAULT_KINDS,
): Promise<void> {
  await writeStoredFile(files.manifest, serializeManifest(prepared.manifest));
  for (const kind of kinds)
    await writeStoredFile(files.headers[kind], formatOrigin(kind, prepared.manifest));
  await writePlan(files.plan, prepared.plan);
}

/** Notes in the edge state that the build of a plan may go live from now on. To be done before the upload. */
export async function announceBuild(
  store: StateStore,
  plan: Plan,
  options: UpdateOptions = {},
): Promise<void> {
  await updateEdgeState(store, plan, (state) => expectBuild(state, plan), options);
}

export interface AnnounceOptions extends UpdateOptions {
  readonly files: DeployFiles;
  readonly store: StateStore;
  /** Origins whose header configuration is written. Default: nginx. */
  readonly headers?: readonly OriginKind[] | undefined;
}

const MOST_PLANS = 8;
const FIRST_WAIT_MS = 50;

/**
 * Saves a plan and announces its build. Where another deploy has changed the edge state since the
 * plan was made, it is made again: that deploy's pages may be stored too, and must be refreshed.
 *
 * @returns what was saved and announced
 * @throws FreshtagError `STATE_CONFLICT` when others change the state again and again; `OUTPUT_SHRUNK`
 *   for a build that lacks most of what another deploy has brought meanwhile
 */
export async function announceDeploy(
  first: PreparedDeploy,
  options: AnnounceOptions,
): Promise<PreparedDeploy> {
  const { files, store, clock = systemClock, signal } = options;
  return withLease(store, options, async () => {
    let prepared = first;
    for (let attempt = 1; ; attempt += 1) {
      await savePlan(files, prepared, options.headers);
      const { before, plan } = prepared;
      try {
        const state = expectBuild(before?.state, plan);
        await writeState(store, { before, state }, options);
        return prepared;
      } catch (error) {
        if (attempt === MOST_PLANS || !isFreshtagError(error, 'STATE_CONFLICT')) throw error;
      }
      await clock.sleep(Math.random() * FIRST_WAIT_MS * 2 ** attempt, signal);
      prepared = prepared.replan(await readStoredState(store, prepared.plan, { signal }));
    }
  });
}
