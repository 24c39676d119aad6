import { fileURLToPath } from 'node:url';

import type { Core } from '@strapi/strapi';

import type { FreshtagConfig } from '../../server/src/config.ts';
import { ATLAS_DIR, compileAtlas, PLUGINS_HOOK, requireOfAtlas } from './atlas.ts';

const SOURCE_PLUGIN = fileURLToPath(new URL('source-plugin', import.meta.url));

/** The atlas with the plugin from its sources, on the database of the environment; not yet loaded. */
export function createAtlas(config: FreshtagConfig): Core.Strapi {
  Reflect.set(globalThis, PLUGINS_HOOK, (plugins: Readonly<Record<string, object>>) => ({
    ...plugins,
    freshtag: { enabled: true, resolve: SOURCE_PLUGIN, config },
  }));
  const { createStrapi } = requireOfAtlas('@strapi/strapi') as typeof import('@strapi/strapi');
  const strapi = createStrapi({
    appDir: ATLAS_DIR,
    distDir: compileAtlas(),
    autoReload: false,
    serveAdminPanel: false,
  });
  strapi.log.level = 'error';
  return strapi;
}
