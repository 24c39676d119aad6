import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, describe, onTestFinished, test } from 'vitest';

import { pageTag } from '@freshtag/core';
import {
  collectManifest,
  createHeaderLookup,
  createTagHandler,
  formatOrigin,
  serializeManifest,
  type Manifest,
} from '@freshtag/core/site';

import { startOrigin, temporaryFolder } from '../src/index.ts';
import {
  caddy,
  closeServers,
  freePort,
  nginx,
  nginxMain,
  node,
  type Server,
} from './origin-servers.ts';

const NOT_FOUND = 'public, max-age=0, s-maxage=60';
const TAGGED = 'public, max-age=0, s-maxage=31536000';
const site = () =>
  temporaryFolder({
    'index.html': 'home',
    'blog/x/index.html': 'x',
    'about.html': 'about',
    'README.txt': 'upper',
    'readme.txt': 'lower',
    '404.html': 'not here',
    '_astro/index.CpNbN3qs.css': 'body{}',
  });

afterEach(closeServers);

const missing = new Set(
  [nginx, caddy].filter(
    ({ name }) => spawnSync(name.toLowerCase(), [name === 'nginx' ? '-v' : 'version']).status !== 0,
  ),
);
for (const { name } of missing)
  process.stderr.write(
    `SKIPPED: ${name} is not installed, so its configuration is not tested here.\n`,
  );

/** In CI nginx is there, or the test fails. */
const isSkipped = (server: Server): boolean =>
  missing.has(server) && (server === caddy || process.env['CI'] === undefined);

describe.for([node, nginx, caddy])('an origin with the headers of a build, by $name', (server) => {
  test.skipIf(isSkipped(server))(
    'sends the tags of every page under each form of its URL, and keeps all else from the edge',
    async ({ expect }) => {
      const dir = site();
      const manifest = collectManifest({
        dir,
        immutable: ['_astro'],
        tags: ({ path }) => (path === '/' ? ['price:$5', 'q:"a\\b"'] : []),
      });
      const url = await server.start(dir, manifest);
      const tagged = (...tags: readonly string[]) => ['all-pages', ...tags].sort().join(',');
      const headers = async (path: string) => {
        const response = await fetch(url + path, { redirect: 'manual' });
        await response.arrayBuffer();
        return [
          response.status,
          response.headers.get('cache-tag'),
          response.headers.get('cache-control'),
        ];
      };
      expect(await headers('/')).toEqual([200, tagged('page:/', 'price:$5', 'q:"a\\b"'), TAGGED]);
      expect(await headers('/index.html')).toEqual([
        200,
        tagged('page:/', 'price:$5', 'q:"a\\b"'),
        TAGGED,
      ]);
      expect(await headers('/blog/x/')).toEqual([200, tagged('page:/blog/x'), TAGGED]);
      expect(await headers('/blog/x/?q=1')).toEqual([200, tagged('page:/blog/x'), TAGGED]);
      expect(await headers('/about.html')).toEqual([200, tagged('page:/about'), TAGGED]);
      expect(await headers('/readme.txt')).toEqual([200, tagged('page:/readme.txt'), TAGGED]);
      expect(await headers('/README.txt')).toEqual([
        200,
        expect.stringMatching(/^all-pages,page:\/readme\.txt~[0-9a-f]{12}$/),
        TAGGED,
      ]);
      expect(await headers('/_astro/index.CpNbN3qs.css')).toEqual([
        200,
        tagged(pageTag('/_astro/index.CpNbN3qs.css')),
        'public, max-age=31536000, immutable',
      ]);
      expect(await headers('/nothing/')).toEqual([404, 'not-found,all-pages,page:/404', NOT_FOUND]);
      writeFileSync(join(dir, 'unknown.txt'), 'not in the manifest');
      expect(await headers('/unknown.txt')).toEqual([200, null, 'private, no-cache']);
    },
  );

  test.skipIf(isSkipped(server))(
    'answers 404 with the tags of the page that it shows, also where another is nearer',
    async ({ expect }) => {
      const dir = temporaryFolder({
        'index.html': 'home',
        '404.html': 'not here',
        'fr/404.html': 'pas ici',
      });
      const url = await server.start(dir, collectManifest({ dir }));
      const answer = await fetch(`${url}/fr/nothing/`);
      const page = (await answer.text()) === 'pas ici' ? 'page:/fr/404' : 'page:/404';
      expect(answer.headers.get('cache-tag')?.split(',')).toContain(page);
      expect(answer.headers.get('cache-tag')?.split(',')).toContain('not-found');
    },
  );

  test.skipIf(isSkipped(server))(
    'answers 404 without an error page with the tag not-found alone',
    async ({ expect }) => {
      const dir = temporaryFolder({ 'index.html': 'home' });
      const url = await server.start(dir, collectManifest({ dir }));
      expect((await fetch(`${url}/nothing`)).headers.get('cache-tag')).toBe('not-found');
    },
  );
});

