import type { Dispatcher } from 'undici';

import type { PlannedPage } from '../plan/plan.ts';
import { digestOf } from '../site/manifest.ts';
import { readCacheTag } from '../tags/header.ts';

/** What the origin was seen to serve for a page of a plan. */
export interface Observation {
  readonly state: 'new' | 'old' | 'new-without-tags';
  /** What was seen, for the person who waits. */
  readonly detail: string;
}

export interface ObserveOptions {
  readonly origin: string;
  readonly domain: string;
  readonly dispatcher?: Dispatcher;
  readonly signal?: AbortSignal;
}

interface Seen {
  readonly status: number;
  readonly digest: string;
  readonly tags: readonly string[];
}

const ANSWER_TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 3;

/** Asks the origin for one page. An origin that cannot be asked counts as old. */
export async function observe(page: PlannedPage, options: ObserveOptions): Promise<Observation> {
  try {
    return judge(page, await fetchPage(page.path, options));
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    const { code = error.message } = error as NodeJS.ErrnoException;
    return { state: 'old', detail: `it cannot be reached: ${code}` };
  }
}

function judge({ path, stored, target }: PlannedPage, { status, digest, tags }: Seen): Observation {
  const detail = `HTTP ${status}`;
  if (target === null) {
    const isGone = status === 404 || status === 410 || (status >= 300 && status < 400);
    // A site of one page answers every path; what it answers must not be the removed page.
    const isAnother = status === 200 && stored !== null && digest !== stored;
    return { state: isGone || isAnother ? 'new' : 'old', detail };
  }
  const isErrorPage = status === 404 && path.endsWith('/404.html');
  if (status !== 200 && !isErrorPage) return { state: 'old', detail };
  if (digest !== target.digest) return { state: 'old', detail: `${detail}, another content` };
  if (target.tags.length === 0) return { state: 'new', detail };
  if (tags.length === 0) return { state: 'new-without-tags', detail };
  const hasAll = target.tags.every((tag) => tags.includes(tag));
  return { state: hasAll ? 'new' : 'old', detail: `${detail}, other tags` };
}

/** Follows an origin that shows `/about.html` as `/about`, not one that leads away. */
async function fetchPage(path: string, options: ObserveOptions): Promise<Seen> {
  const { request } = await import('undici');
  const { origin, domain, dispatcher } = options;
  let url = new URL(
    path
      .split('/')
      .map((part) => encodeURIComponent(part))
      .join('/'),
    origin,
  );
  for (let redirects = 0; ; redirects += 1) {
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const response = await request(url, {
      headers: { host: domain, 'cache-control': 'no-cache', accept: '*/*' },
      signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    const next = URL.parse(String(response.headers['location'] ?? ''), url.href);
    const isSamePage = next !== null && pageForm(next.pathname) === pageForm(url.pathname);
    if (response.statusCode >= 300 && isSamePage && redirects < MAX_REDIRECTS) {
      await response.body.dump();
      url = new URL(next.pathname, origin);
      continue;
    }
    const digest = digestOf(await response.body.bytes());
    const tags = readCacheTag(response.headers['cache-tag']);
    return { status: response.statusCode, digest, tags };
  }
}

function pageForm(path: string): string {
  return path.replace(/\/index\.html$/, '/').replace(/(.)(?:\/|\.html)$/, '$1');
}
