import fc from 'fast-check';
import { describe, test } from 'vitest';

import {
  compareStates,
  expectBuild,
  forgetEverything,
  mergeEdgeStates,
  plannedTags,
  planRefresh,
  settleTags,
  type EdgePage,
  type EdgeState,
  type Manifest,
} from '@freshtag/core/site';

const site = { domain: 'www.example.com', environment: 'production' };
const PATHS = ['/a/', '/b/', '/c/', '/d/'];
const TAGS = ['t:1', 't:2', 't:3', 'not-found'];

const pageArbitrary: fc.Arbitrary<EdgePage> = fc
  .tuple(fc.constantFrom(null, '1', '2'), fc.subarray(TAGS), fc.boolean())
  .map(([digest, tags, immutable]) => ({
    digest,
    tags,
    ...(immutable ? { immutable: true as const } : {}),
  }));
const stateArbitrary: fc.Arbitrary<EdgeState> = fc
  .dictionary(fc.constantFrom(...PATHS), pageArbitrary)
  .map((pages) => ({ version: 1, ...site, build: 'B', pages: new Map(Object.entries(pages)) }));

/** Whether a state says of a page at least what another says may be stored of it. */
function covers(wide: EdgePage | undefined, narrow: EdgePage | undefined): boolean {
  if (narrow === undefined) return wide === undefined || wide.tags.includes('not-found');
  if (wide === undefined) return false;
  const digest = wide.digest === null || wide.digest === narrow.digest;
  return (
    digest &&
    narrow.tags.every((tag) => wide.tags.includes(tag)) &&
    (!wide.immutable || narrow.immutable === true)
  );
}

const say = (state: EdgeState) =>
  [...state.pages].map(([path, page]) => [path, { ...page, tags: [...page.tags].sort() }]).sort();

describe('merging two states', () => {
  test('says of every page at least what either of them says', ({ expect }) => {
    fc.assert(
      fc.property(stateArbitrary, stateArbitrary, (ours, theirs) => {
        const merged = mergeEdgeStates({ ours, theirs });
        for (const path of PATHS)
          for (const side of [ours, theirs])
            expect(covers(merged.pages.get(path), side.pages.get(path))).toBe(true);
      }),
    );
  });

  test('comes to the same whoever merges, and to nothing new when it is done again', ({
    expect,
  }) => {
    fc.assert(
      fc.property(stateArbitrary, stateArbitrary, (ours, theirs) => {
        const merged = mergeEdgeStates({ ours, theirs });
        expect(say(mergeEdgeStates({ ours: theirs, theirs: ours }))).toEqual(say(merged));
        expect(say(mergeEdgeStates({ ours, theirs: ours }))).toEqual(say(ours));
        const again = mergeEdgeStates({ ours, theirs: merged });
        for (const path of PATHS)
          expect(covers(again.pages.get(path), merged.pages.get(path))).toBe(true);
      }),
    );
  });

  test('takes what only one side changed as that side has it, and stays wide where both did', ({
    expect,
  }) => {
    fc.assert(
      fc.property(stateArbitrary, stateArbitrary, stateArbitrary, (base, ours, theirs) => {
        expect(say(mergeEdgeStates({ base, ours, theirs: base }))).toEqual(say(ours));
        expect(say(mergeEdgeStates({ base, ours: base, theirs }))).toEqual(say(theirs));
        const merged = mergeEdgeStates({ base, ours, theirs });
        const differ = (path: string, state: EdgeState) =>
          !compareStates(pick(state, path), pick(base, path)).pages.every(() => false);
        for (const path of PATHS.filter((one) => differ(one, ours) && differ(one, theirs)))
          for (const side of [ours, theirs])
            expect(covers(merged.pages.get(path), side.pages.get(path))).toBe(true);
      }),
    );
  });
});

function pick(state: EdgeState, path: string): Pick<EdgeState, 'pages'> {
  return { pages: new Map([...state.pages].filter(([one]) => one === path)) };
}

interface Copy {
  readonly digest: string;
  readonly tags: readonly string[];
}

type Build = Readonly<Record<string, string>>;

