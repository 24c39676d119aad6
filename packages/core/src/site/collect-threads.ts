import { on } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

import type { CollectOptions } from './collect.ts';
import { collectShares, type CollectedShare, type ShareOptions } from './collect-site.ts';
import type { ManifestPage } from './manifest.ts';
import { createShares, type Shares } from './shares.ts';

/** What a thread is given. */
export interface ThreadTask {
  readonly options: CollectOptions;
  readonly shares: Pick<Shares, 'files' | 'folders' | 'skipped' | 'counter'>;
  readonly startedMs: number;
}

interface ThreadsOptions extends ShareOptions {
  /** Threads beside this one, which only gathers what they send. */
  readonly threads: number;
}

/**
 * Reads a folder in several threads.
 * @returns `undefined` if that was not possible, or something in the folder is not as it should be
 */
export async function collectInThreads(
  options: CollectOptions,
  { shares, startedMs, threads }: ThreadsOptions,
): Promise<CollectedShare | undefined> {
  const { files, folders, counter } = shares;
  const task: ThreadTask = {
    options: dataOf(options),
    shares: { files, folders, skipped: [], counter },
    startedMs,
  };
  const workers: Worker[] = [];
  try {
    for (let count = 0; count < threads; count += 1) workers.push(startThread(task));
    const read = await Promise.all(workers.map(answerOf));
    return {
      pages: read.flatMap(({ pages }) => pages),
      skipped: read.flatMap((share) => share.skipped),
    };
  } catch {
    // Its error would name what it met first. Read anew in one thread, that is the same each time.
    counter[0] = 0;
    return undefined;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Who calls may have put anything beside the options, and functions cannot be sent. */
function dataOf(options: CollectOptions): CollectOptions {
  const { dir, base, normalize, immutable, publicDir, headerBudget } = options;
  const builtin = normalize?.builtin;
  return { dir, base, normalize: { builtin }, immutable, publicDir, headerBudget };
}

/** What a thread sends: pages, again and again, and at the end what else there is to tell. */
export interface ThreadMessage {
  /** Pages as JSON, which costs a third of what sending objects does. */
  readonly pages: string;
  readonly skipped: readonly string[];
  readonly isLast: boolean;
}

/** What a thread does, from its first line to its last. What it has sent it need not keep. */
export function runThread(
  { options, shares, startedMs }: ThreadTask,
  send: (message: ThreadMessage) => void,
): void {
  const { pages, skipped } = collectShares(options, {
    shares: createShares(shares, shares.counter),
    startedMs,
    onPages: (some) => send({ pages: JSON.stringify(some), skipped: [], isLast: false }),
  });
  send({ pages: JSON.stringify(pages), skipped, isLast: true });
}

/** Most of what a thread makes is garbage at once; with less room for it, it is only cleared more often. */
const YOUNG_GENERATION_MB = 8;

/** In the package as it is published, the thread's file lies beside all others. */
function startThread(task: ThreadTask): Worker {
  const isSource = extname(import.meta.url) === '.ts';
  const file = isSource ? '../collect-thread.ts' : './collect-thread.mjs';
  return new Worker(new URL(file, import.meta.url), {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
}

/** Its errors are thrown: `error` of the thread rejects whoever waits for messages. */
async function answerOf(worker: Worker): Promise<CollectedShare> {
  const pages: ManifestPage[] = [];
  const ended = new AbortController();
  worker.once('exit', () => ended.abort(new Error('The thread ended before its work.')));
  for await (const [message] of on(worker, 'message', { signal: ended.signal })) {
    const { pages: some, skipped, isLast }: ThreadMessage = message;
    const parsed: readonly ManifestPage[] = JSON.parse(some);
    for (const page of parsed) pages.push(page);
    if (isLast) return { pages, skipped };
  }
  throw ended.signal.reason;
}
