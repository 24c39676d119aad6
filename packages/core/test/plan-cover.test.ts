import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, test } from 'vitest';

import {
  describePage,
  describePlan,
  describeSteps,
  expectBuild,
  plannedDirectories,
  plannedTags,
  planRefresh,
  readPlan,
  settlePages,
  writePlan,
  type EdgeState,
  type Manifest,
  type Plan,
  type PlanRefreshOptions,
} from '@freshtag/core/site';
import { temporaryFolder } from './temporary-folder.ts';

const site = { domain: 'www.example.com', environment: 'production' };

/** Ten sections of so many pages each; the digest says which version each is. */
function buildOf(
  pagesASection: number,
  versionOf: (section: number, page: number) => string,
): Manifest {
  const pages = Array.from({ length: 10 }, (_section, section) =>
    Array.from({ length: pagesASection }, (_page, page) => ({
      path: `/s${section}/${page}/`,
      digest: versionOf(section, page),
      tags: ['all-pages', `page:/s${section}/${page}`, `section:${section}`],
    })),
  ).flat();
  return { version: 1, pages: pages.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function settled(state: EdgeState | undefined, plan: Plan): EdgeState {
  return settlePages(expectBuild(state, plan), plan, {
    tags: new Set(plannedTags(plan)),
    directories: new Set(plannedDirectories(plan)),
  });
}

function deployed(manifest: Manifest): EdgeState {
  return settled(undefined, planRefresh(undefined, manifest, site));
}

const before = deployed(buildOf(100, () => '1'));
/** Nearly all of two sections, and a page here and there. */
const after = buildOf(100, (section, page) =>
  (section < 2 && page >= 3) || page === 50 ? '2' : '1',
);
const planWith = (options: PlanRefreshOptions = {}): Plan =>
  planRefresh(before, after, site, options);

describe('a plan of many pages', () => {
  test('takes half the calls or less, and drops no more than one unchanged page in a hundred', ({
    expect,
  }) => {
    const { cover, pages, unchanged } = planWith();
    expect(pages).toHaveLength(202);
    expect(cover).toMatchObject({
      step: 'cheapest',
      tags: 10,
      calls: 1,
      overPages: 6,
      overSome: ['/s0/0/', '/s0/1/', '/s0/2/', '/s1/0/', '/s1/1/', '/s1/2/'],
      oneTagAPage: { tags: 202, calls: 3 },
      method: 'exact',
    });
    expect(6 / unchanged).toBeLessThanOrEqual(0.01);
  });

  test('says in one line what it takes, what it drops and what it costs', ({ expect }) => {
    expect(describePlan(planWith())).toBe(
      'www.example.com (production): 202 changed: 10 tags in 1 call; 798 pages unchanged, 6 of them refreshed too; cost 1006.1, the least possible',
    );
  });

  test('says of each page what hits it, if not its own tag', ({ expect }) => {
    const { pages } = planWith();
    const lines = pages.map(describePage);
    expect(lines).toContain('changed      /s0/7/ via section:0');
    expect(lines).toContain('changed      /s9/50/');
  });

  test('drops nothing else where it may not', ({ expect }) => {
    expect(planWith({ maxOverRefresh: 0 }).cover).toMatchObject({ tags: 202, overPages: 0 });
  });

  test('drops no more pages because a site has many pictures, and counts those that it drops', ({
    expect,
  }) => {
    const withMore = (manifest: Manifest, shared: readonly string[]): Manifest => {
      const pictures = Array.from({ length: 9000 }, (_, index) => ({
        path: `/x/${index}.png`,
        digest: '1',
        tags: [`page:/x/${index}.png`, ...(index < 10 ? shared : [])],
      }));
      return { version: 1, pages: [...manifest.pages, ...pictures] };
    };
    const most = buildOf(100, (section, page) => (section < 3 && page >= 6 ? '2' : '1'));
    const coverWith = (build: Manifest, shared: readonly string[] = []) => {
      const state = deployed(
        withMore(
          buildOf(100, () => '1'),
          shared,
        ),
      );
      return planRefresh(state, withMore(build, shared), site).cover;
    };
    expect(coverWith(most)).toMatchObject({ overPages: 6, calls: 2 });
    expect(coverWith(after)).toMatchObject({ overPages: 6, calls: 1 });
    expect(coverWith(after, ['section:0', 'section:1'])).toMatchObject({ overPages: 0, calls: 3 });
  });

  test('weighs pages as it is told, by a list or a function', ({ expect }) => {
    const weights = { '/s0/0/': 5000, '/s0/1/': 5000 };
    const listed = planWith({ weights }).cover;
    expect(listed).toMatchObject({ overPages: 3, calls: 2 });
    const computed = planWith({ weights: (path) => weights[path as '/s0/0/'] ?? 1 }).cover;
    expect(computed).toEqual(listed);
  });

  test('does not plan the pages that a shared tag drops, and keeps them settled', ({ expect }) => {
    const plan = planWith();
    expect(plan.pages.map(({ path }) => path)).not.toContain('/s0/0/');
    const announced = expectBuild(before, plan);
    expect(announced.pages.get('/s0/0/')).toEqual(before.pages.get('/s0/0/'));
    expect(planRefresh(settled(before, plan), after, site).pages).toEqual([]);
  });

  test('leaves all pages of a shared tag open until that was refreshed to the end', ({
    expect,
  }) => {
    const plan = planWith();
    const tags = new Set(plannedTags(plan).filter((tag) => tag !== 'section:0'));
    const state = settlePages(expectBuild(before, plan), plan, { tags, directories: new Set() });
    const left = planRefresh(state, after, site);
    expect(left.pages).toHaveLength(97);
    expect(left.pages.every(({ refresh }) => refresh[0]?.startsWith('page:/s0/'))).toBe(true);
  });
});

describe('a plan that may take few tags or calls', () => {
  const everySecond = buildOf(100, (section, page) => (section < 5 && page % 2 === 0 ? '2' : '1'));
  const few = (options: PlanRefreshOptions): Plan =>
    planRefresh(before, everySecond, site, options);

  test('goes up the ladder, and says in a line what each step would have cost', ({ expect }) => {
    // Three sections by their tags and two page by page would be 103 tags.
    const plan = few({ maxCalls: 1 });
    expect(plan.cover).toMatchObject({ step: 'shared-tags', calls: 1, overPages: 200 });
    expect(describeSteps(plan)).toEqual([
      'the cheapest cover: 250 tags in 3 calls, 0 of 750 unchanged pages, cost 3002.5: more than maxTags or maxCalls',
      'tags that drop more: 54 tags in 1 call, 200 of 750 unchanged pages, cost 1200.54: taken',
    ]);
  });

  test('has no steps to tell of where the first will do', ({ expect }) => {
    expect(describeSteps(few({}))).toEqual([]);
  });

  test('takes directories where it may, settles their pages by them, and no others', ({
    expect,
  }) => {
    const plan = few({ maxTags: 2, directories: true });
    expect(plannedDirectories(plan).length).toBeGreaterThan(0);
    expect(plan.cover).toMatchObject({ step: 'directories', isWithinLimits: true });
    const announced = expectBuild(before, plan);
    const tags = new Set(plannedTags(plan));
    const half = settlePages(announced, plan, { tags, directories: new Set() });
    const byDirectory = plan.pages.filter(({ directories }) => directories !== undefined);
    expect(byDirectory.every(({ path }) => half.pages.get(path)?.digest === null)).toBe(true);
    expect(planRefresh(settled(before, plan), everySecond, site).pages).toEqual([]);
  });

  test.for([
    [{ maxTags: 1 }, /plan\.maxTags: 1 is not allowed\. Give a whole number of 2 or more/],
    [{ maxCalls: 0.5 }, /plan\.maxCalls: 0\.5/],
    [{ maxOverRefresh: 2 }, /plan\.maxOverRefresh: 2/],
    [{ costs: { call: -1 } }, /plan\.costs\.call: -1/],
    [{ costs: { calls: 1 } }, /plan\.costs\.calls.*only page, tag, call, directory/],
    [{ weights: 3 }, /plan\.weights: 3/],
    [{ weights: { '/s5/1/': Number.NaN } }, /plan\.weights of \/s5\/1\/: NaN/],
    [{ maxPages: 3 }, /plan\.maxPages.*only weights, costs/],
  ] as const)('refuses the options %j', ([options, message], { expect }) => {
    expect(() => few(options as PlanRefreshOptions)).toThrow(message);
  });
});

describe('a plan without an edge state', () => {
  const build = buildOf(1, () => '1');
  const first = planRefresh(undefined, build, site, { directories: true, base: '/' });

  test('drops the whole site: what has tags by its tags, what has none by its directory', ({
    expect,
  }) => {
    expect(plannedTags(first)).toEqual(['all-pages', 'not-found']);
    expect(plannedDirectories(first)).toEqual(['/']);
    expect(describePlan(first)).toMatch(
      /11 unknown: 2 tags and 1 directory in 2 calls; 0 pages unchanged; cost/,
    );
    expect(first.cover?.step).toBe('whole-site');
  });

  test('is not done before the directory is, whatever the pages are', ({ expect }) => {
    const tags = new Set(plannedTags(first));
    const state = settlePages(expectBuild(undefined, first), first, {
      tags,
      directories: new Set(),
    });
    expect(state.pages.get('/s1/0/')?.digest).toBe('1');
    const next = planRefresh(state, build, site, { directories: true });
    expect(next.pages.map(({ path }) => path)).toEqual(['*']);
    expect(plannedDirectories(next)).toEqual(['/']);
    expect(next.cover).toMatchObject({ step: 'whole-site', overPages: 10 });
    expect(settled(state, next).pages.has('*')).toBe(false);
  });

  test('of a site below a base leaves what is beside it alone', ({ expect }) => {
    const below = planRefresh(undefined, build, site, { directories: true, base: 'docs' });
    expect(plannedDirectories(below)).toEqual(['/docs/']);
  });
});

describe('a plan in a file', () => {
  test('is read as it was written, with its directories and what it costs', async ({ expect }) => {
    const file = join(temporaryFolder(), 'plan.json');
    const plan = planRefresh(
      undefined,
      buildOf(1, () => '1'),
      site,
      { directories: true },
    );
    await writePlan(file, plan);
    expect(await readPlan(file)).toEqual(plan);
  });

  test('of the release before can be read, one of a later release not', async ({ expect }) => {
    const file = join(temporaryFolder(), 'plan.json');
    const { cover: _cover, ...plan } = planWith();
    await writePlan(file, { ...plan, version: 1 });
    expect(await readPlan(file)).toEqual({ ...plan, version: 1 });
    expect(describePlan(await readPlan(file))).toMatch(
      /202 changed: 10 tags; 798 pages unchanged$/,
    );
    writeFileSync(file, readFileSync(file, 'utf8').replace('"version": 1', '"version": 3'));
    await expect(readPlan(file)).rejects.toMatchObject({
      code: 'FILE_UNUSABLE',
      message: expect.stringContaining('version is 3 and this freshtag reads version 1 and 2'),
    });
  });
});
