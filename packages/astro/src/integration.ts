import { createAfterBuild, type AfterBuild, type BuildRefreshOptions } from '@freshtag/core/site';
import type { AstroConfig, AstroIntegration } from 'astro';
import { fileURLToPath } from 'node:url';

/** @see BuildRefreshOptions */
export type FreshtagAstroOptions = BuildRefreshOptions;

/**
 * After `astro build`, refreshes the cache tags of the pages that changed since the build that the
 * edge serves. Put it last: it sees what the integrations before it have written. Outside CI it only
 * plans.
 *
 * @throws FreshtagError `INVALID_OPTION`, `NO_CREDENTIALS` at the start of a build
 */
export function freshtag(options: FreshtagAstroOptions): AstroIntegration {
  let afterBuild: AfterBuild | undefined;
  let config: AstroConfig | undefined;
  return {
    name: '@freshtag/astro',
    hooks: {
      'astro:config:setup': ({ command }) => {
        if (command === 'build') afterBuild = createAfterBuild(options);
      },
      'astro:config:done': ({ config: done }) => {
        config = done;
      },
      'astro:build:done': async ({ dir, logger }) => {
        if (afterBuild === undefined || config === undefined) return;
        await afterBuild({
          root: fileURLToPath(config.root),
          base: config.base,
          dir: fileURLToPath(dir),
          immutable: [config.build.assets],
          publicDir: fileURLToPath(config.publicDir),
          log: (line) => logger.info(line),
        });
      },
    },
  };
}
