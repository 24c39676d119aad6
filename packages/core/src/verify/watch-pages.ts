import { invalidOption } from '../errors.ts';
import { checkMilliseconds } from '../milliseconds.ts';
import { resolveOptions, type VerifyOptions } from './options.ts';
import type { PageVerdict } from './outcome.ts';
import type { PageToVerify } from './page.ts';
import { choosePages, lookAtAll, summarize, type Verification } from './verify-pages.ts';
import { createWindowCounter, type StaleWindow } from './windows.ts';

/** What happens while pages are watched. */
export type WatchEvent =
  /** A page has been looked at, once more. */
  | {
      readonly type: 'page';
      readonly round: number;
      readonly page: PageVerdict;
      readonly checked: number;
      readonly total: number;
    }
  /** All have been looked at, or those for which there was time. */
  | { readonly type: 'round'; readonly round: number; readonly verification: Verification }
  /** A minute is over. */
  | { readonly type: 'window'; readonly window: StaleWindow };

export interface WatchOptions extends Omit<VerifyOptions, 'onPage'> {
  /**
   * Longest time to watch, in milliseconds. A round that is under way then is cut short; else a last one
   * begins. The first is always whole. Default 600,000.
   */
  readonly forMs?: number | undefined;
  /** Time from the end of one round to the next, in milliseconds. Default 5,000. */
  readonly intervalMs?: number | undefined;
  /** When the refresh was, in milliseconds since the epoch: minutes count from it. Default: now. */
  readonly sinceMs?: number | undefined;
  readonly onEvent?: ((event: WatchEvent) => void) | undefined;
}

/** How watching ended. */
export interface Watch {
  /** The newest verdict on each page of the sample. */
  readonly verification: Verification;
  /** When all of them had been seen fresh in one round, in milliseconds since the epoch. */
  readonly freshAtMs: number | null;
  readonly rounds: number;
  /** Stale share of the answers, by the minute. */
  readonly windows: readonly StaleWindow[];
}

/**
 * Looks at the same pages again and again, until each is fresh at every address in one round, or the
 * time is over; or until two rounds say of all that is left that it cannot be compared. Each round asks
 * for all of them, so that the stale share is not one of the late pages alone, and a page that becomes
 * stale again is seen.
 *
 * @throws FreshtagError `INVALID_OPTION`; the signal's reason
 */
export async function watchPages(
  pages: Iterable<string | PageToVerify>,
  options: WatchOptions,
): Promise<Watch> {
  const { signal, clock, ...resolved } = resolveOptions(options);
  const times = resolveTimes(options, clock.now());
  const chosen = choosePages(pages, resolved);
  const newest = new Map<string, PageVerdict>();
  const counter = createWindowCounter(times.sinceMs);
  const tell = options.onEvent ?? ((): void => {});
  const tellWindows = (nowMs?: number): void => {
    for (const window of counter.takeEnded(nowMs)) tell({ type: 'window', window });
  };
  let wasHopeless = false;
  for (let round = 1; ; round += 1) {
    const mayBeCut = round > 1 && clock.now() < times.endMs;
    const seen = await lookAtAll(chosen.sample, {
      resolved: { ...resolved, clock, signal },
      isOver: () => mayBeCut && clock.now() >= times.endMs,
      onPage: (page, progress) => {
        newest.set(page.path, page);
        for (const sighting of page.sightings) counter.add(sighting);
        tell({ type: 'page', round, page, ...progress });
      },
    });
    const verification = summarize([...newest.values()], chosen.of);
    tell({ type: 'round', round, verification });
    const isWhole = seen.length === chosen.sample.length;
    const isFresh = isWhole && verification.isFresh;
    const isHopeless = isWhole && !isFresh && verification.pages.every(cannotBecomeFresh);
    if (isFresh || (isHopeless && wasHopeless) || clock.now() >= times.endMs) {
      tellWindows();
      const freshAtMs = isFresh ? clock.now() : null;
      return { verification, freshAtMs, rounds: round, windows: counter.list() };
    }
    wasHopeless = isHopeless;
    tellWindows(clock.now());
    await clock.sleep(Math.min(times.intervalMs, times.endMs - clock.now()), signal);
  }
}

/** There is nothing to wait for: what is not fresh has nothing to be compared with. */
function cannotBecomeFresh({ verdict, outcome }: PageVerdict): boolean {
  return verdict === 'fresh' || outcome === 'unstable' || outcome === 'too-large';
}

interface Times {
  readonly endMs: number;
  readonly intervalMs: number;
  readonly sinceMs: number;
}

function resolveTimes(options: WatchOptions, nowMs: number): Times {
  const { sinceMs = nowMs } = options;
  if (!Number.isFinite(sinceMs) || sinceMs < 0 || sinceMs > nowMs)
    throw invalidOption('sinceMs', sinceMs, 'a time that is over, in milliseconds since the epoch');
  return {
    sinceMs,
    endMs: nowMs + checkMilliseconds('forMs', options.forMs ?? 600_000),
    intervalMs: checkMilliseconds('intervalMs', options.intervalMs ?? 5000, { least: 1 }),
  };
}
