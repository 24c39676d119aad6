import { onTestFinished } from 'vitest';

import { startEdge, type Edge } from '@freshtag/edge';

import { temporaryProject } from '../src/index.ts';
import { createWorld, domain, type World } from './world.ts';

/** A site of two pages, a script and a public file. */
const VITE_SITE: Readonly<Record<string, string>> = {
  'index.html':
    '<html><head><meta name="cache-tag" content="home"></head><body>one<script type="module" src="./app.js"></script></body></html>',
  'about.html': '<html><head></head><body>about</body></html>',
  'app.js': 'document.title = "one";',
  'public/robots.txt': 'User-agent: *',
};

/** The project of such a site, and the world that it is built for. */
export async function createViteWorld(): Promise<{ readonly world: World; readonly root: string }> {
  const world = await createWorld({ first: 1000, second: 3000, layer: 2000 });
  return { world, root: temporaryProject(VITE_SITE) };
}

/** An edge of one point that obeys at once, closed when the test ends. */
export async function startSmallEdge(origin: string): Promise<Edge> {
  const edge = await startEdge({
    domains: { [domain]: origin },
    pointsOfPresence: [{ name: 'pop', propagationDelayMs: 0 }],
    secondLayer: { propagationDelayMs: 0 },
  });
  onTestFinished(() => edge.close());
  return edge;
}
