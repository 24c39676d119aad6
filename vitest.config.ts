import { defineConfig, type ViteUserConfig } from 'vitest/config';

import { shared } from './vitest.shared.ts';

const config: ViteUserConfig = defineConfig({
  test: {
    projects: ['packages/*/vitest.config.ts'],
    // The default hides failing focus marks on a developer's machine and not in CI.
    allowOnly: false,
    reporters: ['default', ['json', { outputFile: '.turbo/vitest.json' }]],
    testTimeout: shared.test.testTimeout,
  },
});

export default config;
