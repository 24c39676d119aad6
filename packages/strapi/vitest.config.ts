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
    // Strapi keeps itself in a global and changes process-wide listeners.
    pool: 'threads',
    // Strapi itself loads the plugin, past the test runner.
    execArgv: ['--conditions=@freshtag/source'],
  },
});

export default config;
