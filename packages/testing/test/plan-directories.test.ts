import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { startEdge, type Edge } from '@freshtag/edge';
import {
  announceBuild,
  applyPlan,
  createFileStore,
  planRefresh,
  readEdgeState,
  type Manifest,
  type PlanOptions,
} from '@freshtag/core/site';
import { onTestFinished, test } from 'vitest';

import { credentials, domain, SecondsClock } from './world.ts';
import { temporaryFolder } from '../src/index.ts';

interface Answer {
  readonly body: string;
  readonly tags?: readonly string[];
}

/** An origin that may send anything, an edge before it, and a state. */
async function openWorld(first: Readonly<Record<string, Answer>>) {
  let served = first;
  const server = createServer((request, response) => {
    const answer = served[request.url ?? ''];
    if (answer === undefined) return response.writeHead(404, { 'cache-tag': 'not-found' }).end();
    const tags = answer.tags === undefined ? {} : { 'cache-tag': answer.tags.join(',') };
    return response
      .writeHead(200, { 'cache-control': 'public, max-age=0, s-maxage=86400', ...tags })
      .end(answer.body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const clock = new SecondsClock();
  const edge: Edge = await startEdge({ domains: { [domain]: `http://127.0.0.1:${port}` }, clock });
  onTestFinished(async () => {
    await edge.close();
    server.closeAllConnections();
    server.close();
  });
  const store = createFileStore(join(temporaryFolder(), 'edge-state.json'));
  return {
    edge,
    ask: async (path: string): Promise<string> => {
      const response = await fetch(edge.url + path);
      const [cache = ''] = (response.headers.get('x-cache') ?? '').split(' ');
      return `${cache} ${await response.text()}`;
    },
    /** Plans, lets the origin serve the pages, and refreshes. */
    deploy: async (pages: Readonly<Record<string, Answer>>, options: PlanOptions = {}) => {
      const site = { domain, environment: 'production' };
      const state = await readEdgeState(store, site);
      const plan = planRefresh(state, manifestOf(pages), site, { directories: true, ...options });
      await announceBuild(store, plan);
      served = pages;
      const endpoint = edge.apiUrl;
      await applyPlan(plan, { store, credentials, endpoint, clock, pollIntervalMs: 1000 });
      return plan;
    },
  };
}

function manifestOf(pages: Readonly<Record<string, Answer>>): Manifest {
  const sorted = Object.entries(pages).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    version: 1,
    pages: sorted.map(([path, { body, tags = [] }]) => ({ path, digest: body, tags })),
  };
}

const tagged = (path: string, body: string, ...more: readonly string[]): [string, Answer] => [
  path,
  { body, tags: ['all-pages', `page:${path.slice(0, -1)}`, ...more] },
];

test('the first deploy drops what the edge has stored without tags, of pages that are gone too', async ({
  expect,
}) => {
  const world = await openWorld({ '/': { body: 'old' }, '/gone/': { body: 'gone' } });
  for (const path of ['/', '/gone/']) await world.ask(path);
  expect(await world.ask('/gone/')).toBe('HIT gone');
  await world.deploy({ '/': { body: 'new', tags: ['all-pages', 'page:/'] } });
  expect(await world.ask('/')).toBe('MISS new');
  expect(await world.ask('/gone/')).toBe('MISS ');
});

test('what is refused of the first deploy fails it, and the next plan still knows that anything may be stored', async ({
  expect,
}) => {
  const world = await openWorld({ '/': { body: 'old' } });
  await world.ask('/');
  const build = { '/': { body: 'new', tags: ['all-pages', 'page:/'] } };
  world.edge.refuseRefreshes({ code: 'Forbidden.RAM', message: 'no permission' });
  await expect(world.deploy(build)).rejects.toMatchObject({ code: 'REFRESH_INCOMPLETE' });
  const plan = await world.deploy(build);
  expect(plan.pages.map(({ path }) => path)).toContain('*');
  expect(await world.ask('/')).toBe('MISS new');
});

test('where few calls are allowed, directories drop the changed pages and leave the others at the edge', async ({
  expect,
}) => {
  const blog = (body: string) =>
    Array.from({ length: 250 }, (_, number) => tagged(`/blog/${number}/`, body));
  const others = Array.from({ length: 20 }, (_, number) => tagged(`/docs/${number}/`, 'same'));
  const first = Object.fromEntries([...blog('old'), ...others]);
  const world = await openWorld(first);
  await world.deploy(first);
  const watched = ['/blog/0/', '/blog/249/', '/docs/0/', '/docs/19/'];
  for (const path of watched) await world.ask(path);
  const plan = await world.deploy(Object.fromEntries([...blog('new'), ...others]), { maxCalls: 2 });
  expect(plan.cover).toMatchObject({ step: 'directories', directories: 1, tags: 0, overPages: 0 });
  const seen = await Promise.all(watched.map((path) => world.ask(path)));
  expect(seen).toEqual(['MISS new', 'MISS new', 'HIT same', 'HIT same']);
});
