import type { UserConfig } from 'tsdown';

/**
 * Strapi requires the entry, and reads it only if its name ends in `.js`; in a package of modules that
 * needs a word on what such a file is.
 */
const config: UserConfig = {
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

export default config;
