import { defineConfig, type ViteUserConfig } from 'vitest/config';

import { shared } from '../../vitest.shared.ts';

const config: ViteUserConfig = defineConfig({
  ...shared,
  test: {
    ...shared.test,
    name: 'strapi',
    // Three seconds on an idle machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Strapi brings native add-ons (better-sqlite3, sharp): where one crashes, its file alone fails.
    pool: 'forks',
    setupFiles: ['test/support/keep-listeners.ts'],
    // Strapi itself loads the plugin, past the test runner.
    execArgv: ['--conditions=@freshtag/source'],
  },
});

export default config;
