import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { defineConfig, type UserConfig } from 'tsdown';

const packageDir = process.cwd();
const entries = [
  'src/index.ts',
  'src/bin.ts',
  'src/relay.ts',
  'src/site.ts',
  'src/opentelemetry.ts',
  'src/testing.ts',
  'src/verify.ts',
  'src/collect-thread.ts',
].filter((file) => existsSync(join(packageDir, file)));

// A page is served as it is written: what is tested is what is published.
const page = existsSync(join(packageDir, 'src/ui'))
  ? [{ from: 'src/ui/*.{html,css,js}', to: 'dist/ui' }]
  : [];

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
  copy: page,
  exports: { devExports: '@freshtag/source', exclude: ['bin', 'collect-thread'] },
  publint: { strict: true },
  attw: { profile: 'esm-only', level: 'error' },
});

export default config;