describe('the Node handler', () => {
  test('gives a 404 the tags of every 404 page that could be shown for it', async ({ expect }) => {
    const dir = temporaryFolder({ '404.html': '', 'fr/404.html': '', 'de/404.html': '' });
    const headers = createHeaderLookup(collectManifest({ dir }))('/fr/a/b', 404);
    const tags = headers['cache-tag']?.split(',') ?? [];
    expect(tags).toEqual(expect.arrayContaining(['not-found', 'page:/404', 'page:/fr/404']));
    expect(tags).not.toContain('page:/de/404');
  });

  test('goes on with the last manifest while a deploy writes the next, and serves without tags before any', async ({
    expect,
  }) => {
    const file = join(temporaryFolder(), 'manifest.json');
    const dir = temporaryFolder({ 'index.html': 'home' });
    const origin = await startOrigin();
    onTestFinished(() => origin.close());
    origin.deploy(dir, file);
    const tags = async () => (await fetch(origin.url)).headers.get('cache-tag');
    expect(await tags()).toBeNull();
    writeFileSync(file, serializeManifest(collectManifest({ dir })));
    expect(await tags()).toBe('all-pages,page:/');
    writeFileSync(file, '{"kind":"mani');
    expect(await tags()).toBe('all-pages,page:/');
  });

  test('leaves an answer alone that brings tags of its own and is no built page', ({ expect }) => {
    const handle = createTagHandler(
      collectManifest({ dir: temporaryFolder({ 'index.html': 'home' }) }),
    );
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    const request = new IncomingMessage(new Socket());
    request.url = '/api/countries';
    handle(request, response);
    response.writeHead(200, { 'Cache-Tag': 'country', 'Cache-Control': 'public, s-maxage=60' });
    expect(response.getHeaders()).toMatchObject({
      'cache-tag': 'country',
      'cache-control': 'public, s-maxage=60',
    });
  });

  test('keeps every line of a list of headers, in place of what was set before', async ({
    expect,
  }) => {
    const manifest = collectManifest({ dir: temporaryFolder({ 'index.html': 'home' }) });
    const handle = createTagHandler(manifest);
    const server = createServer((request, response) => {
      response.setHeader('X-Set', 'before');
      handle(request, response);
      response.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Set', 'after']);
      response.end();
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { headers } = await fetch(`http://127.0.0.1:${port}/`);
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(headers.get('x-set')).toBe('after');
    expect(headers.get('cache-tag')).toBe('all-pages,page:/');
  });
});

describe('nginx', () => {
  test.skipIf(isSkipped(nginx))(
    'loads a hundred thousand pages without a warning, long paths and long tag lines left out',
    { timeout: 60_000 },
    async ({ expect }) => {
      const dir = temporaryFolder({ 'p/99999/index.html': 'last', 'many.html': 'many' });
      const pages = Array.from({ length: 100_000 }, (_, index) => ({
        path: `/p/${index}/`,
        digest: 'x',
        tags: ['all-pages', `page:/p/${index}`, `price:$${index}`],
      }));
      const long = `/${'p'.repeat(300)}/`;
      const manifest: Manifest = {
        version: 1,
        pages: [
          ...pages,
          { path: long, digest: 'x', tags: ['all-pages', 'page:/long'] },
          { path: `/${'é'.repeat(2100)}/`, digest: 'x', tags: ['all-pages', 'page:/longer'] },
          {
            path: '/many.html',
            digest: 'x',
            tags: Array.from({ length: 600 }, (_, id) => `tag:${id}`),
          },
        ],
      };
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'freshtag.conf'), formatOrigin('nginx', manifest));
      writeFileSync(join(folder, 'nginx.conf'), nginxMain(folder, dir, await freePort()));
      const tried = spawnSync('nginx', ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')]);
      expect(
        tried.stderr
          .toString()
          .replaceAll(
            /^nginx: the configuration file.*|^nginx: configuration file.*successful$/gm,
            '',
          )
          .trim(),
      ).toBe('');
      const url = await nginx.start(dir, manifest);
      const tagsOf = async (path: string) => (await fetch(url + path)).headers.get('cache-tag');
      expect(await tagsOf('/p/99999/')).toBe('all-pages,page:/p/99999,price:$99999');
      expect(await tagsOf('/many.html')).toBeNull();
    },
  );
});

describe('Caddy', () => {
  test.skipIf(isSkipped(caddy))(
    'sends tags and knows paths with characters that mean something to it, or keeps them from the edge',
    async ({ expect }) => {
      const names = ['c`d', 'e"f', 'g h', 'ü', 'a{b}', 'x'];
      const dir = temporaryFolder(
        Object.fromEntries(names.map((name) => [`${name}/index.html`, name])),
      );
      const manifest = collectManifest({
        dir,
        tags: ({ path }) => (path === '/x/' ? ['x:{http.request.uri}'] : []),
      });
      const url = await caddy.start(dir, manifest);
      const headers = async (name: string) => {
        const response = await fetch(`${url}/${encodeURIComponent(name)}/`);
        return [response.headers.get('cache-tag'), response.headers.get('cache-control')];
      };
      for (const name of names.slice(0, 4)) {
        const page = manifest.pages.find(({ path }) => path === `/${name}/`);
        expect(await headers(name)).toEqual([page?.tags.join(','), TAGGED]);
      }
      for (const name of names.slice(4))
        expect(await headers(name)).toEqual([null, 'private, no-cache']);
    },
  );
});
