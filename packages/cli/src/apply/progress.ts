import type { PassProgress } from '@freshtag/core';

import { printProgress } from '../output.ts';
import { isTerminal, startProgress, type Progress } from '../progress.ts';
import { count } from '../table.ts';

/** How far the domains of one apply are, on standard error. */
export interface ApplyProgress {
  /** What one domain tells; its lines name it where there are several. */
  of(domain: string): DomainProgress;
  stop(): void;
}

export interface DomainProgress {
  readonly onWaiting: (origin: string) => void;
  readonly onOrigin: (waiting: { readonly ready: number; readonly total: number }) => void;
  readonly onProgress: (progress: PassProgress) => void;
}

/** A bar on a terminal, over all domains; elsewhere a line for every step, each once. */
export async function startApplyProgress(domains: readonly string[]): Promise<ApplyProgress> {
  const { logOnce } = await import('@freshtag/core/site');
  const bar = isTerminal() ? await startProgress('apply') : undefined;
  const percents = new Map(domains.map((domain) => [domain, 0]));
  const name = (domain: string): string => (domains.length === 1 ? '' : `${domain}: `);
  return {
    of: (domain) => {
      let percent = 0;
      const tell = (line: string): void => {
        percents.set(domain, percent);
        if (bar === undefined) printProgress(name(domain) + line);
        else bar.update(meanOf(percents), name(domain) + line);
      };
      const logPass = logOnce(tell);
      return {
        onWaiting: (origin) => tell(`waiting until ${origin} serves the new build`),
        onOrigin: tellOrigin(bar, tell),
        onProgress: (progress) => {
          percent = percentOf(progress);
          logPass(progress);
        },
      };
    },
    stop: () => bar?.stop(),
  };
}

/** How many pages are there changes with every question: worth a bar, and of lines one when all are. */
function tellOrigin(
  bar: Progress | undefined,
  tell: (line: string) => void,
): DomainProgress['onOrigin'] {
  let told = -1;
  return ({ ready, total }) => {
    if (ready === told || (bar === undefined && ready < total)) return;
    told = ready;
    tell(`the origin serves ${ready} of ${count(total, 'page')} as built`);
  };
}

/** Share of the whole way, in percent: each pass is as long as any other, half of it calls. */
function percentOf(progress: PassProgress): number {
  const { pass, passes } = progress;
  return ((pass - 1 + shareOf(progress)) / passes) * 100;
}

function shareOf(progress: PassProgress): number {
  if (progress.step === 'pausing') return 0;
  if (progress.step === 'completing') return 0.5 + progress.percent / 200;
  const calls = progress.total === 0 ? 1 : progress.done / progress.total;
  // The first of several passes is over with its calls.
  return progress.pass === 1 && progress.passes > 1 ? calls : calls / 2;
}

function meanOf(percents: ReadonlyMap<string, number>): number {
  return [...percents.values()].reduce((sum, percent) => sum + percent, 0) / percents.size;
}
