import fc from 'fast-check';
import { describe, test } from 'vitest';

import { isBeyondLimits } from '../src/plan/cover/bound.ts';
import { buildInstance, type BuildOptions } from '../src/plan/cover/instance.ts';
import { createObjective, NOTHING } from '../src/plan/cover/objective.ts';
import { coverOf, createRandom, needsOf, settingsFor, unchangedOf } from './cover-support.ts';

const FREE: BuildOptions = {
  choice: { siteDirectory: undefined, avoided: undefined },
  weightOf: () => 1,
  maxOver: Infinity,
  forced: NOTHING,
};

describe('where tags or calls are limited, a cover', () => {
  const sections = 20;
  const site = {
    needs: needsOf(2000, (index) => [`section:${index % sections}`, 'all-pages']).map((need) => ({
      ...need,
      path: need.path.replace('/', `/${Number(/\d+/.exec(need.path)) % sections}/`),
    })),
    unchanged: unchangedOf(8000, (index) => [`section:${index % sections}`, 'all-pages']).map(
      (page, index) => ({ ...page, path: `/${index % 100}${page.path}` }),
    ),
  };

  test('is the cheapest as long as that keeps the limits', ({ expect }) => {
    const { summary } = coverOf(site, { maxCalls: 20, maxTags: 2000 });
    expect(summary).toMatchObject({ step: 'cheapest', calls: 20, tags: 2000, overPages: 0 });
    expect(summary.steps).toHaveLength(1);
  });

  test('takes tags that drop more, and no more of them than it must', ({ expect }) => {
    const { summary } = coverOf(site, { maxCalls: 19 });
    expect(summary).toMatchObject({ step: 'shared-tags', calls: 19, isWithinLimits: true });
    expect(summary.overPages).toBeLessThanOrEqual(2 * 400);
    expect(summary.steps.map(({ step }) => step)).toEqual(['cheapest', 'shared-tags']);
    expect(summary.steps[0]).toMatchObject({ calls: 20, isWithinLimits: false, overPages: 0 });
  });

  test('takes directories where these drop less than the tags', ({ expect }) => {
    const { summary, directories, hits } = coverOf(site, {
      maxCalls: 2,
      siteDirectory: '/',
    });
    // 80 unchanged pages each; the second call has room for the 100 own tags of one section.
    expect(summary).toMatchObject({ directories: 19, tags: 100, overPages: 19 * 80, calls: 2 });
    expect(summary).toMatchObject({ step: 'directories', isWithinLimits: true });
    const byDirectory = hits.flatMap(({ directory }) => directory ?? []);
    expect(new Set(byDirectory)).toEqual(new Set(directories));
    expect(byDirectory).toHaveLength(1900);
  });

  test.for([
    [{ maxCalls: 1 }, 'whole-site'],
    [{ maxTags: 500 }, 'whole-site'],
    [{ maxCalls: 60, maxTags: 6000 }, 'cheapest'],
    [{ maxCalls: 1, siteDirectory: '/' }, 'directories'],
  ] as const)(
    'of 60,000 pages that share tags two by two takes the step that keeps %j',
    ([limits, step], { expect }) => {
      const pairs = needsOf(60_000, (index) => [`pair:${index >> 1}`, `ten:${index % 6000}`]);
      const needs = pairs.map(({ path, anyOf }, index) => ({
        path: `/${index % 90}${path}`,
        anyOf: [...anyOf, 'all-pages'],
      }));
      const { summary } = coverOf({ needs, unchanged: site.unchanged }, limits);
      expect(summary).toMatchObject({ step, isWithinLimits: true });
    },
  );

  test('of many pages whose sections are dear takes them all the same where nothing else keeps one call', ({
    expect,
  }) => {
    const needs = needsOf(60_000, (index) => [`pair:${index >> 1}`, `section:${index % 20}`]);
    const { summary } = coverOf(
      { needs, unchanged: site.unchanged },
      { maxCalls: 1, weightOf: () => 1000 },
    );
    expect(summary).toMatchObject({ step: 'shared-tags', tags: 20, isWithinLimits: true });
  });

  test('is never given up where some choice keeps them', ({ expect }) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, maxTags) => {
        const random = createRandom(seed);
        const some = () => Array.from({ length: 2 }, () => `t:${Math.floor(random() ** 2 * 9)}`);
        const needs = needsOf(14, some);
        const limits = { maxTags, maxCalls: Math.ceil(maxTags / 3), tagsPerCall: 3 };
        const { step, isWithinLimits } = coverOf({ needs }, limits).summary;
        const { instance } = buildInstance(needs, [], FREE);
        const objective = createObjective(settingsFor(limits), Infinity);
        const isKept = step === 'cheapest' && isWithinLimits;
        expect(isKept && isBeyondLimits(instance, objective)).toBe(false);
      }),
    );
  });

  test('takes no directory unless it may', ({ expect }) => {
    const { summary } = coverOf(site, { maxCalls: 1, maxTags: 20 });
    expect(summary).toMatchObject({ step: 'shared-tags', directories: 0, tags: 20 });
  });

  test('drops the whole site where nothing else keeps them', ({ expect }) => {
    expect(coverOf(site, { maxTags: 19 })).toMatchObject({
      tags: ['all-pages'],
      summary: { step: 'whole-site', overPages: 8000, isWithinLimits: true },
    });
  });

  test('drops the site’s directory where not even the tag of all pages would do', ({ expect }) => {
    const unsettled = needsOf(500, () => []);
    const { summary, tags, directories } = coverOf(
      { needs: unsettled, unchanged: site.unchanged },
      { maxCalls: 1, maxTags: 2, siteDirectory: '/' },
    );
    expect({ tags, directories }).toEqual({ tags: [], directories: ['/'] });
    expect(summary).toMatchObject({ step: 'whole-site', overPages: 8000, isWithinLimits: true });
  });

  test('hits every page all the same where they cannot be kept, and says so', ({ expect }) => {
    const unsettled = needsOf(500, () => []);
    const { summary, tags } = coverOf({ needs: unsettled }, { maxTags: 2 });
    expect(tags).toHaveLength(500);
    expect(summary.isWithinLimits).toBe(false);
  });

  test('takes no directory for a page that is also served without its slash at the end', ({
    expect,
  }) => {
    const needs = [
      { path: '/blog/', anyOf: ['page:/blog'] },
      ...needsOf(300, () => [], 'blog/'),
      ...needsOf(1, () => [], 'about-'),
    ];
    const unchanged = unchangedOf(1000, () => []);
    const { tags, directories } = coverOf(
      { needs, unchanged },
      { maxCalls: 2, siteDirectory: '/' },
    );
    expect(directories).toEqual(['/blog/']);
    expect(tags).toEqual(['page:/about-0', 'page:/blog']);
  });
});
