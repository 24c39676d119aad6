import type { PageVerdict, Verification, Watch } from '@freshtag/core/verify';

import type { Outcome } from '../outcome.ts';
import { count, formatTable } from '../table.ts';

/** What is told of a verification. */
export interface Told {
  readonly domain: string;
  readonly origin: string;
  /** Names of the addresses at which the edge was asked. */
  readonly edges: readonly string[];
  readonly seed: number;
  readonly verification: Verification;
  readonly watch: Omit<Watch, 'verification'> | undefined;
}

const MOST_LISTED = 30;

/** What was found; with an error beside it unless all is fresh. */
export async function describeVerification(told: Told): Promise<Outcome> {
  const { verification, watch, ...asked } = told;
  const { pages, of, verdicts, outcomes } = verification;
  return {
    result: {
      ...asked,
      checked: pages.length,
      of,
      verdicts,
      outcomes,
      pages: notable(pages),
      ...(watch === undefined ? {} : { watch }),
    },
    lines: linesOf(told),
    error: await failureOf(told),
  };
}

/** Of the others there is nothing to tell. */
export function notable(pages: readonly PageVerdict[]): PageVerdict[] {
  const rank = { stale: 0, unknown: 1, fresh: 2 } as const;
  return pages
    .filter(({ verdict, outcome }) => verdict !== 'fresh' || outcome === 'missing-tags')
    .toSorted((a, b) => rank[a.verdict] - rank[b.verdict] || (a.path < b.path ? -1 : 1));
}

/** `98 of 100 pages fresh, 2 stale (a sample of 603)`. */
export function sumUp({ pages, of, verdicts }: Verification): string {
  const rest = (['stale', 'unknown'] as const)
    .filter((verdict) => verdicts[verdict] > 0)
    .map((verdict) => `, ${verdicts[verdict]} ${verdict}`);
  const sample = of > pages.length ? ` (looked at ${pages.length} of ${of})` : '';
  return `${verdicts.fresh} of ${count(pages.length, 'page')} fresh${rest.join('')}${sample}`;
}

/** `minute 3: 12.5 % stale of 80 answers`. */
export function sumUpWindow({ minute, answers, staleRate }: Watch['windows'][number]): string {
  const known = answers.fresh + answers.stale;
  const rate = staleRate === null ? 'no answer' : `${formatPercent(staleRate)} stale`;
  const unknown = answers.unknown > 0 ? `, ${answers.unknown} unknown` : '';
  return `minute ${minute + 1}: ${rate} of ${count(known, 'answer')}${unknown}`;
}

function formatPercent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

function* linesOf({ domain, verification, watch }: Told): Iterable<string> {
  const listed = notable(verification.pages);
  yield* formatTable(
    listed.slice(0, MOST_LISTED).map(({ outcome, path, reason }) => [outcome, path, reason]),
    [12, 32],
  );
  if (listed.length > MOST_LISTED) yield `… and ${listed.length - MOST_LISTED} more (--json)`;
  for (const window of watch?.windows ?? []) yield sumUpWindow(window);
  const tags = verification.outcomes['missing-tags'];
  if (tags > 0)
    yield `${count(tags, 'page')} without the origin’s tags: a refresh by tag may not reach them`;
  const notCached = verification.outcomes['not-cached'];
  const remark = notCached > 0 ? `; ${notCached} not from a stored copy` : '';
  yield `${domain}: ${sumUp(verification)}${remark}`;
}

async function failureOf({ domain, verification, watch }: Told): Promise<Error | undefined> {
  if (verification.isFresh) return undefined;
  const { FreshtagError } = await import('@freshtag/core');
  const { pages, verdicts } = verification;
  const [worst] = notable(pages);
  const first = worst === undefined ? '' : ` First ${worst.path}: ${worst.reason}.`;
  const still = watch === undefined ? '' : ` after ${count(watch.rounds, 'round')}`;
  const remedy =
    watch === undefined
      ? 'Refresh them; if you just did, wait with --until-fresh.'
      : 'Refresh them; if you did, see whether that is complete.';
  if (verdicts.stale > 0)
    return new FreshtagError(
      'EDGE_STALE',
      `${domain} shows ${count(verdicts.stale, 'page')} of ${pages.length} stale${still}.${first} ${remedy}`,
      { recovery: 'retry' },
    );
  return new FreshtagError(
    'NOT_VERIFIED',
    `Of ${count(verdicts.unknown, 'page')} of ${pages.length} it cannot be told whether ${domain} is fresh${still}.${first}`,
    { recovery: 'retry' },
  );
}
