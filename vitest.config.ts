import { defineConfig, type ViteUserConfig } from 'vitest/config';

import { shared } from './vitest.shared.ts';

/**
 * Strapi tells its listeners of an entry after the commit, and waits for nobody: where that entry is gone
 * by then, or the pool of connections is, nobody catches it. See https://github.com/strapi/strapi/issues/25387
 */
function isOurs({ message, stack = '' }: { message?: string; stack?: string }): boolean {
  const isOfGoneEntry = stack.includes('/document-service/events.js');
  return !isOfGoneEntry && !(message === 'aborted' && stack.includes('/tarn/'));
}

const config: ViteUserConfig = defineConfig({
  test: {
    projects: ['packages/*/vitest.config.ts'],
    // The default hides failing focus marks on a developer's machine and not in CI.
    allowOnly: false,
    reporters: ['default', ['json', { outputFile: '.turbo/vitest.json' }]],
    testTimeout: shared.test.testTimeout,
    onUnhandledError: isOurs,
  },
});

export default config;
