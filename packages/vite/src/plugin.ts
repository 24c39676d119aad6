import { resolve } from 'node:path';

import { createAfterBuild, type AfterBuild, type BuildRefreshOptions } from '@freshtag/core/site';
import type { Environment, Plugin, ResolvedConfig } from 'vite';

/** @see BuildRefreshOptions */
export type FreshtagViteOptions = BuildRefreshOptions;

/**
 * After a build, refreshes the cache tags of the pages that changed since the build that the edge
 * serves. Never in watch mode, never after a failed build; outside CI it only plans.
 *
 * Sees what Vite itself writes. A framework that writes pages after Vite has closed its bundle
 * (VitePress, SvelteKit, React Router) is served by the command instead: `freshtag plan`, `freshtag apply`.
 *
 * @throws FreshtagError `INVALID_OPTION`, `NO_CREDENTIALS` when the configuration is read for a build
 */
export function freshtag(options: FreshtagViteOptions): Plugin {
  let key = '';
  let afterBuild: AfterBuild | undefined;
  let hasBuilder = false;
  return {
    name: '@freshtag/vite',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      hasBuilder = config.builder !== undefined;
      if (config.build.watch !== null || config.build.ssr) return;
      afterBuild ??= createAfterBuild(options);
      key = `${options.domain} ${options.environment}`;
    },
    // The last hook of a build that went well; one that fails on the way never gets here.
    writeBundle: {
      sequential: true,
      order: 'post',
      handler() {
        if (this.environment.config.consumer !== 'client') return;
        const waiting = writtenBy.get(this.environment) ?? new Set();
        writtenBy.set(this.environment, waiting.add(key));
      },
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler(error?: Error) {
        const written = writtenBy.get(this.environment)?.delete(key);
        if (written !== true || error !== undefined || this.meta.watchMode) return;
        const { root } = this.environment.config;
        if (hasBuilder) finished.set(`${root} ${key}`, this.environment);
        else await afterBuild?.(describeBuild(this.environment));
      },
    },
    // With several environments the site is whole only when all of them are built.
    buildApp: {
      order: 'post',
      async handler(builder) {
        if (!hasBuilder) return;
        for (const environment of Object.values(builder.environments)) {
          if (!environment.isBuilt) await builder.build(environment);
        }
        const name = `${builder.config.root} ${key}`;
        const client = finished.get(name);
        finished.delete(name);
        if (client !== undefined) await afterBuild?.(describeBuild(client));
      },
    },
  };
}

/**
 * Vite may make an instance of a plugin for each environment, so what they tell each other is here: those
 * of one domain, since a build may be for several.
 */
const writtenBy = new WeakMap<Environment, Set<string>>();
const finished = new Map<string, Environment>();

function describeBuild({ config }: Environment): Parameters<AfterBuild>[0] {
  const { root, build, base, publicDir, logger } = config as ResolvedConfig;
  return {
    root,
    base: pathOfBase(base),
    dir: resolve(root, build.outDir),
    immutable: [build.assetsDir],
    ...(publicDir === '' ? {} : { publicDir }),
    log: (line) => logger.info(`[freshtag] ${line}`),
  };
}

/** `base` may be relative (`./`) or a whole URL; pages are served under its path. */
function pathOfBase(base: string): string {
  return new URL(base, 'http://localhost/').pathname;
}
