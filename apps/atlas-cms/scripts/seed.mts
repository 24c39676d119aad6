// Fills the atlas. What is there already is left as it is. usage: pnpm --filter atlas-cms seed
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fillAtlas } from './fill-atlas.mts';

const appDir = fileURLToPath(new URL('..', import.meta.url));
process.chdir(appDir);
process.env['STRAPI_TELEMETRY_DISABLED'] = 'true';
mkdirSync(dirname(process.env['DATABASE_FILENAME'] ?? '.tmp/data.db'), { recursive: true });

// Strapi and what it loads are CommonJS.
const { createStrapi }: typeof import('@strapi/strapi') = createRequire(import.meta.url)(
  '@strapi/strapi',
);
const strapi = await createStrapi({ appDir, distDir: 'dist', serveAdminPanel: false }).load();
strapi.log.level = 'warn';
const made = await fillAtlas(strapi);
console.log(`${made} entries were missing, and are there now.`);
await strapi.destroy();
