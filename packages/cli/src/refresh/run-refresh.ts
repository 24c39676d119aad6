import type { Outcome } from '../outcome.ts';
import { readTags, type TagSources } from './read-tags.ts';
import { describeDryRun } from './report-dry-run.ts';
import { sendTags, type SendOptions } from './send-tags.ts';

/** What `freshtag refresh` was asked for, checked. */
export interface RefreshJob extends TagSources {
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly options: SendOptions;
}

/** Reads the tags, and shows or makes the calls. */
export async function runRefresh(job: RefreshJob): Promise<Outcome> {
  const tags = await readTags(job);
  if (job.dryRun) {
    const { planCalls } = await import('@freshtag/core');
    return describeDryRun(planCalls(tags, job.options));
  }
  return sendTags(tags, job.options, job);
}
