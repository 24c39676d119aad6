import type { Dispatcher } from 'undici';

import { systemClock, type Clock } from '../clock.ts';
import { FreshtagError, invalidOption } from '../errors.ts';
import type { Plan, PlannedPage } from '../plan/plan.ts';
import { digestOf } from '../site/manifest.ts';
import { readCacheTag } from '../tags/header.ts';

export interface WaitForOriginOptions {
  /** URL of the origin itself, without path. */
  readonly origin: string;
  /** Longest wait, in milliseconds. Default 600,000. */
  readonly originTimeoutMs?: number | undefined;
  /** Time between two rounds of questions, in milliseconds. Default 2,000. */
  readonly pollIntervalMs?: number;
  readonly clock?: Clock | undefined;
  readonly dispatcher?: Dispatcher;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (waiting: { readonly ready: number; readonly total: number }) => void;
}

const MAX_PAGES_ASKED = 200;
const CONCURRENCY = 8;
const ANSWER_TIMEOUT_MS = 30_000;

type Observation = 'new' | 'old' | 'new-without-tags';

/**
 * Asks the origin for the pages of a plan until it serves each as the new build has it, with its new
 * tags. Of a large plan, 200 pages spread over the whole are asked.
 *
 * @throws FreshtagError `INVALID_OPTION`, `ORIGIN_NOT_READY`, `ORIGIN_WITHOUT_TAGS`
 */
export async function waitForOrigin(plan: Plan, options: WaitForOriginOptions): Promise<void> {
  const { clock = systemClock, originTimeoutMs = 600_000, pollIntervalMs = 2000, signal } = options;
  const asked = spread(
    plan.pages.filter((page) => page.refresh.length > 0),
    MAX_PAGES_ASKED,
  );
  const origin = checkOrigin(options.origin);
  const deadlineMs = clock.now() + originTimeoutMs;
  let waiting = asked;
  let seen: readonly Observation[] = [];
  for (;;) {
    const pages = waiting;
    seen = await mapConcurrently(pages, (page) => observe(page, plan.domain, options));
    waiting = pages.filter((_, index) => seen[index] !== 'new');
    options.onProgress?.({ ready: asked.length - waiting.length, total: asked.length });
    const first = waiting[0];
    if (first === undefined) return;
    if (clock.now() >= deadlineMs)
      throw notReady(origin, first, waiting.length, seen.includes('old'));
    await clock.sleep(Math.min(pollIntervalMs, deadlineMs - clock.now()), signal);
  }
}

/** @throws FreshtagError `INVALID_OPTION` */
export function checkOrigin(origin: unknown): string {
  const url = typeof origin === 'string' ? URL.parse(origin) : null;
  const bare = url?.pathname === '/' && url.search === '' && url.username === '';
  if (bare && /^https?:$/.test(url.protocol)) return url.origin;
  throw invalidOption(
    'origin',
    origin,
    'the origin’s own address without path, like https://origin.example.com',
  );
}

async function observe(
  page: PlannedPage,
  domain: string,
  options: WaitForOriginOptions,
): Promise<Observation> {
  const { request } = await import('undici');
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  try {
    const response = await request(new URL(encodeURI(page.path), options.origin), {
      headers: { host: domain, 'cache-control': 'no-cache', accept: '*/*' },
      signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
      ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
    });
    const digest = digestOf(await response.body.bytes());
    if (page.target === null)
      return response.statusCode === 200 && digest === (page.stored ?? digest) ? 'old' : 'new';
    const isErrorPage = /\/404(\.html|\/)$/.test(page.path) && response.statusCode === 404;
    if (digest !== page.target.digest || (response.statusCode !== 200 && !isErrorPage))
      return 'old';
    const sent = readCacheTag(response.headers['cache-tag']);
    if (sent.length === 0) return 'new-without-tags';
    return page.target.tags.every((tag) => sent.includes(tag)) ? 'new' : 'old';
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof Error) return 'old';
    throw error;
  }
}

function notReady(origin: string, page: PlannedPage, count: number, old: boolean): FreshtagError {
  if (old) {
    return new FreshtagError(
      'ORIGIN_NOT_READY',
      `${origin} does not serve the new build: ${count} of the pages asked are not as built, the first is ${page.path}. Nothing was refreshed. Check that the upload went to this origin, then run “freshtag apply”.`,
    );
  }
  return new FreshtagError(
    'ORIGIN_WITHOUT_TAGS',
    `${origin} serves the new build without its Cache-Tag headers (first ${page.path}), so a refresh by tag would reach nothing. Nothing was refreshed. Give the origin the written configuration (nginx.conf, or the Node handler with manifest.json), then run “freshtag apply”.`,
  );
}

function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, index) => items[Math.floor((index * (items.length - 1)) / (most - 1))],
  ).filter((item) => item !== undefined);
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
