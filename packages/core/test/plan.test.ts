import fc from 'fast-check';
import { describe, test } from 'vitest';

import {
  describePlan,
  expectBuild,
  plannedTags,
  plannedDirectories,
  planRefresh,
  settlePages,
  settleTags,
  type EdgeState,
  type Manifest,
  type PlanRefreshOptions,
} from '@freshtag/core/site';

const site = { domain: 'www.example.com', environment: 'production' };

interface Version {
  readonly digest: string;
  readonly tags: readonly string[];
}

function manifestOf(pages: Readonly<Record<string, Version & { immutable?: true }>>): Manifest {
  const sorted = Object.entries(pages).sort(([a], [b]) => (a < b ? -1 : 1));
  return { version: 1, pages: sorted.map(([path, page]) => ({ path, ...page })) };
}

function deployed(state: EdgeState | undefined, manifest: Manifest): EdgeState {
  const plan = planRefresh(state, manifest, site);
  return settleTags(expectBuild(state, plan), plan, new Set(plannedTags(plan)));
}

const first = manifestOf({
  '/a/': { digest: '1', tags: ['page:/a', 'country:a'] },
  '/b/': { digest: '1', tags: ['page:/b', 'country:a'] },
  '/d/': { digest: '1', tags: ['page:/d', 'country:a'] },
  '/app.CpNbN3qs.js': { digest: '1', tags: ['page:/app.cpnbn3qs.js'], immutable: true },
});
const reasonsOf = (state: EdgeState | undefined, manifest: Manifest) =>
  planRefresh(state, manifest, site).pages.map(({ path, reason, refresh }) => [
    path,
    reason,
    ...refresh,
  ]);

