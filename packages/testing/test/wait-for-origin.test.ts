import type { ServerResponse } from 'node:http';

import { describe, test } from 'vitest';

import {
  collectManifest,
  expectBuild,
  plannedTags,
  planRefresh,
  settleTags,
  waitForOrigin,
  type Plan,
} from '@freshtag/core/site';

import { temporaryFolder } from '../src/index.ts';
import { serve } from './serve.ts';

type Answer = (response: ServerResponse, asked: number) => void;

const site = { domain: 'www.example.com', environment: 'production' };

/** An origin whose answers are the test's, by path. */
async function serveAnswers(answers: Readonly<Record<string, Answer>>): Promise<string> {
  const counts = new Map<string, number>();
  return serve((request, response) => {
    const path = request.url ?? '';
    counts.set(path, (counts.get(path) ?? 0) + 1);
    const answer = answers[path];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response, counts.get(path) ?? 0);
  });
}

const page =
  (body: string, tags: string): Answer =>
  (response) => {
    response.writeHead(200, { 'cache-tag': tags }).end(body);
  };

/** A plan from one build to the next, each given by its files. */
function planOf(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Plan {
  const first = collectManifest({ dir: temporaryFolder(before) });
  const plan = planRefresh(undefined, first, site);
  const state = settleTags(expectBuild(undefined, plan), plan, new Set(plannedTags(plan)));
  return planRefresh(state, collectManifest({ dir: temporaryFolder(after) }), site);
}

const wait = (plan: Plan, origin: string) => waitForOrigin(plan, { origin, originTimeoutMs: 0 });

describe('waiting for the origin', () => {
  const changed = planOf({ 'a.html': 'old', 'b.html': 'b' }, { 'a.html': 'new', 'b.html': 'b' });

  test('ends when the changed pages are as built and carry their tags', async ({ expect }) => {
    const origin = await serveAnswers({ '/a.html': page('new', 'page:/a, all-pages') });
    await expect(wait(changed, origin)).resolves.toBeUndefined();
  });

  test.for([
    ['old content', page('old', 'page:/a,all-pages'), /HTTP 200, another content/],
    ['the tags of before', page('new', 'page:/a'), /HTTP 200, other tags/],
    ['an error', (response: ServerResponse) => response.writeHead(503).end('new'), /HTTP 503/],
    [
      'a way to somewhere else',
      (response: ServerResponse) => response.writeHead(302, { location: '/login' }).end(),
      /HTTP 302/,
    ],
  ] as const)(
    'does not end with %s, and says what was seen',
    async ([, answer, seen], { expect }) => {
      const origin = await serveAnswers({ '/a.html': answer });
      await expect(wait(changed, origin)).rejects.toMatchObject({
        code: 'ORIGIN_NOT_READY',
        message: expect.stringMatching(seen),
      });
    },
  );

  test('tells an origin that cannot be reached from one that is late', async ({ expect }) => {
    await expect(wait(changed, 'http://127.0.0.1:1')).rejects.toThrow(
      /cannot be reached: ECONNREFUSED/,
    );
  });

  test('asks again when one of several machines is late', async ({ expect }) => {
    const origin = await serveAnswers({
      '/a.html': (response, asked) =>
        page(asked === 2 ? 'old' : 'new', 'page:/a,all-pages')(response, asked),
    });
    await expect(wait(changed, origin)).rejects.toMatchObject({ code: 'ORIGIN_NOT_READY' });
  });

  test('follows an origin that shows the page under another form of its URL', async ({
    expect,
  }) => {
    const origin = await serveAnswers({
      '/a.html': (response) => response.writeHead(301, { location: '/a' }).end(),
      '/a': page('new', 'page:/a,all-pages'),
    });
    await expect(wait(changed, origin)).resolves.toBeUndefined();
  });

  test('asks for names with special characters as they are', async ({ expect }) => {
    const plan = planOf({ 'c#/index.html': 'old' }, { 'c#/index.html': 'new' });
    const origin = await serveAnswers({ '/c%23/': page('new', 'page:/c#,all-pages') });
    await expect(wait(plan, origin)).resolves.toBeUndefined();
  });

  describe('for a removed page', () => {
    const removed = planOf({ 'a.html': 'old', 'b.html': 'b' }, { 'b.html': 'b' });

    test.for([
      ['a 404', undefined],
      [
        'a redirect',
        (response: ServerResponse) => response.writeHead(301, { location: '/b.html' }).end(),
      ],
      ['the answer of a site of one page', page('app', '')],
    ] as const)('ends with %s', async ([, answer], { expect }) => {
      const origin = await serveAnswers(answer === undefined ? {} : { '/a.html': answer });
      await expect(wait(removed, origin)).resolves.toBeUndefined();
    });

    test.for([
      ['an unfinished refresh', { stored: null }],
      ['noise that the site’s own normaliser takes away', { stored: 'abc~page@1' }],
    ] as const)(
      'ends with the answer of a site of one page though, by %s, nobody knows what the page was',
      async ([, known], { expect }) => {
        const plan = {
          ...removed,
          pages: removed.pages.map((one) => ({ ...one, ...known })),
        };
        const app = await serve((_request, response) => void response.end('app'));
        await expect(wait(plan, app)).resolves.toBeUndefined();
        const still = await serveAnswers({ '/a.html': page('old', 'page:/a') });
        await expect(wait(plan, still)).rejects.toMatchObject({ code: 'ORIGIN_NOT_READY' });
        const own = await serve(({ url }, response) => void response.end(url));
        await expect(wait(plan, own)).rejects.toMatchObject({ code: 'ORIGIN_NOT_READY' });
      },
    );

    test.for([
      ['the page itself', page('old', 'page:/a')],
      ['an error of the server', (response: ServerResponse) => response.writeHead(503).end()],
      ['a wall before it', (response: ServerResponse) => response.writeHead(401).end()],
    ] as const)('does not end with %s', async ([, answer], { expect }) => {
      const origin = await serveAnswers({ '/a.html': answer });
      await expect(wait(removed, origin)).rejects.toMatchObject({ code: 'ORIGIN_NOT_READY' });
    });
  });

  test.for(['nonsense', 'ftp://x', 'http://me:secret@x', 'http://x/path'])(
    'refuses the origin %s at once',
    async (origin, { expect }) => {
      await expect(wait(changed, origin)).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: expect.not.stringContaining('secret'),
      });
    },
  );
});
