import fc from 'fast-check';
import { describe, test } from 'vitest';

import { DEFAULT_COSTS } from '../src/plan/cover/problem.ts';
import { dropped, leastCost, priceOf, unhit } from './cover-brute-force.ts';
import { coverOf, needsOf, unchangedOf } from './cover-support.ts';

const SHARED = ['a', 'b', 'c', 'd', 'e', 'f'];
const problemArbitrary = fc.record({
  changed: fc.array(
    fc.record({ shared: fc.subarray(SHARED), hasOwn: fc.boolean() }, { noNullPrototype: true }),
    { maxLength: 6 },
  ),
  same: fc.array(fc.record({ tags: fc.subarray(SHARED), weight: fc.integer({ min: 0, max: 4 }) }), {
    maxLength: 8,
  }),
  twins: fc.boolean(),
});
const rulesArbitrary = fc.record({
  costs: fc.constantFrom(
    { ...DEFAULT_COSTS },
    { page: 1, tag: 0.4, call: 0, directory: 1 },
    { page: 1, tag: 1, call: 3, directory: 1 },
    { page: 0, tag: 1, call: 1, directory: 1 },
    { page: 1, tag: 0, call: 0, directory: 1 },
  ),
  maxOverRefresh: fc.constantFrom(0, 0.01, 0.3, 1),
  tagsPerCall: fc.constantFrom(1, 2, 3, 100),
  maxTags: fc.constantFrom(Infinity, Infinity, 2, 3),
  maxCalls: fc.constantFrom(Infinity, Infinity, 1, 2),
});

type Generated = typeof problemArbitrary extends fc.Arbitrary<infer T> ? T : never;

function build({ changed, same, twins }: Generated) {
  const needs = changed.flatMap(({ shared, hasOwn }, index) => {
    const path = `/${index}/`;
    const anyOf = hasOwn || shared.length === 0 ? [`page:/${index}`, ...shared] : shared;
    return twins
      ? [
          { path, anyOf },
          { path, anyOf: anyOf.toReversed() },
        ]
      : [{ path, anyOf }];
  });
  const unchanged = same.map(({ tags }, index) => ({ path: `/same-${index}/`, tags }));
  const weights = new Map(same.map(({ weight }, index) => [`/same-${index}/`, weight]));
  return { needs, unchanged, weightOf: (path: string) => weights.get(path) ?? 1 };
}

