import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';
import { build, type AstroInlineConfig } from 'astro';

import freshtag, { type FreshtagAstroOptions } from '@freshtag/astro';

import { temporaryProject, writeFiles } from '../src/index.ts';
import { createWorld, credentials, domain, type World } from './world.ts';

let world: World;
let root: string;

beforeEach(async () => {
  process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
  world = await createWorld({ first: 1000, second: 3000, layer: 2000 });
  root = temporaryProject({
    'src/pages/index.astro':
      '<html><head><meta name="cache-tag" content="home"></head><body>one</body></html>',
    'src/pages/blog/[slug].astro': `---
export const getStaticPaths = () => ['a', 'b'].map((slug) => ({ params: { slug } }));
---
<html><body>{Astro.params.slug}</body></html><style>body { color: red; }</style>`,
    'src/pages/feed.json.ts': `export const GET = () => new Response('{"items":[]}');`,
  });
});

afterEach(() => world.close());

/** Options of a site whose output folder goes to the origin of the test. */
function options(more: Partial<FreshtagAstroOptions> = {}): FreshtagAstroOptions {
  return {
    domain,
    credentials,
    endpoint: world.edge.apiUrl,
    clock: world.clock,
    refresh: 'always',
    deploy: async () =>
      world.origin.deploy(
        join(root, 'dist'),
        join(root, '.freshtag/production', domain, 'manifest.json'),
      ),
    ...more,
  };
}

function config(
  given: FreshtagAstroOptions = options(),
  astro: AstroInlineConfig = {},
): AstroInlineConfig {
  return { root, configFile: false, logLevel: 'silent', integrations: [freshtag(given)], ...astro };
}

const refreshedTags = (from: number) =>
  [...new Set(world.edge.refreshes.slice(from).flatMap((event) => event.tags))].sort();

describe('the Astro integration', () => {
  test('after a build refreshes exactly the pages that changed', async ({ expect }) => {
    const fromOrigin = options({ origin: world.origin.url });
    await build(config(fromOrigin));
    const paths = ['/', '/blog/a/', '/blog/b/', '/feed.json'];
    for (const path of paths) expect((await world.ask('pop-1', path)).cache).toBe('MISS');
    const before = world.edge.refreshes.length;
    writeFiles(root, {
      'src/pages/feed.json.ts': `export const GET = () => new Response('{"items":[1]}');`,
    });
    await build(config(fromOrigin));
    expect(refreshedTags(before)).toEqual(['page:/feed.json']);
    const caches = [];
    for (const path of paths) caches.push((await world.ask('pop-1', path)).cache);
    expect(caches).toEqual(['HIT', 'HIT', 'HIT', 'MISS']);
  });

  test('knows pages by the path under which the base serves them', async ({ expect }) => {
    await build(config(options(), { base: '/docs' }));
    const before = world.edge.refreshes.length;
    writeFiles(root, { 'src/pages/index.astro': '<html><body>two</body></html>' });
    await build(config(options(), { base: '/docs' }));
    expect(refreshedTags(before)).toEqual(['page:/docs']);
  });

  test('leaves hashed assets out of the plan', async ({ expect }) => {
    const noInline = { build: { inlineStylesheets: 'never' as const } };
    await build(config(options(), noInline));
    const page = (await world.ask('pop-1', '/blog/a/')).body;
    const asset = /\/_astro\/[^"]+\.css/.exec(page)?.[0] ?? 'none';
    const answer = await fetch(world.edge.url + asset);
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(refreshedTags(0).filter((tag) => tag.includes('_astro'))).toEqual([]);
  });

  test('refuses wrong options at the start of a build, and is silent in others', async ({
    expect,
  }) => {
    await expect(build(config(options({ domain: 'nonsense' })))).rejects.toThrow(
      /domain: "nonsense"/,
    );
    expect(world.edge.refreshes).toEqual([]);
  });
});
