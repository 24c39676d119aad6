// Deploys of all kinds, one after the other, against a simple model of an edge.
import fc from 'fast-check';
import { test } from 'vitest';

import {
  expectBuild,
  plannedDirectories,
  plannedTags,
  planRefresh,
  settlePages,
  type EdgeState,
  type Plan,
  type PlanRefreshOptions,
} from '@freshtag/core/site';
import { manifestOf, site, type Version } from './plan-support.ts';

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
const earlierArbitrary = fc.option(fc.nat(11), { nil: undefined });
const stepArbitrary = fc.record({
  build: buildArbitrary,
  /** Which part of the build the domain shows: its files have the tags of their place in the build. */
  folder: fc.constantFrom('', '', '', '/fr'),
  /** A rollback to the build of an earlier step. */
  rollback: earlierArbitrary,
  /** A plan that somebody kept is applied too, if it is taken for the one that was announced last. */
  kept: earlierArbitrary,
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
  const plans: Plan[] = [];
  for (const [index, step] of steps.entries()) {
    edge.visit(origin, step.visitedBefore);
    const pages = Object.fromEntries(
      Object.entries(steps[Math.min(index, step.rollback ?? index)]?.build ?? step.build).map(
        ([path, { digest, shared }]) => [
          path,
          { digest, tags: [`page:${step.folder}${path.slice(0, -1)}`, shared].sort() },
        ],
      ),
    );
    const plan = planRefresh(state, manifestOf(pages), site, step.options);
    for (const { path } of plan.pages) {
      const held = state?.pages.get(path);
      if (held !== undefined && isSame(held, pages[path])) needless.push(`${index} ${path}`);
    }
    state = expectBuild(state, plan);
    plans.push(plan);
    if (step.outcome === 'never-deployed') continue;
    origin = new Map(Object.entries(pages));
    edge.visit(origin, step.visitedBetween);
    const kept = plans[step.kept ?? Infinity];
    if (kept?.build === state.build) {
      const all = {
        tags: new Set(plannedTags(kept)),
        directories: new Set(plannedDirectories(kept)),
      };
      edge.refresh(all.tags, all.directories);
      state = settlePages(state, kept, all);
    }
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
