import { availableParallelism } from 'node:os';

import { findNameClashes } from './clashes.ts';
import {
  checkBase,
  checkUnchanged,
  createCollector,
  isHidden,
  sortPages,
  type CollectOptions,
} from './collect.ts';
import type { Manifest, ManifestPage } from './manifest.ts';
import { emptyOutput } from './output-errors.ts';
import { planShares, type Shares } from './shares.ts';
import { walkFolders, type Walked } from './walk.ts';

/** A built site, as it was read. */
export interface CollectedSite {
  readonly manifest: Manifest;
  /** What is not wrong and may yet surprise, one sentence each. */
  readonly warnings: readonly string[];
}

/** Below this, starting a thread costs more than it saves. */
const FILES_FOR_THREADS = 2000;
const MAX_THREADS = 4;

/**
 * As `collectManifest`, in several threads where the site is large enough for that, and with
 * warnings.
 */
export async function collectSite(options: CollectOptions): Promise<CollectedSite> {
  checkBase(options.base ?? '/');
  const startedMs = Date.now();
  const shares = planShares(options.dir, FILES_FOR_THREADS);
  const threads = Math.min(availableParallelism(), MAX_THREADS);
  // Functions cannot be sent to a thread.
  const hasFunctions = options.tags !== undefined || options.normalize?.page !== undefined;
  if (shares.folders.length === 0 || threads < 2 || hasFunctions)
    return finish(collectShares(options, { shares, startedMs }), shares, options);
  const { collectInThreads } = await import('./collect-threads.ts');
  const collected = await collectInThreads(options, { shares, startedMs, threads });
  // Whatever went wrong in a thread goes wrong here as well, with its own error.
  return finish(collected ?? collectShares(options, { shares, startedMs }), shares, options);
}

/** What one thread reads. */
export interface CollectedShare {
  readonly pages: ManifestPage[];
  readonly skipped: readonly string[];
}

export interface ShareOptions {
  readonly shares: Shares;
  readonly startedMs: number;
  /** Takes pages as soon as there are many. Default: they come with the rest at the end. */
  readonly onPages?: (pages: ManifestPage[]) => void;
}

/** Few, so that they are gone before the garbage collector takes them for what stays. */
const MANY_PAGES = 50;

/** Reads shares until none is left. Several threads may do so at once. */
export function collectShares(
  options: CollectOptions,
  { shares, startedMs, onPages }: ShareOptions,
): CollectedShare {
  const collector = createCollector(options, startedMs);
  let pages: ManifestPage[] = [];
  const skipped: string[] = [];
  for (let share = shares.take(); share !== undefined; share = shares.take()) {
    const walked: Walked = { files: [...share.files], skipped };
    walkFolders(options.dir, share.folders, walked);
    for (const file of walked.files) {
      if (!isHidden(file)) pages.push(collector.collect(file));
      if (onPages === undefined || pages.length < MANY_PAGES) continue;
      onPages(pages);
      pages = [];
    }
  }
  checkUnchanged(collector.recent);
  return { pages, skipped };
}

function finish(
  { pages, skipped }: CollectedShare,
  shares: Shares,
  { dir }: CollectOptions,
): CollectedSite {
  if (pages.length === 0) throw emptyOutput(dir);
  const manifest: Manifest = { version: 1, pages: sortPages(pages) };
  const left = describeSkipped([...shares.skipped, ...skipped].toSorted());
  return { manifest, warnings: [...findNameClashes(manifest.pages), ...left] };
}

function describeSkipped(skipped: readonly string[]): string[] {
  if (skipped.length === 0) return [];
  const shown = skipped.slice(0, 3).join(', ');
  return [
    `${skipped.length} entries of the folder of built pages are neither files nor folders and were left out, since no server shows them: ${shown}${skipped.length > 3 ? ', …' : ''}.`,
  ];
}