describe('a cover of few pages', () => {
  test('costs what the cheapest of all sets of tags costs, and hits every page', ({ expect }) => {
    fc.assert(
      fc.property(problemArbitrary, rulesArbitrary, (generated, rules) => {
        const { weightOf, ...problem } = build(generated);
        const { tags, hits, summary } = coverOf(problem, { ...rules, weightOf });
        expect(unhit(problem.needs, tags)).toEqual([]);
        for (const [index, hit] of hits.entries()) {
          expect(problem.needs[index]?.anyOf).toContain(hit.tag);
          expect(tags).toContain(hit.tag);
        }
        const price = priceOf(problem, tags, { ...rules, weightOf });
        expect(summary.cost).toBeCloseTo(price.cost, 6);
        expect(summary.overWeight).toBeCloseTo(price.over, 6);
        expect(summary.overPages).toBe(dropped(problem.unchanged, tags).length);
        const least = leastCost(problem, { ...rules, weightOf });
        if (summary.step !== 'cheapest' || !summary.isWithinLimits) {
          expect(least).toBeUndefined();
          return;
        }
        expect(summary.method).toBe('exact');
        expect(summary.cost).toBeCloseTo(least ?? Number.NaN, 6);
        expect(summary.lowerBound).toBeCloseTo(least ?? Number.NaN, 6);
      }),
      { numRuns: 1500 },
    );
  });

  test('goes up the ladder only where no set of tags keeps the limits, and then to one that does', ({
    expect,
  }) => {
    fc.assert(
      fc.property(problemArbitrary, rulesArbitrary, (generated, rules) => {
        const { weightOf, ...problem } = build(generated);
        const { summary } = coverOf(problem, { ...rules, weightOf });
        const wide = leastCost(problem, { ...rules, weightOf, maxOverRefresh: 1 });
        if (summary.step !== 'cheapest') expect(summary.isWithinLimits).toBe(wide !== undefined);
        if (summary.isWithinLimits) {
          expect(summary.tags).toBeLessThanOrEqual(rules.maxTags);
          expect(summary.calls).toBeLessThanOrEqual(rules.maxCalls);
        }
      }),
      { numRuns: 600 },
    );
  });

  test('is the same whatever the order of a page’s tags', ({ expect }) => {
    fc.assert(
      fc.property(problemArbitrary, rulesArbitrary, (generated, rules) => {
        const { weightOf, ...problem } = build(generated);
        const first = coverOf(problem, { ...rules, weightOf });
        const second = coverOf(
          {
            needs: problem.needs.map((need) => ({ ...need, anyOf: need.anyOf.toReversed() })),
            unchanged: problem.unchanged.map((page) => ({
              ...page,
              tags: page.tags.toReversed(),
            })),
          },
          { ...rules, weightOf },
        );
        expect(second).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a cover', () => {
  test('of nothing is nothing', ({ expect }) => {
    expect(coverOf({ unchanged: unchangedOf(3, () => ['all']) })).toMatchObject({
      tags: [],
      hits: [],
      summary: { tags: 0, calls: 0, cost: 0, lowerBound: 0, method: 'exact', gap: 0 },
    });
  });

  test('of one page is its own tag', ({ expect }) => {
    const problem = { needs: needsOf(1, () => ['all']), unchanged: unchangedOf(3, () => ['all']) };
    expect(coverOf(problem).tags).toEqual(['page:/0']);
  });

  test('keeps to pages’ own tags while these fit into one call', ({ expect }) => {
    const needs = needsOf(100, () => ['news']);
    const unchanged = unchangedOf(900, (index) => (index < 2 ? ['news'] : []));
    const { tags, summary } = coverOf({ needs, unchanged });
    expect(tags).toHaveLength(100);
    expect(summary).toMatchObject({ calls: 1, overPages: 0 });
  });

  test('takes a shared tag that drops nothing else, also where it spares no call', ({ expect }) => {
    const needs = needsOf(3, () => ['news', 'all']);
    expect(coverOf({ needs, unchanged: unchangedOf(9, () => ['all']) }).tags).toEqual(['news']);
  });

  test('takes a shared tag that drops few others where it spares a call', ({ expect }) => {
    const needs = needsOf(101, () => ['news', 'all']);
    const unchanged = unchangedOf(1000, (index) => (index < 10 ? ['news', 'all'] : ['all']));
    const { tags, summary } = coverOf({ needs, unchanged });
    expect(tags).toEqual(['news']);
    expect(summary).toMatchObject({
      calls: 1,
      overPages: 10,
      overWeight: 10,
      cost: 1010.01,
      overSome: Array.from({ length: 10 }, (_, index) => `/same-${index}/`),
    });
  });

  test('never takes a shared tag that drops more than the part allowed', ({ expect }) => {
    const needs = needsOf(5000, () => ['news']);
    const unchanged = unchangedOf(1000, (index) => (index < 11 ? ['news'] : []));
    expect(coverOf({ needs, unchanged }).summary).toMatchObject({ tags: 5000, overPages: 0 });
    expect(coverOf({ needs, unchanged }, { maxOverRefresh: 0.011 }).tags).toEqual(['news']);
  });

  test('gives up shared tags again that drop pages and spare no call', ({ expect }) => {
    // Two of three sections would do to come down to one call; the third drops most.
    const needs = ['x', 'y', 'z'].flatMap((section) => needsOf(60, () => [section], section));
    const unchanged = unchangedOf(10_000, (index) => {
      if (index < 5) return ['x'];
      if (index < 15) return ['y'];
      return index < 35 ? ['z'] : [];
    });
    const { tags, summary } = coverOf({ needs, unchanged });
    expect(tags.filter((tag) => tag.length === 1)).toEqual(['x', 'y']);
    expect(summary).toMatchObject({ tags: 62, calls: 1, overPages: 15, method: 'exact' });
  });

  test('weighs unchanged pages as it is told', ({ expect }) => {
    const needs = needsOf(150, () => ['x', 'y']);
    const unchanged = unchangedOf(1000, (index) => (index === 0 ? ['x'] : index < 6 ? ['y'] : []));
    const weightOf = (path: string) => (path === '/same-0/' ? 7 : 1);
    expect(coverOf({ needs, unchanged }).tags).toEqual(['x']);
    expect(coverOf({ needs, unchanged }, { weightOf })).toMatchObject({
      tags: ['y'],
      summary: { overPages: 5, overWeight: 5 },
    });
  });

  test('refreshes what it is told to, and counts what that drops', ({ expect }) => {
    const needs = [...needsOf(2, () => ['all']), ...needsOf(1, () => [], 'other-')];
    const unchanged = unchangedOf(5, (index) => (index < 4 ? ['all'] : []));
    expect(coverOf({ needs, unchanged, forced: ['all'] })).toMatchObject({
      tags: ['all', 'page:/other-0'],
      hits: [{ tag: 'all' }, { tag: 'all' }, { tag: 'page:/other-0' }],
      summary: { tags: 2, overPages: 4 },
    });
  });

  test('counts calls as they will be made, long tags too', ({ expect }) => {
    const needs = needsOf(90, (index) => [`${'ü'.repeat(0)}page:/${'%'.repeat(100)}${index}`]);
    const onlyLong = needs.map(({ path, anyOf }) => ({ path, anyOf: anyOf.slice(1) }));
    expect(coverOf({ needs: onlyLong }).summary.calls).toBeGreaterThan(3);
    expect(coverOf({ needs }).summary.calls).toBe(1);
  });
});
