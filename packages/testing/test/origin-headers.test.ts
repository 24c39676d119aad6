import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';

import { afterEach, describe, test } from 'vitest';

import { pageTag } from '@freshtag/core';
import {
  collectManifest,
  createTagHandler,
  nginxConfig,
  serializeManifest,
  type Manifest,
} from '@freshtag/core/site';

import { startOrigin, temporaryFolder } from '../src/index.ts';

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
const closers: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Server {
  readonly name: string;
  /** Serves a folder with the headers of its manifest. */
  start(dir: string, manifest: Manifest): Promise<string>;
}

const node: Server = {
  name: 'the Node handler',
  start: async (dir, manifest) => {
    const origin = await startOrigin();
    closers.push(() => origin.close());
    origin.deploy(dir, manifest);
    return origin.url;
  },
};

const nginx: Server = {
  name: 'nginx',
  start: async (dir, manifest) => {
    const folder = temporaryFolder();
    const port = await freePort();
    writeFileSync(join(folder, 'freshtag.conf'), nginxConfig(manifest));
    writeFileSync(join(folder, 'nginx.conf'), nginxMain(folder, dir, port));
    const server = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let problems = '';
    server.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
    closers.push(async () => {
      server.kill('SIGQUIT');
      await once(server, 'close');
    });
    const url = `http://127.0.0.1:${port}`;
    while (!(await isUp(url))) if (server.exitCode !== null) throw new Error(problems);
    return url;
  },
};

function nginxMain(folder: string, dir: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  return `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr; ${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off;
  ${temporary}
  include ${folder}/freshtag.conf;
  server {
    listen 127.0.0.1:${port};
    root ${dir};
    error_page 404 /404.html;
    add_header Cache-Tag $freshtag_cache_tag always;
    add_header Cache-Control $freshtag_cache_control always;
  }
}`;
}

async function isUp(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const hasNginx = spawnSync('nginx', ['-v']).status === 0;
if (!hasNginx && process.env['CI'] === undefined)
  process.stderr.write(
    'SKIPPED: nginx is not installed, so its configuration is not tested here.\n',
  );

describe.for([node, nginx])('an origin with the headers of a build, by $name', (server) => {
  test.skipIf(server === nginx && !hasNginx && process.env['CI'] === undefined)(
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

  test.skipIf(server === nginx && !hasNginx && process.env['CI'] === undefined)(
    'answers 404 without an error page with the tag not-found alone',
    async ({ expect }) => {
      const dir = temporaryFolder({ 'index.html': 'home' });
      const url = await server.start(dir, collectManifest({ dir }));
      expect((await fetch(`${url}/nothing`)).headers.get('cache-tag')).toBe('not-found');
    },
  );
});

describe('the Node handler', () => {
  test('goes on with the last manifest while a deploy writes the next, and serves without tags before any', async ({
    expect,
  }) => {
    const file = join(temporaryFolder(), 'manifest.json');
    const dir = temporaryFolder({ 'index.html': 'home' });
    const origin = await startOrigin();
    closers.push(() => origin.close());
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
});
