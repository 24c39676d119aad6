import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The app that the tests run. */
export const ATLAS_DIR: string = fileURLToPath(
  new URL('../../../../apps/atlas-cms', import.meta.url),
);

/** Requires as the app would: the Strapi that its plugins get is this one, as CommonJS. */
export const requireOfAtlas: NodeJS.Require = createRequire(join(ATLAS_DIR, 'package.json'));

/** What the configuration of plugins goes through in this thread. */
export const PLUGINS_HOOK: unique symbol = Symbol.for('freshtag.test.plugins');

/**
 * Compiles the app, once for all tests of its state.
 * @returns the folder that Strapi takes as `distDir`
 */
export function compileAtlas(): string {
  const files = ['config', 'src'].flatMap(listAtlas);
  const dist = join(ATLAS_DIR, '.tmp', `tests-${digestOf([...files, THIS])}`);
  if (existsSync(dist)) return dist;
  const making = `${dist}-${randomBytes(4).toString('hex')}`;
  for (const file of files) compileFile(file, making);
  hookPlugins(making);
  try {
    renameSync(making, dist);
  } catch (error) {
    // Another thread was faster.
    if (!existsSync(dist)) throw error;
  }
  return dist;
}

/** Files of the app with code and data, by their paths in it, in order. */
export function listAtlas(folder: string): readonly string[] {
  return readdirSync(join(ATLAS_DIR, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:ts|json)$/.test(file))
    .map((file) => join(folder, file))
    .sort();
}

/** Of names and contents; short. Paths are those of the app unless they are absolute. */
export function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(resolve(ATLAS_DIR, file)));
  return hash.digest('hex').slice(0, 12);
}

const THIS = fileURLToPath(import.meta.url);

const PLUGINS_FILE = `
const plugins = require('../plugins-of-atlas.js').default;
const asTheyAre = (given) => given;
module.exports = (parameters) =>
  (globalThis[Symbol.for('freshtag.test.plugins')] ?? asTheyAre)(plugins(parameters));
`;

/** Has the configuration of plugins go through {@link PLUGINS_HOOK}. */
export function hookPlugins(dist: string): void {
  renameSync(join(dist, 'config/plugins.js'), join(dist, 'plugins-of-atlas.js'));
  writeFileSync(join(dist, 'config/plugins.js'), PLUGINS_FILE);
}

/** Of the app; as JavaScript if it is TypeScript, without a look at its types. */
export function compileFile(file: string, to: string): void {
  mkdirSync(dirname(join(to, file)), { recursive: true });
  if (!file.endsWith('.ts')) {
    cpSync(join(ATLAS_DIR, file), join(to, file));
    return;
  }
  const typescript = requireOfAtlas('typescript') as Typescript;
  const { outputText } = typescript.transpileModule(readFileSync(join(ATLAS_DIR, file), 'utf8'), {
    compilerOptions: {
      module: typescript.ModuleKind.CommonJS,
      target: typescript.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  writeFileSync(join(to, file.replace(/\.ts$/, '.js')), outputText);
}

interface Typescript {
  readonly ModuleKind: { readonly CommonJS: number };
  readonly ScriptTarget: { readonly ES2022: number };
  transpileModule(
    text: string,
    options: { readonly compilerOptions: Readonly<Record<string, unknown>> },
  ): { readonly outputText: string };
}
