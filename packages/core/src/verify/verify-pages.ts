import { FreshtagError, invalidOption } from '../errors.ts';
import { createAsker } from './asker.ts';
import { resolveOptions, type ResolvedOptions, type VerifyOptions } from './options.ts';
import type { Outcome, PageVerdict, Verdict } from './outcome.ts';
import { PAGE_GROUPS, parsePage, type PageToVerify } from './page.ts';
import { samplePages } from './sample.ts';
import { verifyPage } from './verify-page.ts';

/** What was seen of some pages. */
export interface Verification {
  /** In the order in which they had their verdicts. */
  readonly pages: readonly PageVerdict[];
  /** How many pages there were to choose from. */
  readonly of: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Whether every page that was looked at is fresh. Never of none. */
  readonly isFresh: boolean;
}

/**
 * Looks at pages as a visitor, at the edge and at the origin, and says of each whether the edge is
 * fresh, and why. It stores nothing, but a visit may have the edge fetch and store what it lacks, as
 * any visit does.
 *
 * @param pages paths as browsers ask for them, or URLs of the domain; see `pagesOfManifest`
 * @throws FreshtagError `INVALID_OPTION`, `NORMALIZER_FAILED`; the signal's reason. What cannot be asked is
 * an outcome.
 */
export async function verifyPages(
  pages: Iterable<string | PageToVerify>,
  options: VerifyOptions,
): Promise<Verification> {
  const resolved = resolveOptions(options);
  const chosen = choosePages(pages, resolved);
  const seen = await lookAtAll(chosen.sample, { resolved, onPage: options.onPage });
  return summarize(seen, chosen.of);
}

/** What some verdicts come to. */
export function summarize(pages: readonly PageVerdict[], of: number): Verification {
  const verdicts = { fresh: 0, stale: 0, unknown: 0 };
  const outcomes = {
    stale: 0,
    error: 0,
    unstable: 0,
    'too-large': 0,
    'missing-tags': 0,
    'not-cached': 0,
    fresh: 0,
  };
  for (const { verdict, outcome } of pages) {
    verdicts[verdict] += 1;
    outcomes[outcome] += 1;
  }
  const isFresh = pages.length > 0 && verdicts.fresh === pages.length;
  return { pages, of, verdicts, outcomes, isFresh };
}

/** The pages, each once, and those of them to look at. */
export function choosePages(
  pages: Iterable<string | PageToVerify>,
  { domain, sample, random }: Pick<ResolvedOptions, 'domain' | 'sample' | 'random'>,
): { readonly of: number; readonly sample: readonly string[] } {
  if (typeof pages === 'string') throw invalidOption('pages', pages, 'a list of paths');
  const byPath = new Map<string, PageToVerify>();
  for (const given of pages) {
    const page = typeof given === 'string' ? { path: given } : given;
    const path = parsePage(page.path, domain);
    if (page.group !== undefined && !PAGE_GROUPS.includes(page.group))
      throw invalidOption('pages.group', page.group, `one of ${PAGE_GROUPS.join(', ')}`);
    if (!byPath.has(path)) byPath.set(path, { ...page, path });
  }
  if (byPath.size === 0)
    throw new FreshtagError(
      'INVALID_OPTION',
      'There is no page to verify, and of no page it can be said that it is fresh. Name some.',
    );
  const chosen = samplePages([...byPath.values()], sample, random);
  return { of: byPath.size, sample: chosen.map(({ path }) => path) };
}

interface LookOptions {
  readonly resolved: ResolvedOptions;
  readonly onPage: VerifyOptions['onPage'];
  /** Asked before each page: whether there is no time for more. */
  readonly isOver?: () => boolean;
}

/** Looks at pages, some at a time. Only those are in the answer for which there was time. */
export async function lookAtAll(
  paths: readonly string[],
  { resolved, onPage, isOver }: LookOptions,
): Promise<PageVerdict[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(resolved.signal ? [resolved.signal] : [])]);
  const asker = createAsker({ ...resolved, signal });
  const seen: PageVerdict[] = [];
  const queue = paths.values();
  const worker = async (): Promise<void> => {
    for (const path of queue) {
      if (isOver?.() === true) return;
      const page = await verifyPage(path, { ...resolved, ask: asker.ask });
      signal.throwIfAborted();
      seen.push(page);
      onPage?.(page, { checked: seen.length, total: paths.length });
    }
  };
  // One that fails ends the others, and the connections end after all of them.
  const workers = Array.from({ length: resolved.concurrency }, () =>
    worker().catch((error: unknown) => stop.abort(error)),
  );
  await Promise.all(workers);
  await asker.close();
  signal.throwIfAborted();
  return seen;
}
