import { resolve } from 'node:path';

import { createDcdnClient } from '../dcdn/client.ts';
import { isFreshtagError } from '../errors.ts';
import { describePlan, describeSteps } from '../plan/describe.ts';
import { describeCommonWhy } from '../plan/describe-why.ts';
import { openStateStore } from '../site/stores/open.ts';
import type { StateStore } from '../site/stores/store.ts';
import { applyPlan } from './apply.ts';
import { detectMachine, planOnlyReason, stateWarning, type PlanOnlyReason } from './machine.ts';
import { checkBuildOptions, type BuildRefreshOptions } from './options.ts';
import type { PassProgress } from '../refresh/passes.ts';
import {
  announceDeploy,
  deployFiles,
  prepareDeploy,
  savePlan,
  type DeployFiles,
} from './prepare.ts';

/** What a build tool knows of its build. */
export interface FinishedBuild {
  /** Folder of the built site. */
  readonly dir: string;
  /** URL path under which it is served. */
  readonly base: string;
  /** Folders, relative to `dir`, of files with a hash in their name. */
  readonly immutable: readonly string[];
  /** Folder whose files are copied into `dir` as they are. */
  readonly publicDir?: string;
  /** Where relative paths in the options start. */
  readonly root: string;
  /** Tells the person who builds; one line a call. */
  readonly log: (line: string) => void;
}

/** What the integrations call when a build has ended well. */
export type AfterBuild = (build: FinishedBuild) => Promise<void>;

/**
 * Checks the options of a build integration at its start.
 *
 * @returns what to call when the build has ended well: plans, saves, deploys, waits for the origin,
 *   refreshes. Outside CI, and for pull requests, it only plans.
 * @throws FreshtagError `INVALID_OPTION`, `NO_CREDENTIALS` where it will have to call
 */
export function createAfterBuild(options: BuildRefreshOptions): AfterBuild {
  checkBuildOptions(options);
  const planOnly = planOnlyReason(options, detectMachine());
  if (planOnly === undefined) {
    createDcdnClient({ ...options, profileFiles: false });
    openSite(options, process.cwd());
  }
  return (build) => refreshBuild(options, build, planOnly);
}

async function refreshBuild(
  options: BuildRefreshOptions,
  build: FinishedBuild,
  planOnly: PlanOnlyReason,
): Promise<void> {
  const { log } = build;
  if (planOnly !== undefined) {
    await planBuild(options, build, planOnly);
    return;
  }
  const { files, store, prepare } = openSite(options, build.root);
  const prepared = await prepare(build);
  const warning = stateWarning(detectMachine(), store, { isFound: prepared.before !== undefined });
  if (warning !== undefined) log(warning);
  const { plan } = await announceDeploy(prepared, {
    files,
    store,
    clock: options.clock,
    headers: options.headers,
  });
  for (const line of [...prepared.warnings, ...describeCommonWhy(prepared.why)]) log(line);
  for (const line of [...describeSteps(plan), describePlan(plan)]) log(line);
  await options.deploy?.({ dir: build.dir, files, plan });
  const result = await applyPlan(plan, {
    ...options,
    profileFiles: false,
    store,
    onWaiting: (origin) => log(`waiting until ${origin} serves the new build`),
    onProgress: logOnce(log),
  });
  const certainty = result.complete
    ? 'complete'
    : 'settled (the cloud reported nothing of the tasks)';
  const also = result.directories === 0 ? '' : ` and directories: ${result.directories}`;
  log(
    `${result.pages} pages refreshed by ${result.tags} tags${also} in ${result.calls} calls, ${certainty}`,
  );
}

/** A developer who may not read the edge state can build all the same. */
async function planBuild(
  options: BuildRefreshOptions,
  build: FinishedBuild,
  reason: NonNullable<PlanOnlyReason>,
): Promise<void> {
  const { log } = build;
  try {
    const { files, prepare } = openSite(options, build.root);
    const prepared = await prepare(build);
    await savePlan(files, prepared, options.headers);
    for (const line of [...prepared.warnings, ...describeCommonWhy(prepared.why)]) log(line);
    for (const line of [...describeSteps(prepared.plan), describePlan(prepared.plan)]) log(line);
    log(`${PLAN_ONLY[reason]} The plan is in ${files.plan}.`);
  } catch (error) {
    const isOutOfReach = OUT_OF_REACH.some((code) => isFreshtagError(error, code));
    if (!isOutOfReach || !(error instanceof Error)) throw error;
    log(`Nothing was planned: ${error.message}`);
  }
}

const OUT_OF_REACH = ['NO_CREDENTIALS', 'STATE_UNAVAILABLE', 'STATE_REFUSED'] as const;

interface OpenSite {
  readonly files: DeployFiles;
  readonly store: StateStore;
  readonly prepare: (build: FinishedBuild) => ReturnType<typeof prepareDeploy>;
}

function openSite(options: BuildRefreshOptions, root: string): OpenSite {
  const site = {
    domain: options.domain.toLowerCase(),
    environment: options.environment ?? 'production',
  };
  const files = deployFiles(resolve(root, options.directory ?? '.freshtag'), site);
  const { FRESHTAG_STATE: variable = '' } = process.env;
  const given = options.state ?? (variable === '' ? files.state : variable);
  const store = openStateStore(given, {
    ...site,
    cwd: root,
    credentials: options.credentials,
    profileFiles: false,
    clock: options.clock,
  });
  const prepare: OpenSite['prepare'] = ({ dir, base, immutable, publicDir }) =>
    prepareDeploy({
      ...site,
      store,
      dir,
      base,
      immutable,
      publicDir,
      tags: options.tags,
      plan: options.plan,
      limits: options.limits,
      endpoint: options.endpoint,
      normalize: options.normalize,
      allowShrink: options.allowShrink,
      notFound: options.notFound,
      mounts: options.mounts,
    });
  return { files, store, prepare };
}

const PLAN_ONLY: Readonly<Record<NonNullable<PlanOnlyReason>, string>> = {
  asked: 'Only planned, as asked.',
  'outside-ci':
    'Only planned, since this is not CI; refresh: "always" or FRESHTAG_REFRESH=always would refresh from here.',
  'pull-request':
    'Only planned, since this is a pull request; give it an environment and a domain of its own to refresh them.',
};

/** Tells of progress in lines for people, each once. */
export function logOnce(log: (line: string) => void): (progress: PassProgress) => void {
  let last = '';
  return (progress) => {
    const line = describeProgress(progress);
    if (line !== last) log(line);
    last = line;
  };
}

/** One line for people, such as `pass 2 of 3: call 4 of 7`. */
function describeProgress(progress: PassProgress): string {
  const pass = `pass ${progress.pass} of ${progress.passes}`;
  if (progress.step === 'calling') return `${pass}: call ${progress.done} of ${progress.total}`;
  if (progress.step === 'pausing') return `${pass} in ${Math.round(progress.delayMs / 1000)} s`;
  return `${pass}: ${progress.percent} % complete`;
}
