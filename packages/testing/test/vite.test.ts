import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';
import { build, createBuilder, type InlineConfig } from 'vite';

import freshtag, { type FreshtagViteOptions } from '@freshtag/vite';

import { writeFiles } from '../src/index.ts';
import { createViteWorld } from './vite-site.ts';
import { credentials, domain, type World } from './world.ts';

let world: World;
let root: string;

beforeEach(async () => {
  ({ world, root } = await createViteWorld());
});

afterEach(() => world.close());

/** Options of a site whose output folder goes to the origin of the test. */
function options(more: Partial<FreshtagViteOptions> = {}): FreshtagViteOptions {
  return {
    domain,
    credentials,
    endpoint: world.edge.apiUrl,
    clock: world.clock,
    refresh: 'always',
    origin: world.origin.url,
    deploy: async () =>
      world.origin.deploy(
        join(root, 'dist'),
        join(root, '.freshtag/production', domain, 'manifest.json'),
      ),
    ...more,
  };
}

function config(plugin: FreshtagViteOptions, more: InlineConfig['build'] = {}): InlineConfig {
  return {
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [freshtag(plugin)],
    build: {
      rolldownOptions: { input: ['index.html', 'about.html'].map((file) => join(root, file)) },
      ...more,
    },
  };
}

const refreshedTags = (from: number) =>
  [...new Set(world.edge.refreshes.slice(from).flatMap((event) => event.tags))].sort();

