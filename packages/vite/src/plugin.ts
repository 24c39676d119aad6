import { createAfterBuild, type AfterBuild, type BuildRefreshOptions } from '@freshtag/core/site';
import { resolve } from 'node:path';
import type { Plugin, ResolvedConfig } from 'vite';

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
  let afterBuild: AfterBuild | undefined;
  let config: ResolvedConfig | undefined;
  let failed = false;
  return {
    name: '@freshtag/vite',
    apply: 'build',
    enforce: 'post',
    applyToEnvironment: (environment) => environment.config.consumer === 'client',
    configResolved(resolved) {
      config = resolved;
      if (resolved.build.watch === null && !resolved.build.ssr)
        afterBuild ??= createAfterBuild(options);
    },
    buildEnd(error) {
      failed ||= error !== undefined;
    },
    renderError() {
      failed = true;
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        if (config === undefined || afterBuild === undefined || failed || this.meta.watchMode)
          return;
        const { root, build, base, logger } = config;
        await afterBuild({
          root,
          base: pathOfBase(base),
          dir: resolve(root, build.outDir),
          immutable: [build.assetsDir],
          log: (line) => logger.info(`[freshtag] ${line}`),
        });
      },
    },
  };
}

/** `base` may be relative (`./`) or a whole URL; pages are served under its path. */
function pathOfBase(base: string): string {
  return new URL(base, 'http://localhost/').pathname;
}
