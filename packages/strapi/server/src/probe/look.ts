import { verifyPages, type PageVerdict } from '@freshtag/core/verify';
import type { Clock } from '@freshtag/core';

import type { ResolvedConfig, VerifyTarget } from '../config.ts';

/** Where it can be looked what the edge serves, by domain. */
export type VerifyTargets = ReadonlyMap<string, VerifyTarget>;

/** Questions that are asked at the same time, of all documents together. */
const CONCURRENCY = 4;
const TIMEOUT_MS = 10_000;

export function verifyTargetsOf({ targets }: Pick<ResolvedConfig, 'targets'>): VerifyTargets {
  return new Map(
    Object.values(targets).flatMap((target) => {
      if (target.kind !== 'dynamic' || target.verify === undefined) return [];
      const { verify, domain, domains = [] } = target;
      return (domain === undefined ? domains : [domain]).map((each) => [each, verify] as const);
    }),
  );
}

export function domainOf(url: string): string {
  return new URL(url).hostname;
}

/**
 * Asks the origin and the edge for each URL, a few at a time.
 * @returns by URL; nothing for one at a domain where it cannot be looked
 * @throws the signal's reason
 */
export async function lookAt(
  urls: readonly string[],
  {
    targets,
    clock,
    signal,
  }: Readonly<{ targets: VerifyTargets; clock: Clock; signal: AbortSignal }>,
): Promise<ReadonlyMap<string, PageVerdict>> {
  const verdicts = new Map<string, PageVerdict>();
  for (const [domain, { origin, edge }] of targets) {
    const own = urls.filter((url) => domainOf(url) === domain);
    if (own.length === 0) continue;
    const asking = { domain, origin, edge, clock, signal };
    const { pages } = await verifyPages(own, {
      ...asking,
      concurrency: CONCURRENCY,
      timeoutMs: TIMEOUT_MS,
    });
    const byPath = new Map(pages.map((page) => [page.path, page]));
    for (const url of own) {
      const { pathname, search } = new URL(url);
      const page = byPath.get(pathname + search);
      if (page !== undefined) verdicts.set(url, page);
    }
  }
  return verdicts;
}

/** What a problem begins with if the edge was seen to be old, rather than nothing was seen. */
export const STALE = 'The edge still serves an old copy of ';

/** Why it cannot be said that the edge serves what the origin does, for a person. */
export function problemOf(
  urls: readonly string[],
  verdicts: ReadonlyMap<string, PageVerdict>,
): string | undefined {
  const others = urls.filter((url) => verdicts.get(url)?.verdict !== 'fresh');
  const worst = others.find((url) => verdicts.get(url)?.verdict === 'stale') ?? others[0];
  if (worst === undefined) return undefined;
  const { verdict, reason = 'it was not asked for' } = verdicts.get(worst) ?? {};
  const more =
    others.length > 1
      ? ` ${others.length - 1} more of its pages are not known to be fresh either.`
      : '';
  return verdict === 'stale'
    ? `${STALE}${worst}: ${reason}.${more}`
    : `It is not known whether the edge serves the newest ${worst}: ${reason}.${more}`;
}
