import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { digestOf, listAtlas, requireOfAtlas } from '../support/atlas.ts';

const PLUGIN = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPT = fileURLToPath(new URL('processes/build-admin.ts', import.meta.url));

/**
 * The atlas with its admin panel, built as for production with the plugin's `dist` in it: once for all
 * tests of their state, in a folder of its own that is an app by itself.
 * @returns the folder
 * @throws if it cannot be built, or if the plugin is not
 */
export async function buildAdminApp(): Promise<string> {
  // Not below the workspace: Strapi would compile by the first tsconfig that it finds above.
  const folder = join(tmpdir(), `freshtag-admin-${digestOf(filesInside())}`);
  if (existsSync(folder)) return folder;
  // Who waits for its turn there keeps no thread of tests busy.
  const child = fork(SCRIPT, [folder], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the admin panel cannot be built: ${output}`);
  return folder;
}

/** All that the built panel depends on. */
function filesInside(): readonly string[] {
  const dist = join(PLUGIN, 'dist/admin');
  if (!existsSync(join(dist, 'index.mjs')))
    throw new Error('build the plugin first: pnpm --filter @freshtag/strapi build');
  return [
    SCRIPT,
    fileURLToPath(new URL('processes/vite.config.js', import.meta.url)),
    join(PLUGIN, 'package.json'),
    ...readdirSync(dist).map((file) => join(dist, file)),
    requireOfAtlas.resolve('@strapi/strapi/package.json'),
    'package.json',
    'src/admin/app.tsx',
    ...listAtlas('config'),
    ...listAtlas('src'),
  ];
}
