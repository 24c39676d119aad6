import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { defineConfig, type UserConfig } from 'tsdown';

const packageDir = process.cwd();
const entries = ['src/index.ts', 'src/bin.ts', 'src/site.ts', 'src/opentelemetry.ts'].filter(
  (file) => existsSync(join(packageDir, file)),
);

/** The one build of all packages: each calls `tsdown --config ../../tsdown.config.ts` from its own folder. */
const config: UserConfig = defineConfig({
  cwd: packageDir,
  entry: entries,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  dts: true,
  fixedExtension: true,
  hash: false,
  exports: { devExports: '@freshtag/source', exclude: ['bin'] },
  publint: { strict: true },
  attw: { profile: 'esm-only', level: 'error' },
});

export default config;