describe('the Vite plugin', () => {
  test('after a build refreshes exactly the pages that changed, and sends their tags', async ({
    expect,
  }) => {
    await build(config(options()));
    for (const path of ['/', '/about.html', '/robots.txt']) await world.ask('pop-1', path);
    const before = world.edge.refreshes.length;
    writeFiles(root, {
      'about.html': '<html><head></head><body>about us</body></html>',
      'new.html': '<html></html>',
    });
    await build({
      ...config(options()),
      build: {
        rolldownOptions: {
          input: ['index.html', 'about.html', 'new.html'].map((file) => join(root, file)),
        },
      },
    });
    expect(refreshedTags(before)).toEqual(['not-found', 'page:/about']);
    expect(await world.ask('pop-1', '/about.html')).toMatchObject({
      cache: 'MISS',
      body: expect.stringContaining('about us'),
    });
    expect((await world.ask('pop-1', '/robots.txt')).cache).toBe('HIT');
    const answer = await fetch(world.edge.url);
    expect(answer.headers.get('cache-tag')).toBe('all-pages,home,page:/');
  });

  test('refreshes nothing when nothing changed', async ({ expect }) => {
    await build(config(options()));
    const before = world.edge.refreshes.length;
    await build(config(options()));
    expect(world.edge.refreshes.slice(before)).toEqual([]);
  });

  test('a page that names another asset has changed; hashed assets themselves are not refreshed', async ({
    expect,
  }) => {
    await build(config(options()));
    const before = world.edge.refreshes.length;
    writeFiles(root, { 'app.js': 'document.title = "two";' });
    await build(config(options()));
    // The new asset has another name, under which a 404 may be stored.
    expect(refreshedTags(before)).toEqual(['not-found', 'page:/']);
  });

  test('never refreshes after a build that failed', async ({ expect }) => {
    writeFiles(root, { 'app.js': 'import "./missing.js";' });
    await expect(build(config(options()))).rejects.toThrow(/missing/);
    expect(world.edge.refreshes).toEqual([]);
    expect(existsSync(join(root, '.freshtag'))).toBe(false);
  });

  test.for(['buildEnd', 'generateBundle', 'writeBundle', 'closeBundle'] as const)(
    'deploys and refreshes nothing when the %s of another plugin fails',
    async (hook, { expect }) => {
      const broken = {
        name: 'broken',
        [hook]: () => {
          throw new Error('broken on purpose');
        },
      };
      let deployed = false;
      const plugin = options({
        deploy: async () => {
          deployed = true;
        },
      });
      const given = config(plugin);
      await expect(build({ ...given, plugins: [broken, freshtag(plugin)] })).rejects.toThrow(
        /broken on purpose/,
      );
      expect([deployed, world.edge.refreshes]).toEqual([false, []]);
    },
  );

  test('waits for all environments of an app, and knows the folder of the one for visitors', async ({
    expect,
  }) => {
    writeFiles(root, { 'server.js': 'export default 1;' });
    const built: string[] = [];
    const plugin = options({
      deploy: async ({ dir, files }) => {
        built.push(
          ...['dist/client/index.html', 'dist/server/server.js'].filter((file) =>
            existsSync(join(root, file)),
          ),
        );
        world.origin.deploy(dir, files.manifest);
      },
    });
    const builder = await createBuilder({
      ...config(plugin),
      builder: {},
      environments: {
        client: {
          build: { outDir: 'dist/client', rolldownOptions: { input: join(root, 'index.html') } },
        },
        ssr: {
          build: { outDir: 'dist/server', rolldownOptions: { input: join(root, 'server.js') } },
        },
      },
    });
    await builder.buildApp();
    expect(built).toEqual(['dist/client/index.html', 'dist/server/server.js']);
    expect((await world.ask('pop-1', '/')).body).toContain('one');
    expect(world.edge.refreshes).toHaveLength(6);
  });

  test('never takes a public file for one with a hash in its name', async ({ expect }) => {
    writeFiles(root, { 'public/assets/hero-Background.png': 'picture' });
    await build(config(options()));
    const answer = await fetch(`${world.edge.url}/assets/hero-Background.png`);
    expect(answer.headers.get('cache-control')).not.toContain('immutable');
  });

  test('never refreshes in watch mode', async ({ expect }) => {
    const watcher = await build(config(options(), { watch: {} }));
    if (!('on' in watcher)) throw new Error('not a watcher');
    const ended = Promise.withResolvers<void>();
    watcher.on('event', (event) => {
      if (event.code === 'END' || event.code === 'ERROR') ended.resolve();
    });
    await ended.promise;
    await watcher.close();
    expect(world.edge.refreshes).toEqual([]);
  });

  test('a refused refresh fails the build with the cloud’s reason, and the next build takes it up', async ({
    expect,
  }) => {
    await build(config(options()));
    writeFiles(root, { 'about.html': '<html><head></head><body>about us</body></html>' });
    world.edge.refuseRefreshes({
      code: 'QuotaExceeded.Refresh',
      message: 'exceeded the daily limit',
    });
    await expect(build(config(options()))).rejects.toThrow(/REFRESH_INCOMPLETE|QuotaExceeded/);
    const before = world.edge.refreshes.length;
    await build(config(options()));
    expect(refreshedTags(before)).toEqual(['page:/about']);
  });

  test.for([
    [{}, /domain: undefined/],
    [{ domain: 'https://www.example.com' }, /domain: "https:\/\/www\.example\.com"/],
    [{ domain, refresh: 'always' }, /deploy .*origin .*refresh: "now"/],
    [
      { domain, refresh: 'sometimes' },
      /refresh: "sometimes" is not allowed\. Give "now", "always" or "never"/,
    ],
    [{ domain, refresh: 'now', secondPassDelayMs: -1 }, /secondPassDelayMs: -1/],
    [{ domain, refresh: 'now', edgeLayers: 0 }, /edgeLayers: 0/],
    [{ domain, refresh: 'now', limits: { maxTagsPerCall: 0 } }, /limits\.maxTagsPerCall: 0/],
    [{ domain, refresh: 'now', endpoint: 'http://me:pw@x' }, /endpoint: "http:\/\/\*\*\*@x"/],
    [
      { domain, refresh: 'now', state: {} },
      /state: \{\} is not allowed\. Give a path, an address, or a store/,
    ],
    [{ domain, origin: 'origin.example.com' }, /origin: "origin\.example\.com"/],
    [{ domain, refresh: 'now', deploi: true }, /deploi: there is no such option/],
    [{ domain, refresh: 'now', environment: 'a/b' }, /environment: "a\/b"/],
    [{ domain, refresh: 'now', tags: ['a'] }, /tags: \["a"\] is not allowed\. Give a function/],
  ] as const)('refuses the options %j at start', async ([given, message], { expect }) => {
    await expect(build(config(given as unknown as FreshtagViteOptions))).rejects.toThrow(message);
    expect(existsSync(join(root, 'dist'))).toBe(false);
  });
});
