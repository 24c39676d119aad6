import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freshtag, type FreshtagAstroOptions } from '@freshtag/astro';
import { deployFiles } from '@freshtag/core/site';
import { startEdge, type Edge } from '@freshtag/edge';
import { startOrigin, type Origin } from '@freshtag/testing';
import { build } from 'astro';

import { EXTRA_TAGS_FILE } from './edits.ts';
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts';
import { hangUp, type Server } from './visitor.ts';

export const DOMAIN = 'atlas.example';
const ENVIRONMENT = 'production';
const app = fileURLToPath(new URL('..', import.meta.url));

/** Everything that the demo runs: content, origin, edge, and a clock that all share. */
export interface World {
  readonly content: string;
  readonly origin: Origin;
  readonly edge: Edge;
  readonly clock: SteppedClock;
  /** Both points of presence, as visitors see them. */
  readonly points: readonly Server[];
  readonly originServer: Server;
  readonly stateFile: string;
  /** Files of freshtag’s own. */
  readonly manifestFile: string;
  /** Builds the site as it is now, with the integration, into a folder of its own. */
  build(
    options: Pick<
      FreshtagAstroOptions,
      'deploy' | 'origin' | 'refresh' | 'secondPassDelayMs' | 'edgeLayers'
    >,
    dir: string,
  ): Promise<void>;
  newFolder(name: string): string;
  close(): Promise<void>;
}

export async function createWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'freshtag-demo-'));
  const builds = makeBuildsFolder();
  const content = join(folder, 'content');
  cpSync(join(app, 'content'), content, { recursive: true });
  process.env['ATLAS_CONTENT'] = content;
  process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
  const clock = createSteppedClock(Date.now());
  const origin = await startOrigin();
  const edge = await startEdge({
    domains: { [DOMAIN]: origin.url },
    clock,
    ...LAYERS,
    // The clock waits for visitors; one who waited for a fetch that is held would stop it.
    cache: { deduplicates: false },
  });
  const directory = join(folder, 'freshtag');
  const files = deployFiles(directory, { domain: DOMAIN, environment: ENVIRONMENT });
  return {
    content,
    origin,
    edge,
    clock,
    points: ['pop-1', 'pop-2'].map((name) => ({
      url: edge.url,
      headers: { host: DOMAIN, 'x-edge-pop': name },
    })),
    originServer: { url: origin.url, headers: { host: DOMAIN } },
    stateFile: files.state,
    manifestFile: files.manifest,
    newFolder: (name) => join(builds, name),
    build: (options, dir) => {
      const integration = freshtag({
        domain: DOMAIN,
        environment: ENVIRONMENT,
        directory,
        clock,
        endpoint: edge.apiUrl,
        credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
        tags: ({ path }) => readExtraTags(content)[path] ?? [],
        ...options,
      });
      return build({
        root: app,
        outDir: dir,
        cacheDir: join(folder, 'cache'),
        logLevel: 'silent',
        integrations: [integration],
      });
    },
    close: async () => {
      hangUp();
      await edge.close();
      await origin.close();
      for (const made of [folder, builds]) rmSync(made, { recursive: true, force: true });
    },
  };
}

/** The near point of presence obeys before the layer behind it, the far one after: both are hard. */
const LAYERS = {
  pointsOfPresence: [
    { name: 'pop-1', propagationDelayMs: 2000 },
    { name: 'pop-2', propagationDelayMs: 15_000 },
  ],
  secondLayer: { propagationDelayMs: 8000 },
};

/** Astro renders within an output folder below the working folder, else in one that all builds share. */
function makeBuildsFolder(): string {
  process.chdir(app);
  mkdirSync('.astro', { recursive: true });
  return mkdtempSync(join(app, '.astro', 'demo-'));
}

function readExtraTags(content: string): Readonly<Record<string, readonly string[]>> {
  const file = join(content, EXTRA_TAGS_FILE);
  if (!existsSync(file)) return {};
  const tags: Record<string, string[]> = JSON.parse(readFileSync(file, 'utf8'));
  return tags;
}
