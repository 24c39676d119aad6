import type { Plan, StateStore } from '@freshtag/core/site';
import { resolve } from 'node:path';

import { Interrupted, type Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import { callOptionsOf, directoryOf, waitOptionsOf, type Settings } from '../settings/settings.ts';
import { openStoreOf } from '../settings/state-store.ts';
import type { DomainProgress } from './progress.ts';
import { describeApply, describeDryApply } from './report.ts';

/** What the domains of one `freshtag apply` have in common, checked. */
export interface ApplyJob {
  readonly settings: Settings;
  readonly session: Session;
  readonly environment: string;
  readonly endpoint: string;
  /** As given; `undefined`: that of the domain. */
  readonly planFile: string | undefined;
  /** Origin of each domain that is asked. */
  readonly origins: ReadonlyMap<string, string>;
  readonly originTimeoutMs: number;
}

/** Waits for the origin, refreshes, and brings the edge state of one domain up to date. */
export async function applyDomain(
  domain: string,
  job: ApplyJob,
  progress: DomainProgress,
): Promise<Outcome> {
  const { applyPlan } = await import('@freshtag/core/site');
  const { settings, endpoint, originTimeoutMs } = job;
  const { signal } = job.session;
  const { plan, store } = await open(domain, job);
  try {
    const result = await applyPlan(plan, {
      endpoint,
      store,
      origin: job.origins.get(domain),
      originTimeoutMs,
      ...callOptionsOf(settings),
      ...waitOptionsOf(settings),
      secondPassDelayMs: settings.secondPassDelayMs.value,
      edgeLayers: settings.edgeLayers.value,
      signal,
      ...progress,
    });
    return describeApply(result);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Interrupted(
      'Interrupted. What was not refreshed to the end stays in the edge state; run freshtag apply again.',
    );
  }
}

/** What an apply would still refresh; sends nothing and needs no key. */
export async function dryApply(domain: string, job: ApplyJob): Promise<Outcome> {
  const [core, site] = await Promise.all([import('@freshtag/core'), import('@freshtag/core/site')]);
  const { settings, endpoint, session } = job;
  const { plan, store } = await open(domain, job);
  const left = await site.openPlan(plan, { store, signal: session.signal });
  const tags = site.plannedTags(left);
  const { force, limits } = callOptionsOf(settings);
  const calls = core.planCalls(tags, { domain, force, limits, endpoint, includeOverflow: false });
  return describeDryApply({
    open: left,
    tags,
    directories: site.plannedDirectories(left),
    urls: site.plannedUrls(left),
    calls: calls.length,
    passes: settings.secondPassDelayMs.value === false ? 1 : 1 + settings.edgeLayers.value,
  });
}

async function open(
  domain: string,
  { settings, session, environment, planFile }: ApplyJob,
): Promise<{ readonly plan: Plan; readonly store: StateStore }> {
  const { deployFiles, readPlan } = await import('@freshtag/core/site');
  const where = { domain, environment };
  const files = deployFiles(directoryOf(settings, session.cwd), where);
  const plan = await readPlan(planFile === undefined ? files.plan : resolve(session.cwd, planFile));
  return { plan, store: await openStoreOf(settings, { files, where, session }) };
}