describe('a plan', () => {
  test('without an edge state has every page, since any copy may be stored', ({ expect }) => {
    expect(reasonsOf(undefined, first)).toEqual([
      ['*', 'unknown', 'all-pages', 'not-found'],
      ['/a/', 'unknown', 'all-pages', 'not-found'],
      ['/app.CpNbN3qs.js', 'unknown', 'all-pages', 'not-found'],
      ['/b/', 'unknown', 'all-pages', 'not-found'],
      ['/d/', 'unknown', 'all-pages', 'not-found'],
    ]);
  });

  test('of the same build has nothing', ({ expect }) => {
    const plan = planRefresh(deployed(undefined, first), first, site);
    expect(plan).toMatchObject({ pages: [], unchanged: 4 });
    expect(describePlan(plan)).toBe(
      'www.example.com (production): nothing to refresh; 4 pages unchanged',
    );
  });

  test('has what changed, is new or was removed, and refreshes no tag of another page', ({
    expect,
  }) => {
    const second = manifestOf({
      '/a/': { digest: '2', tags: ['page:/a', 'country:a'] },
      '/c/': { digest: '1', tags: ['page:/c', 'country:a'] },
      '/d/': { digest: '1', tags: ['page:/d', 'country:a'] },
      '/app.Zx81kQpA.js': { digest: '2', tags: ['page:/app.zx81kqpa.js'], immutable: true },
    });
    expect(reasonsOf(deployed(undefined, first), second)).toEqual([
      ['/a/', 'changed', 'page:/a'],
      ['/app.CpNbN3qs.js', 'removed'],
      ['/app.Zx81kQpA.js', 'new', 'not-found'],
      ['/b/', 'removed', 'page:/b'],
      ['/c/', 'new', 'not-found'],
    ]);
  });

  test('has a page whose tags alone changed, because its stored copies cannot be reached by the new ones', ({
    expect,
  }) => {
    const second = manifestOf({
      '/a/': { digest: '1', tags: ['page:/a', 'country:b'] },
      '/b/': { digest: '1', tags: ['country:a', 'page:/b'] },
    });
    expect(reasonsOf(deployed(undefined, first), second)).toContainEqual([
      '/a/',
      'tags-changed',
      'page:/a',
    ]);
  });

  test('has an asset that changed under a name that should have changed with it', ({ expect }) => {
    const second = manifestOf({
      '/app.CpNbN3qs.js': { digest: '2', tags: ['page:/app.cpnbn3qs.js'], immutable: true },
    });
    expect(reasonsOf(deployed(undefined, first), second)).toContainEqual([
      '/app.CpNbN3qs.js',
      'changed',
      'page:/app.cpnbn3qs.js',
    ]);
  });

  test('hits copies without a page tag by all the tags that they may carry', ({ expect }) => {
    const settled = deployed(
      undefined,
      manifestOf({ '/a/': { digest: '1', tags: ['x:1', 'x:2'] } }),
    );
    const pages = [...settled.pages].map(
      ([path, page]) => [path, { ...page, digest: null }] as const,
    );
    const state = { ...settled, pages: new Map(pages) };
    expect(reasonsOf(state, manifestOf({ '/a/': { digest: '2', tags: ['page:/a'] } }))).toEqual([
      ['/a/', 'unsettled', 'x:1', 'x:2'],
    ]);
  });

  test('hits pages by a tag that all of them share and no other page has', ({ expect }) => {
    const second = manifestOf({
      '/a/': { digest: '2', tags: ['page:/a', 'country:a'] },
      '/b/': { digest: '2', tags: ['page:/b', 'country:a'] },
      '/d/': { digest: '2', tags: ['page:/d', 'country:a'] },
      '/app.CpNbN3qs.js': { digest: '1', tags: ['page:/app.cpnbn3qs.js'], immutable: true },
    });
    expect(reasonsOf(deployed(undefined, first), second)).toEqual([
      ['/a/', 'changed', 'country:a'],
      ['/b/', 'changed', 'country:a'],
      ['/d/', 'changed', 'country:a'],
    ]);
  });

  test('hits no page by a tag that it loses: the old page may be served with the new tags', ({
    expect,
  }) => {
    const second = manifestOf({
      '/a/': { digest: '2', tags: ['page:/a', 'country:b'] },
      '/b/': { digest: '2', tags: ['page:/b', 'country:b'] },
      '/d/': { digest: '2', tags: ['page:/d', 'country:b'] },
    });
    expect(reasonsOf(deployed(undefined, first), second)).toContainEqual([
      '/b/',
      'changed',
      'page:/b',
    ]);
  });

  test('leaves every page open that a refused shared tag would have hit', ({ expect }) => {
    const second = manifestOf({
      '/a/': { digest: '2', tags: ['page:/a', 'country:a'] },
      '/b/': { digest: '2', tags: ['page:/b', 'country:a'] },
      '/d/': { digest: '2', tags: ['page:/d', 'country:a'] },
      '/e/': { digest: '2', tags: ['page:/e', 'country:a'] },
    });
    const before = deployed(undefined, first);
    const plan = planRefresh(before, second, site);
    const state = settleTags(expectBuild(before, plan), plan, new Set(['not-found']));
    expect(reasonsOf(state, second)).toEqual([
      ['/a/', 'unsettled', 'page:/a'],
      ['/b/', 'unsettled', 'page:/b'],
      ['/d/', 'unsettled', 'page:/d'],
    ]);
  });

  test('is the same whatever order the state has its pages in', ({ expect }) => {
    const before = deployed(undefined, first);
    const turned = { ...before, pages: new Map([...before.pages].toReversed()) };
    const second = manifestOf({ '/a/': { digest: '2', tags: ['page:/a', 'country:a'] } });
    expect(planRefresh(turned, second, site)).toEqual(planRefresh(before, second, site));
  });

  test('goes on with everything that may be stored until that was refreshed to the end', ({
    expect,
  }) => {
    const plan = planRefresh(undefined, first, site);
    const refused = settleTags(expectBuild(undefined, plan), plan, new Set());
    const lateOne = reasonsOf(refused, first).filter(([path]) => path === '*');
    expect(lateOne).toEqual([['*', 'removed', 'all-pages', 'not-found']]);
    expect(deployed(refused, first).pages.has('*')).toBe(false);
  });

  test('hits a page by its own tag alone, even if it carries that of another', ({ expect }) => {
    const state = deployed(
      undefined,
      manifestOf({ '/a/': { digest: '1', tags: ['page:/a', 'page:/b'] } }),
    );
    const second = manifestOf({ '/a/': { digest: '2', tags: ['page:/a', 'page:/b'] } });
    expect(reasonsOf(state, second)).toEqual([['/a/', 'changed', 'page:/a']]);
  });

  test('keeps a page until its own refresh has ended, and a 404 that may be stored for it', ({
    expect,
  }) => {
    const second = manifestOf({
      '/a/': { digest: '2', tags: ['page:/a', 'country:a'] },
      '/b/': { digest: '2', tags: ['page:/b', 'country:a'] },
      '/c/': { digest: '1', tags: ['page:/c'] },
      '/d/': { digest: '1', tags: ['page:/d', 'country:a'] },
    });
    const before = deployed(undefined, first);
    const plan = planRefresh(before, second, site);
    const state = settleTags(expectBuild(before, plan), plan, new Set(['page:/a']));
    expect(reasonsOf(state, second)).toEqual([
      ['/b/', 'unsettled', 'page:/b'],
      ['/c/', 'unsettled', 'page:/c', 'not-found'],
    ]);
  });
});

