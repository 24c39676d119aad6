import { describe, test } from 'vitest';

import {
  describePlan,
  expectBuild,
  plannedTags,
  planRefresh,
  settleTags,
  type EdgeState,
  type Manifest,
} from '@freshtag/core/site';
import { manifestOf, site } from './plan-support.ts';

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

  test('has a file whose name is no longer bound to its bytes, and refreshes it when it is removed', ({
    expect,
  }) => {
    const script = { digest: '1', tags: ['page:/x.md.abcdefgh.js'] };
    const bound = manifestOf({
      '/x.md.abcdefgh.js': { ...script, immutable: true },
      '/': { digest: '1', tags: ['page:/'] },
    });
    const free = manifestOf({
      '/x.md.abcdefgh.js': script,
      '/': { digest: '1', tags: ['page:/'] },
    });
    const state = deployed(undefined, bound);
    const plan = planRefresh(state, free, site);
    const without = manifestOf({ '/': { digest: '1', tags: ['page:/'] } });
    for (const next of [expectBuild(state, plan), deployed(state, free)]) {
      const [page] = planRefresh(next, without, site).pages;
      expect(page).toMatchObject({ reason: 'removed', path: '/x.md.abcdefgh.js' });
      expect(page?.refresh).toContain('page:/x.md.abcdefgh.js');
    }
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
