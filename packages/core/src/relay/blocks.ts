import type { Verdict } from './verdict.ts';

/** What a refusal has shown about calls that are still to be made. */
export interface Blocks {
  add(domain: string, verdict: Verdict): void;
  /** Why a call for this domain cannot pass now. It was not tried itself, so nothing counts as failed. */
  of(domain: string): Verdict | undefined;
}

/** @param known why nothing can pass from the start, if that is known */
export function createBlocks(known: Verdict | undefined): Blocks {
  let ofAll = known;
  const ofDomains = new Map<string, Verdict>();
  return {
    add: (domain, verdict) => {
      const untried = verdict.action === 'wait' ? { ...verdict, failed: false } : verdict;
      if (verdict.scope === 'all') ofAll ??= untried;
      if (verdict.scope === 'domain') ofDomains.set(domain, untried);
    },
    of: (domain) => ofAll ?? ofDomains.get(domain),
  };
}

/**
 * Runs work on every item, a few at a time, in order. When one fails, no more are begun; those under way
 * end first.
 * @throws the first failure
 */
export async function forEachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of waiting) {
      if (failures.length > 0) return;
      await run(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}

/** For `catch`: what was broken off on purpose has no result; everything else is thrown on. */
export function unlessAborted(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
