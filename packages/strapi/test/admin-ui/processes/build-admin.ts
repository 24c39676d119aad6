// Builds the atlas' admin panel, unless another process does: then it waits until that is over.
// usage: node build-admin.ts FOLDER
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

import { ATLAS_DIR, compileFile, hookPlugins, listAtlas } from '../../support/atlas.ts';

const PLUGIN_ADMIN = fileURLToPath(new URL('../../../dist/admin/', import.meta.url));
const LONGEST_BUILD_MS = 600_000;

const [, , folder = ''] = process.argv;
// The system frees it, however the one who has it ends.
const lock = new DatabaseSync(`${folder}.lock`, { timeout: LONGEST_BUILD_MS });
lock.exec('BEGIN EXCLUSIVE');
if (!existsSync(folder)) await build(folder);
lock.close();

async function build(to: string): Promise<void> {
  const making = `${to}-${randomBytes(4).toString('hex')}`;
  for (const file of ['package.json', ...listAtlas('config'), ...listAtlas('src')])
    compileFile(file, making);
  hookPlugins(making);
  cpSync(join(ATLAS_DIR, 'src/admin/app.tsx'), join(making, 'src/admin/app.tsx'));
  cpSync(new URL('vite.config.js', import.meta.url), join(making, 'src/admin/vite.config.js'));
  symlinkSync(join(ATLAS_DIR, 'node_modules'), join(making, 'node_modules'), 'junction');
  const strapi = join(ATLAS_DIR, 'node_modules/@strapi/strapi/bin/strapi.js');
  const child = spawn(process.execPath, ['--max-old-space-size=2048', strapi, 'build'], {
    cwd: making,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      STRAPI_TELEMETRY_DISABLED: 'true',
      FRESHTAG_ADMIN: PLUGIN_ADMIN,
    },
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`strapi build ended with ${code}`);
  renameSync(making, to);
}
