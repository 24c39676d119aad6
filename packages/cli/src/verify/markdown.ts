import { markdownText } from '../job-summary.ts';
import { notable, sumUp, sumUpWindow, type Told } from './report.ts';

const MOST_LISTED = 20;

/** A short summary of a verification for the page of a CI job. */
export function markdownOf({ domain, verification, watch }: Told): string {
  const listed = notable(verification.pages);
  const rows = listed
    .slice(0, MOST_LISTED)
    .map((page) => [page.path, page.outcome, page.reason].map(markdownText).join(' | '));
  const more = listed.length - rows.length;
  const windows = (watch?.windows ?? []).map((window) => `- ${markdownText(sumUpWindow(window))}`);
  const mark = verification.isFresh ? '✅' : verification.verdicts.stale > 0 ? '❌' : '❔';
  return [
    `### ${mark} freshtag verify ${markdownText(domain)}`,
    '',
    markdownText(sumUp(verification)),
    ...(rows.length === 0 ? [] : ['', '| page | outcome | why |', '| --- | --- | --- |']),
    ...rows.map((row) => `| ${row} |`),
    ...(more > 0 ? ['', `… and ${more} more`] : []),
    ...(windows.length === 0 ? [] : ['', ...windows]),
    '',
  ].join('\n');
}
