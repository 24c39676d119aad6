import type { ApplyResult, Plan } from '@freshtag/core/site';

import { describeFailure, type DomainOutcome } from '../domains.ts';
import { markdownText } from '../job-summary.ts';
import type { Outcome } from '../outcome.ts';
import { count, formatTable } from '../table.ts';

const MOST_LISTED = 20;

/** What an apply did for one domain. */
export function describeApply(result: ApplyResult): Outcome {
  const { pages, tags, directories, urls, calls, complete } = result;
  const certainty = complete ? 'complete' : 'settled: the cloud reported nothing of the tasks';
  const also = `${directories === 0 ? '' : ` and directories: ${directories}`}${urls === 0 ? '' : ` and URLs: ${urls}`}`;
  return {
    result: { dryRun: false, pages, tags, directories, urls, calls, complete },
    lines: [`${pages} pages refreshed by ${tags} tags${also} in ${calls} calls, ${certainty}`],
  };
}

/** What an apply would do for one domain. */
export interface DryRun {
  /** What is left of the plan. */
  readonly open: Plan;
  readonly tags: readonly string[];
  readonly directories: readonly string[];
  readonly urls: readonly string[];
  /** Calls that refresh the tags once. */
  readonly calls: number;
  readonly passes: number;
}

export function describeDryApply({
  open,
  tags,
  directories,
  urls,
  calls,
  passes,
}: DryRun): Outcome {
  const { pages } = open;
  const listed = formatTable(pages.slice(0, MOST_LISTED).map(({ reason, path }) => [reason, path]));
  const more = pages.length - listed.length;
  const objects = [...directories, ...urls];
  const also = objects.length === 0 ? '' : `, directories and URLs: ${objects.length}`;
  return {
    result: { dryRun: true, pages: pages.length, tags, directories, urls, calls, passes },
    lines: [
      ...listed,
      ...(more > 0 ? [`… and ${count(more, 'page')} more`] : []),
      `${count(pages.length, 'page')}: ${count(tags.length, 'tag')} in ${count(calls, 'call')}${also}; each in ${count(passes, 'pass').replace('passs', 'passes')}; nothing was sent`,
    ],
  };
}

/** A short summary for the page of a CI job. */
export function markdownOf(ended: readonly DomainOutcome[]): string {
  const failed = ended.filter(({ error }) => error !== undefined);
  const rows = ended.map(({ domain, outcome, error }) => {
    const { pages, tags, calls, complete } = { ...outcome?.result };
    const how = error === undefined ? (complete === true ? 'complete' : 'settled') : '**not done**';
    const figures = [pages, tags, calls].map((figure) =>
      typeof figure === 'number' ? String(figure) : '',
    );
    return `| ${[markdownText(domain), ...figures, how].join(' | ')} |`;
  });
  const reasons = failed.map(({ domain, error }) => {
    const { code, message } = describeFailure(error);
    return `- ${markdownText(`${domain}: ${code}: ${message}`)}`;
  });
  return [
    `### ${failed.length === 0 ? '✅' : '❌'} freshtag apply`,
    '',
    '| domain | pages | tags | calls | ended |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...(reasons.length === 0
      ? []
      : ['', ...reasons, '', 'What is open stays in the edge state: run it again.']),
    '',
  ].join('\n');
}
