import { defineConfig } from 'vitest/config';

import { shared } from '../../vitest.shared.ts';

export default defineConfig({
  ...shared,
  test: { ...shared.test, name: 'edge', include: [...shared.test.include, 'oracle/**/*.test.ts'] },
});
