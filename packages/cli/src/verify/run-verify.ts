import type {
  PageVerdict,
  Verification,
  VerifyOptions,
  WatchEvent,
  WatchOptions,
} from '@freshtag/core/verify';

import { appendJobSummary } from '../job-summary.ts';
import { Interrupted, type Outcome } from '../outcome.ts';
import { startProgress, type Progress } from '../progress.ts';
import type { Session } from '../session.ts';
import { count } from '../table.ts';
import { markdownOf } from './markdown.ts';
import type { NamedPages } from './read-pages.ts';
import { describeVerification, sumUp, sumUpWindow, type Told } from './report.ts';

/** What `freshtag verify` was asked for, checked. */
export interface VerifyJob {
  readonly pages: NamedPages['pages'];
  readonly options: VerifyOptions;
  readonly seed: number;
  /** `undefined`: look once. */
  readonly until: Pick<WatchOptions, 'forMs' | 'intervalMs' | 'sinceMs'> | undefined;
  /** Names of the addresses at which the edge is asked. */
  readonly edges: readonly string[];
}

type Found = Pick<Told, 'verification' | 'watch'>;

/** Looks, tells how far it is, and what came out; what is known at an interruption too. */
export async function runVerify(job: VerifyJob, session: Session): Promise<Outcome> {
  const { summarize } = await import('@freshtag/core/verify');
  const newest = new Map<string, PageVerdict>();
  const { domain, origin } = job.options;
  const tell = async (found: Found): Promise<Outcome> => {
    const told = { domain, origin, edges: job.edges, seed: job.seed, ...found };
    await appendJobSummary(session.env, markdownOf(told));
    return describeVerification(told);
  };
  const progress = await startProgress('verify');
  try {
    const found = await (job.until === undefined
      ? lookOnce(job, progress, newest)
      : watch(job, progress, newest));
    return await tell(found);
  } catch (error) {
    if (!session.signal.aborted) throw error;
    const known = summarize([...newest.values()], newest.size);
    session.outcome = await tell({ verification: known, watch: undefined });
    throw new Interrupted(`Interrupted after ${count(newest.size, 'page')}: ${sumUp(known)}.`);
  } finally {
    progress.stop();
  }
}

async function lookOnce(
  { pages, options }: VerifyJob,
  progress: Progress,
  newest: Map<string, PageVerdict>,
): Promise<Found> {
  const { verifyPages } = await import('@freshtag/core/verify');
  let late = 0;
  const verification = await verifyPages(pages, {
    ...options,
    onPage: (page, { checked, total }) => {
      newest.set(page.path, page);
      late += page.verdict === 'fresh' ? 0 : 1;
      const text = `${checked} of ${count(total, 'page')}, ${late} not fresh`;
      progress.update((checked / total) * 100, text);
    },
  });
  return { verification, watch: undefined };
}

async function watch(
  { pages, options, until }: VerifyJob,
  progress: Progress,
  newest: Map<string, PageVerdict>,
): Promise<Found> {
  const { watchPages } = await import('@freshtag/core/verify');
  const onEvent = followWatch(progress, newest);
  const { verification, ...rest } = await watchPages(pages, { ...options, ...until, onEvent });
  return { verification, watch: rest };
}

/** The bar is the share of pages that are fresh; beside it stands the newest minute that is over. */
function followWatch(
  progress: Progress,
  newest: Map<string, PageVerdict>,
): (event: WatchEvent) => void {
  let minute = '';
  return (event) => {
    if (event.type === 'page') newest.set(event.page.path, event.page);
    if (event.type === 'window') minute = `; ${sumUpWindow(event.window)}`;
    if (event.type === 'round')
      progress.update(
        freshShareOf(event.verification),
        `round ${event.round}: ${sumUp(event.verification)}${minute}`,
      );
  };
}

/** In percent. */
function freshShareOf({ verdicts, pages }: Verification): number {
  return pages.length === 0 ? 0 : (verdicts.fresh / pages.length) * 100;
}
