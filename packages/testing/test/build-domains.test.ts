// One build for several domains, each with a plugin of its own and a part of the build.
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { build as buildAstro } from 'astro';
import { build, createBuilder, type InlineConfig } from 'vite';
import { afterEach, beforeEach, test } from 'vitest';

import freshtagAstro from '@freshtag/astro';
import type { BuildRefreshOptions } from '@freshtag/core/site';
import { startEdge, type Edge } from '@freshtag/edge';
import freshtag from '@freshtag/vite';

import {
  startOrigin,
  temporaryFolder,
  temporaryProject,
  writeFiles,
  type Origin,
} from '../src/index.ts';
import { differences } from './deploys/checker.ts';
import { credentials, SecondsClock } from './world.ts';

const www = 'www.example.com';
const french = 'www.example.fr';
const domains = [www, french] as const;
const PATHS = { [www]: ['/', '/fr/', '/fr/pays/'], [french]: ['/', '/pays/'] };
const FOLDERS = { [www]: '', [french]: 'fr' };

let origins: Readonly<Record<string, Origin>>;
let edge: Edge;
let clock: SecondsClock;

beforeEach(async () => {
  process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
  clock = new SecondsClock();
  origins = { [www]: await startOrigin(), [french]: await startOrigin() };
  edge = await startEdge({
    domains: Object.fromEntries(domains.map((domain) => [domain, origins[domain]?.url ?? ''])),
    clock,
    pointsOfPresence: [
      { name: 'pop-1', propagationDelayMs: 0 },
      { name: 'pop-2', propagationDelayMs: 1000 },
    ],
    secondLayer: { propagationDelayMs: 1000 },
    cache: { statusTtlSeconds: { 404: 86_400 } },
  });
});

afterEach(async () => {
  await edge.close();
  await Promise.all(Object.values(origins).map((origin) => origin.close()));
});

/** What one of the domains shows goes to the root of its own origin. */
function optionsOf(domain: keyof typeof PATHS): BuildRefreshOptions {
  const live = temporaryFolder();
  return {
    domain,
    credentials,
    endpoint: edge.apiUrl,
    clock,
    refresh: 'always',
    origin: origins[domain]?.url ?? '',
    ...(domain === french ? { mounts: { '/fr/': '/' } } : {}),
    deploy: async ({ dir, files }) => {
      rmSync(live, { recursive: true, force: true });
      cpSync(join(dir, FOLDERS[domain]), live, { recursive: true });
      origins[domain]?.deploy(live, files.manifest);
    },
  };
}

/** The first look stores what was not stored yet; the second is what visitors see. */
async function staleAfterVisits(): Promise<readonly string[]> {
  const look = () =>
    differences(
      { url: edge.url, points: edge.points },
      domains.map((domain) => ({
        domain,
        origin: origins[domain]?.url ?? '',
        paths: PATHS[domain],
      })),
    );
  await look();
  return look();
}

const page = (content: string): string => `<html><head></head><body>${content}</body></html>`;

function viteConfig(root: string, plugins: readonly BuildRefreshOptions[]): InlineConfig {
  const input = ['index.html', 'fr/index.html', 'fr/pays/index.html'].map((file) =>
    join(root, file),
  );
  return {
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: plugins.map((options) => freshtag(options)),
    build: { rolldownOptions: { input } },
  };
}

const BUILDERS: Readonly<Record<string, (root: string) => Promise<unknown>>> = {
  Vite: (root) => build(viteConfig(root, domains.map(optionsOf))),
  'a builder of Vite': async (root) => {
    const config = viteConfig(root, domains.map(optionsOf));
    await (await createBuilder({ ...config, builder: {} })).buildApp();
  },
  Astro: (root) =>
    buildAstro({
      root,
      configFile: false,
      logLevel: 'silent',
      integrations: domains.map((domain) => freshtagAstro(optionsOf(domain))),
    }),
};

/** The same pages where Vite and where Astro look for them. */
function write(root: string, texts: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(texts))
    writeFiles(root, {
      [`${file}.html`]: page(content),
      [`src/pages/${file}.astro`]: page(content),
    });
}

test.for(Object.keys(BUILDERS))(
  'a build by %s with a plugin for each of two domains brings both up to date, each with what it shows',
  async (name, { expect }) => {
    const root = temporaryProject({});
    const run = async (): Promise<void> => {
      await BUILDERS[name]?.(root);
    };
    write(root, { index: 'one', 'fr/index': 'un', 'fr/pays/index': 'pays' });
    await run();
    expect(await staleAfterVisits()).toEqual([]);
    write(root, { index: 'two', 'fr/index': 'deux' });
    await run();
    const shown = await Promise.all([www, french].map(async (host) => ask(host, '/')));
    expect(shown).toEqual([expect.stringContaining('two'), expect.stringContaining('deux')]);
    expect(await staleAfterVisits()).toEqual([]);
    const paths = JSON.parse(
      readFileSync(join(root, '.freshtag/production', french, 'manifest.json'), 'utf8'),
    ).pages.map(({ path }: { readonly path: string }) => path);
    expect(paths).toEqual(PATHS[french]);
  },
);

/** As a visitor of that domain, whom `fetch` cannot be. */
async function ask(host: string, path: string): Promise<string> {
  const asked = request(edge.url + path, { headers: { host }, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return text(response);
}
