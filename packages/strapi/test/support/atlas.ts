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
import { dirname, join } from 'node:path';
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
  const files = ['config', 'src'].flatMap((folder) =>
    readdirSync(join(ATLAS_DIR, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:ts|json)$/.test(file))
      .map((file) => join(folder, file)),
  );
  const hash = createHash('sha256');
  for (const file of [...files.sort(), fileURLToPath(import.meta.url)])
    hash.update(file).update(readFileSync(file.startsWith('/') ? file : join(ATLAS_DIR, file)));
  const dist = join(ATLAS_DIR, '.tmp', `tests-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(dist)) return dist;
  const making = `${dist}-${randomBytes(4).toString('hex')}`;
  for (const file of files) compileFile(file, making);
  renameSync(join(making, 'config/plugins.js'), join(making, 'plugins-of-atlas.js'));
  writeFileSync(join(making, 'config/plugins.js'), PLUGINS_FILE);
  try {
    renameSync(making, dist);
  } catch (error) {
    // Another thread was faster.
    if (!existsSync(dist)) throw error;
  }
  return dist;
}

const PLUGINS_FILE = `
const plugins = require('../plugins-of-atlas.js').default;
module.exports = (parameters) => globalThis[Symbol.for('freshtag.test.plugins')](plugins(parameters));
`;

function compileFile(file: string, to: string): void {
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
