import { randomUUID } from 'node:crypto';

import type { Dispatcher } from 'undici';

import type { PlannedPage } from '../plan/plan.ts';
import { digestPage, normalizersOf } from '../site/digest.ts';
import { digestOf } from '../site/manifest.ts';
import { BUILTIN_NORMALIZERS, resolveNormalizers } from '../site/normalize/options.ts';
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
  readonly content: Buffer;
  readonly tags: readonly string[];
}

const ANSWER_TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 3;

/** Asks the origin for one page. An origin that cannot be asked counts as old. */
export async function observe(page: PlannedPage, options: ObserveOptions): Promise<Observation> {
  try {
    const seen = await fetchPage(page.path, options);
    const observed = judge(page, seen);
    const isOpen = page.target === null && seen.status === 200 && observed.state === 'old';
    return isOpen && (await isForEveryPath(seen, page.path, options))
      ? { ...observed, state: 'new' }
      : observed;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    const { code = error.message } = error as NodeJS.ErrnoException;
    return { state: 'old', detail: `it cannot be reached: ${code}` };
  }
}

/** Whether the origin answers the same where there never was a page, as that of a site of one page does. */
async function isForEveryPath(
  { content }: Seen,
  path: string,
  options: ObserveOptions,
): Promise<boolean> {
  const nowhere = path.replace(/[^/]+?(\.[^./]+|\/)?$/, `freshtag-${randomUUID()}$1`);
  if (nowhere === path) return false;
  const other = await fetchPage(nowhere, options);
  return other.status === 200 && other.content.equals(content);
}

function judge(
  { path, stored, target }: PlannedPage,
  { status, content, tags }: Seen,
): Observation {
  const detail = `HTTP ${status}`;
  if (target === null) {
    const isGone = status === 404 || status === 410 || (status >= 300 && status < 400);
    // A site of one page answers every path; what it answers must not be the removed page.
    const isAnother = status === 200 && stored !== null && isOther(content, { path, stored });
    return { state: isGone || isAnother ? 'new' : 'old', detail };
  }
  const isErrorPage = status === 404 && path.endsWith('/404.html');
  if (status !== 200 && !isErrorPage) return { state: 'old', detail };
  // The origin serves the bytes that were built, noise and all.
  if (digestOf(content) !== (target.bytes ?? target.digest))
    return { state: 'old', detail: `${detail}, another content` };
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
    const content = Buffer.from(await response.body.bytes());
    const tags = readCacheTag(response.headers['cache-tag']);
    return { status: response.statusCode, content, tags };
  }
}

/** Whether this is surely not the page whose digest is stored, whatever noise there is in it now. */
function isOther(
  content: Buffer,
  { path, stored }: { readonly path: string; readonly stored: string },
): boolean {
  const applied = normalizersOf(stored).map((name) => name.split('@', 1)[0]);
  const builtin = BUILTIN_NORMALIZERS.filter((name) => applied.includes(name));
  // The site's own normaliser is not at hand here.
  if (builtin.length < applied.length) return false;
  return digestPage(content, { path }, resolveNormalizers({ builtin })).digest !== stored;
}

function pageForm(path: string): string {
  return path.replace(/\/index\.html$/, '/').replace(/(.)(?:\/|\.html)$/, '$1');
}