/** Pages that may be at the origin, and what the edge has stored of them, kept by a simple model. */
class EdgeModel {
  readonly stored = new Map<string, Version[]>();
  refreshedUnchanged = 0;

  /** Visitors ask for everything, at several points, so that old and new copies stand side by side. */
  visit(origin: ReadonlyMap<string, Version>, paths: Iterable<string>): void {
    for (const path of paths) {
      const current = origin.get(path) ?? { digest: '404', tags: ['not-found'] };
      this.stored.set(path, [...(this.stored.get(path) ?? []), current]);
    }
  }

  refresh(tags: ReadonlySet<string>, directories: ReadonlySet<string>): void {
    for (const [path, copies] of this.stored) {
      const isBelow = [...directories].some((directory) => path.startsWith(directory));
      const left = copies.filter((copy) => !copy.tags.some((tag) => tags.has(tag)));
      this.stored.set(path, isBelow ? [] : left);
    }
  }

  isFresh(origin: ReadonlyMap<string, Version>): boolean {
    return [...this.stored].every(([path, copies]) =>
      copies.every(
        (copy) =>
          JSON.stringify(copy) ===
          JSON.stringify(origin.get(path) ?? { digest: '404', tags: ['not-found'] }),
      ),
    );
  }
}

const ALL_PATHS = ['/a/', '/b/', '/c/', '/d/'];
const buildArbitrary = fc.dictionary(
  fc.constantFrom(...ALL_PATHS),
  fc.record({ digest: fc.constantFrom('1', '2', '3'), shared: fc.constantFrom('t:1', 't:2') }),
  { minKeys: 1 },
);
const stepArbitrary = fc.record({
  build: buildArbitrary,
  outcome: fc.constantFrom('complete', 'complete', 'refused', 'partly', 'never-deployed'),
  visitedBefore: fc.subarray(ALL_PATHS),
  visitedBetween: fc.subarray(ALL_PATHS),
  options: fc.constantFrom<PlanRefreshOptions>(
    {},
    { maxOverRefresh: 1, costs: { page: 0 } },
    { maxTags: 2 },
    { maxTags: 2, directories: true },
  ),
});

type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** Plays deploys one after the other; tells after which of them the edge held something old, and which settled pages were planned without need. */
function play(steps: readonly Step[]): { readonly stale: number[]; readonly needless: string[] } {
  const edge = new EdgeModel();
  const stale: number[] = [];
  const needless: string[] = [];
  let origin = new Map<string, Version>();
  let state: EdgeState | undefined;
  for (const [index, step] of steps.entries()) {
    edge.visit(origin, step.visitedBefore);
    const pages = Object.fromEntries(
      Object.entries(step.build).map(([path, { digest, shared }]) => [
        path,
        { digest, tags: [`page:${path.slice(0, -1)}`, shared].sort() },
      ]),
    );
    const plan = planRefresh(state, manifestOf(pages), site, step.options);
    for (const { path } of plan.pages) {
      const held = state?.pages.get(path);
      if (held !== undefined && isSame(held, pages[path])) needless.push(`${index} ${path}`);
    }
    state = expectBuild(state, plan);
    if (step.outcome === 'never-deployed') continue;
    origin = new Map(Object.entries(pages));
    edge.visit(origin, step.visitedBetween);
    if (step.outcome === 'refused') continue;
    const isPartly = step.outcome === 'partly';
    const some = (all: string[]) => new Set(isPartly ? all.slice(0, all.length / 2) : all);
    const done = { tags: some(plannedTags(plan)), directories: some(plannedDirectories(plan)) };
    edge.refresh(done.tags, done.directories);
    state = settlePages(state, plan, done);
    if (step.outcome === 'complete' && !edge.isFresh(origin)) stale.push(index);
  }
  return { stale, needless };
}

function isSame(
  held: Pick<Version, 'tags'> & { digest: string | null },
  built: Version | undefined,
) {
  return held.digest === built?.digest && JSON.stringify(held.tags) === JSON.stringify(built.tags);
}

test('whatever is built, refused or never deployed: after a deploy that ends well no stored copy is old, and no settled page was refreshed', ({
  expect,
}) => {
  fc.assert(
    fc.property(fc.array(stepArbitrary, { minLength: 1, maxLength: 12 }), (steps) => {
      expect(play(steps)).toEqual({ stale: [], needless: [] });
    }),
    { numRuns: 3000 },
  );
});
