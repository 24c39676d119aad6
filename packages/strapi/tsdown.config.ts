import type { UserConfig } from 'tsdown';

/**
 * Strapi requires the entry, and reads it only if its name ends in `.js`; in a package of modules that
 * needs a word on what such a file is.
 */
const server: UserConfig = {
  entry: { index: 'server/src/index.ts' },
  outDir: 'dist/server',
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node22.19',
  dts: true,
  hash: false,
  outExtensions: ({ format }) =>
    format === 'cjs' ? { js: '.js', dts: '.d.ts' } : { js: '.mjs', dts: '.d.mts' },
  // Types have one default export, so it must be one in both.
  outputOptions: { exports: 'named' },
  publint: { strict: true },
  plugins: [
    {
      name: 'name-module-format',
      generateBundle() {
        const source = '{ "type": "commonjs" }\n';
        this.emitFile({ type: 'asset', fileName: 'package.json', source });
      },
    },
  ],
};

/** Strapi bundles it into its admin panel, so it stays in parts that are loaded when they are needed. */
const admin: UserConfig = {
  entry: { index: 'admin/src/index.ts' },
  outDir: 'dist/admin',
  format: ['esm'],
  platform: 'neutral',
  target: 'es2022',
  tsconfig: 'admin/tsconfig.json',
  dts: true,
  hash: false,
  deps: { skipNodeModulesBundle: true },
  outExtensions: () => ({ js: '.mjs', dts: '.d.mts' }),
};

const config: UserConfig[] = [server, admin];

export default config;