const buildArbitrary = fc.dictionary(fc.constantFrom(...PATHS), fc.constantFrom('1', '2', '3'), {
  minKeys: 1,
});

function manifestOf(build: Build): Manifest {
  const pages = Object.entries(build).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    version: 1,
    pages: pages.map(([path, digest]) => ({ path, digest, tags: [`page:${path.slice(0, -1)}`] })),
  };
}

function copyOf(build: Build, path: string): Copy {
  const digest = build[path];
  return digest === undefined
    ? { digest: '404', tags: ['not-found'] }
    : { digest, tags: [`page:${path.slice(0, -1)}`] };
}

/** What is stored of each page, of any build that was live. */
class Edge {
  stored: { readonly path: string; readonly copy: Copy }[] = [];

  visitAll(build: Build): void {
    this.stored.push(...PATHS.map((path) => ({ path, copy: copyOf(build, path) })));
  }

  refresh(tags: ReadonlySet<string>): void {
    this.stored = this.stored.filter(({ copy }) => !copy.tags.some((tag) => tags.has(tag)));
  }

  stale(build: Build): string[] {
    return this.stored
      .filter(({ path, copy }) => copy.digest !== copyOf(build, path).digest)
      .map(({ path }) => path);
  }
}

test('two deploys that announce without seeing each other leave nothing old once the next has ended', ({
  expect,
}) => {
  fc.assert(
    fc.property(
      buildArbitrary,
      buildArbitrary,
      buildArbitrary,
      buildArbitrary,
      (first, one, other, last) => {
        const edge = new Edge();
        const initial = planRefresh(undefined, manifestOf(first), site);
        const before = settleTags(
          expectBuild(undefined, initial),
          initial,
          new Set(plannedTags(initial)),
        );
        edge.visitAll(first);
        const [ours, theirs] = [one, other].map((build) =>
          expectBuild(before, planRefresh(before, manifestOf(build), site)),
        );
        if (ours === undefined || theirs === undefined) return;
        // Both may have been live, in either order; then a third deploy comes, on what the two left.
        edge.visitAll(one);
        edge.visitAll(other);
        const merged = mergeEdgeStates({ base: before, ours, theirs });
        const plan = planRefresh(merged, manifestOf(last), site);
        edge.refresh(new Set(plannedTags(plan)));
        edge.visitAll(last);
        expect(edge.stale(last)).toEqual([]);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a state that was reset drops every tagged page once, and then is as good as new', ({
  expect,
}) => {
  const manifest = manifestOf({ '/a/': '1', '/b/': '1' });
  const plan = planRefresh(forgetEverything(site), manifest, site);
  expect(plannedTags(plan)).toEqual(['all-pages', 'not-found']);
  const after = settleTags(
    expectBuild(forgetEverything(site), plan),
    plan,
    new Set(plannedTags(plan)),
  );
  expect(planRefresh(after, manifest, site).pages).toEqual([]);
  // Until all of it was dropped it stays open.
  const refused = settleTags(
    expectBuild(forgetEverything(site), plan),
    plan,
    new Set(['not-found']),
  );
  expect(plannedTags(planRefresh(refused, manifest, site))).toContain('all-pages');
});

test('comparing tells content, tags, what is open, and what is only on one side', ({ expect }) => {
  const state = (pages: Readonly<Record<string, EdgePage>>) => ({
    pages: new Map(Object.entries(pages)),
  });
  const same = { digest: '1', tags: ['x', 'y'] };
  expect(
    compareStates(
      state({ '/a': same, '/b': same, '/c': same, '/d': same, '/e': same }),
      state({
        '/a': { digest: '1', tags: ['y', 'x'] },
        '/b': { digest: '2', tags: ['x', 'y'] },
        '/c': { digest: '1', tags: ['x'] },
        '/d': { digest: null, tags: ['x', 'y'] },
        '/f': same,
      }),
    ),
  ).toEqual({
    same: 1,
    pages: [
      { path: '/b', difference: 'content' },
      { path: '/c', difference: 'tags' },
      { path: '/d', difference: 'unsettled' },
      { path: '/e', difference: 'here' },
      { path: '/f', difference: 'there' },
    ],
  });
});
