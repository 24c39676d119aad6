import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import node from '@astrojs/node';
import { build } from 'astro';
import { test } from 'vitest';

import { collectManifest, createTagHandler } from '@freshtag/core/site';

import { temporaryProject } from '../src/index.ts';
import { serve } from './serve.ts';

interface Entry {
  readonly handler: (request: unknown, response: unknown) => void;
}

test('the standalone server of @astrojs/node sends the tags of built pages, and those that a rendered page has set', async ({
  expect,
}) => {
  process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
  // It must not begin to listen when it is loaded.
  process.env['ASTRO_NODE_AUTOSTART'] = 'disabled';
  const root = temporaryProject({
    'src/pages/index.astro': '<html><body>home</body></html>',
    'src/pages/about/index.astro': '<html><body>about</body></html>',
    'src/pages/404.astro': '<html><body>not here</body></html>',
    'src/pages/live.ts': `export const prerender = false;
export const GET = () => new Response('live', { headers: { 'cache-tag': 'country:de', 'cache-control': 'public, s-maxage=60' } });`,
  });
  const adapter = node({ mode: 'standalone' });
  await build({ root, configFile: false, logLevel: 'silent', adapter, session: false });
  const setTags = createTagHandler(
    collectManifest({ dir: join(root, 'dist/client'), immutable: ['_astro'] }),
  );
  const entry: Entry = await import(pathToFileURL(join(root, 'dist/server/entry.mjs')).href);
  const origin = await serve((request, response) => {
    setTags(request, response);
    entry.handler(request, response);
  });
  const headers = async (path: string) => {
    const response = await fetch(origin + path);
    await response.arrayBuffer();
    const names = ['cache-tag', 'cache-control'];
    return [response.status, ...names.map((name) => response.headers.get(name))];
  };
  const tagged = 'public, max-age=0, s-maxage=31536000';
  expect(await headers('/')).toEqual([200, 'all-pages,page:/', tagged]);
  expect(await headers('/about/')).toEqual([200, 'all-pages,page:/about', tagged]);
  expect(await headers('/about')).toEqual([200, 'all-pages,page:/about', tagged]);
  expect(await headers('/live')).toEqual([200, 'country:de', 'public, s-maxage=60']);
  expect(await headers('/nothing')).toEqual([
    404,
    'not-found,all-pages,page:/404',
    'public, max-age=0, s-maxage=60',
  ]);
});
