import { defineConfig, type ViteUserConfig } from 'vitest/config';

import { shared } from '../../vitest.shared.ts';

const config: ViteUserConfig = defineConfig({
  ...shared,
  test: { ...shared.test, name: 'testing', globalSetup: './test/clear-temporary.ts' },
});

export default config;
