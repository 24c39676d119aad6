import { findCover, type Cover } from '../src/plan/cover/cover.ts';
import type {
  CoverProblem,
  CoverSettings,
  Need,
  UnchangedPage,
} from '../src/plan/cover/problem.ts';
import { resolveCoverSettings } from '../src/plan/options.ts';

type Change = Partial<CoverSettings> & { readonly tagsPerCall?: number };

export function settingsFor({ tagsPerCall = 100, ...change }: Change): CoverSettings {
  const limits = { maxTagsPerCall: tagsPerCall };
  return { ...resolveCoverSettings({ limits }, 'www.example.com'), ...change };
}

export function coverOf(problem: Partial<CoverProblem>, change: Change = {}): Cover {
  return findCover({ needs: [], unchanged: [], forced: [], ...problem }, settingsFor(change));
}

/** So many needs, each with its own tag and these. */
export function needsOf(
  count: number,
  tags: (index: number) => readonly string[],
  prefix = '',
): Need[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `/${prefix}${index}/`,
    anyOf: [`page:/${prefix}${index}`, ...tags(index)],
  }));
}

export function unchangedOf(
  count: number,
  tags: (index: number) => readonly string[],
): UnchangedPage[] {
  return needsOf(count, tags, 'same-').map(({ path, anyOf }) => ({ path, tags: anyOf }));
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
