import fc from 'fast-check';
import { describe, test } from 'vitest';

import type { Cover } from '../src/plan/cover/cover.ts';
import type { Need, UnchangedPage } from '../src/plan/cover/problem.ts';
import { dropped, unhit } from './cover-brute-force.ts';
import { coverOf, createRandom, needsOf, unchangedOf } from './cover-support.ts';

interface Chance {
  readonly needs: readonly Need[];
  readonly unchanged: readonly UnchangedPage[];
  readonly cover: Cover;
}

describe('a cover of many pages', () => {
  const seconds = (work: () => unknown): number => {
    const startedAtMs = performance.now();
    work();
    return (performance.now() - startedAtMs) / 1000;
  };

  /** Pages that share tags by chance, few of them often. */
  const coverByChance = (seed: number): Chance => {
    const random = createRandom(seed);
    const tagsOf = (): readonly string[] =>
      Array.from({ length: 3 }, () => `t:${Math.floor(random() ** 3 * 300)}`);
    const needs = needsOf(800, tagsOf);
    const unchanged = unchangedOf(3000, tagsOf);
    return { needs, unchanged, cover: coverOf({ needs, unchanged }) };
  };

  test('hits all, drops no more than allowed, and costs no less than its bound', ({ expect }) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { needs, unchanged, cover } = coverByChance(seed);
        const { tags, summary } = cover;
        expect(unhit(needs, tags)).toEqual([]);
        expect(dropped(unchanged, tags)).toHaveLength(summary.overPages);
        expect(summary.overPages).toBeLessThanOrEqual(30);
        expect(summary.cost).toBeGreaterThanOrEqual(summary.lowerBound);
        expect(summary.gap).toBeCloseTo(summary.cost / summary.lowerBound - 1);
      }),
      { numRuns: 10 },
    );
  });

  // How far the bound is from the cost depends on the pages: of these it is known.
  test.for([1, 2, 3])(
    'knows a bound that is half of its cost, for pages %i',
    (seed, { expect }) => {
      expect(coverByChance(seed).cover.summary.gap).toBeLessThan(1);
    },
  );

  test('is one tag where 10,000 share it and nothing else has it', ({ expect }) => {
    const needs = needsOf(10_000, () => ['all-pages']);
    const { tags, summary } = coverOf({ needs, unchanged: unchangedOf(10_000, () => []) });
    expect(tags).toEqual(['all-pages']);
    expect(summary).toMatchObject({ method: 'exact', calls: 1, overPages: 0 });
  });

  test.for([
    [
      'a chain, each page sharing a tag with the next',
      (index: number) => [`c:${index}`, `c:${index + 1}`],
    ],
    [
      '1,000 tags a page',
      (index: number) =>
        Array.from({ length: 1000 }, (_, tag) => `t:${(index * 7 + tag * 13) % 5000}`),
    ],
    [
      'tags that halve the pages again and again',
      (index: number) => Array.from({ length: 12 }, (_, bit) => `b:${bit}:${index >> bit}`),
    ],
    [
      'a grid of rows and columns',
      (index: number) => [`row:${index % 40}`, `column:${Math.floor(index / 40)}`],
    ],
    ['the same tags twice', () => ['twice', 'twice', 'all', 'all']],
  ] as const)('is found in bounded time for %s', ([, tagsOf], { expect }) => {
    const needs = needsOf(1600, tagsOf);
    const unchanged = unchangedOf(1600, (index) => (index % 2 === 0 ? tagsOf(index) : []));
    let cover: Cover | undefined;
    expect(seconds(() => (cover = coverOf({ needs, unchanged })))).toBeLessThan(10);
    expect(unhit(needs, cover?.tags ?? [])).toEqual([]);
    expect(cover?.summary.overPages).toBeLessThanOrEqual(16);
  });

  test('says by how much it may be above the cheapest where it cannot know', ({ expect }) => {
    const random = createRandom(7);
    const tagsOf = () => Array.from({ length: 4 }, () => `t:${Math.floor(random() * 600)}`);
    const needs = needsOf(1500, tagsOf);
    const unchanged = unchangedOf(30_000, tagsOf);
    const costs = { page: 1, tag: 50, call: 0, directory: 0 };
    const { summary } = coverOf({ needs, unchanged }, { costs, maxOverRefresh: 1 });
    expect(summary.method).toBe('greedy');
    expect(summary.gap).toBeGreaterThan(0);
    expect(summary.gap).toBeCloseTo(summary.cost / summary.lowerBound - 1);
  });
});
