import type { Dispatcher } from 'undici';

import { systemClock, type Clock } from '../clock.ts';
import { FreshtagError, invalidOption } from '../errors.ts';
import type { Plan, PlannedPage } from '../plan/plan.ts';
import { observe, type Observation } from './observe-origin.ts';

export interface WaitForOriginOptions {
  /** URL of the origin itself, without path. */
  readonly origin: string;
  /** Longest wait, in milliseconds. Default 600,000. */
  readonly originTimeoutMs?: number | undefined;
  /** Time between two rounds of questions, in milliseconds. Default 2,000. */
  readonly pollIntervalMs?: number;
  readonly clock?: Clock;
  readonly dispatcher?: Dispatcher;
  readonly signal?: AbortSignal;
  readonly onProgress?:
    | ((waiting: { readonly ready: number; readonly total: number }) => void)
    | undefined;
}

const CONCURRENCY = 8;
const CLEAN_ROUNDS = 2;

/**
 * Asks the origin for the pages of a plan until it serves each as the new build has it, with its new
 * tags, twice in a row for all of them: an origin may be several machines of which one is late.
 *
 * @throws FreshtagError `INVALID_OPTION`, `ORIGIN_NOT_READY`, `ORIGIN_WITHOUT_TAGS`
 */
export async function waitForOrigin(plan: Plan, options: WaitForOriginOptions): Promise<void> {
  const { clock = systemClock, originTimeoutMs = 600_000, pollIntervalMs = 2000 } = options;
  const origin = checkOrigin(options.origin);
  const look = (page: PlannedPage): Promise<Observation> =>
    observe(page, { ...options, origin, domain: plan.domain });
  const pages = plan.pages.filter(
    ({ path, refresh, directories = [], urls = [] }) =>
      path.startsWith('/') && refresh.length + directories.length + urls.length > 0,
  );
  const deadlineMs = clock.now() + originTimeoutMs;
  let waiting: readonly PlannedPage[] = pages;
  for (let cleanRounds = 0; cleanRounds < CLEAN_ROUNDS;) {
    const asked = waiting;
    const seen = await mapConcurrently(asked, look);
    const late = asked.filter((_, index) => seen[index]?.state !== 'new');
    options.onProgress?.({ ready: pages.length - late.length, total: pages.length });
    const [first] = late;
    if (first === undefined) {
      cleanRounds += asked.length === pages.length ? 1 : 0;
      waiting = pages;
      continue;
    }
    if (clock.now() >= deadlineMs) throw notReady(origin, first, { count: late.length, seen });
    cleanRounds = 0;
    waiting = late;
    await clock.sleep(Math.min(pollIntervalMs, deadlineMs - clock.now()), options.signal);
  }
}

/** @throws FreshtagError `INVALID_OPTION` */
export function checkOrigin(origin: unknown): string {
  const url = typeof origin === 'string' ? URL.parse(origin) : null;
  const bare = url?.pathname === '/' && url.search + url.hash + url.username + url.password === '';
  if (bare && /^https?:$/.test(url.protocol)) return url.origin;
  throw invalidOption(
    'origin',
    origin,
    'the origin’s own address without path and user, like https://origin.example.com',
  );
}

function notReady(
  origin: string,
  page: PlannedPage,
  { count, seen }: { readonly count: number; readonly seen: readonly Observation[] },
): FreshtagError {
  const late = seen.find(({ state }) => state === 'old');
  if (late !== undefined) {
    return new FreshtagError(
      'ORIGIN_NOT_READY',
      `${origin} does not serve the new build: ${count} of the pages asked are not as built, the first is ${page.path} (${late.detail}). Nothing was refreshed. Check that the upload went to this origin, then run “freshtag apply”.`,
    );
  }
  return new FreshtagError(
    'ORIGIN_WITHOUT_TAGS',
    `${origin} serves the new build without its Cache-Tag headers (first ${page.path}), so a refresh by tag would reach nothing. Nothing was refreshed. Give the origin the written configuration (nginx.conf, or the Node handler with manifest.json), then run “freshtag apply”.`,
  );
}

async function mapConcurrently<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
}
