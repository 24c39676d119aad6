import { resolve } from 'node:path';

import { createDcdnClient } from '../dcdn/client.ts';
import { describePlan } from '../plan/plan.ts';
import { applyPlan } from './apply.ts';
import { detectMachine, planOnlyReason, type PlanOnlyReason } from './machine.ts';
import { checkBuildOptions, type BuildRefreshOptions } from './options.ts';
import type { PassProgress } from '../refresh/passes.ts';
import { announceBuild, deployFiles, openStore, prepareDeploy, savePlan } from './prepare.ts';

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
  if (planOnly === undefined) createDcdnClient({ ...options, profileFiles: false });
  return (build) => refreshBuild(options, build, planOnly);
}

async function refreshBuild(
  options: BuildRefreshOptions,
  build: FinishedBuild,
  planOnly: PlanOnlyReason,
): Promise<void> {
  const { log } = build;
  const site = {
    domain: options.domain.toLowerCase(),
    environment: options.environment ?? 'production',
  };
  const files = deployFiles(resolve(build.root, options.directory ?? '.freshtag'), site);
  const store = openStore(files, options.state);
  const prepared = await prepareDeploy({
    ...site,
    store,
    dir: build.dir,
    base: build.base,
    immutable: build.immutable,
    publicDir: build.publicDir,
    tags: options.tags,
  });
  const { plan } = prepared;
  await savePlan(files, prepared);
  log(describePlan(plan));
  if (planOnly !== undefined) {
    log(`${PLAN_ONLY[planOnly]} The plan is in ${files.plan}.`);
    return;
  }
  await announceBuild(store, plan);
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
  log(
    `${result.pages} pages refreshed by ${result.tags} tags in ${result.calls} calls, ${certainty}`,
  );
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
