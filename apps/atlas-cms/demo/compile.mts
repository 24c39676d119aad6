import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The app. */
export const APP: string = fileURLToPath(new URL('..', import.meta.url));

/** Requires as the app would: Strapi is CommonJS. */
export const requireOfApp: NodeJS.Require = createRequire(join(APP, 'package.json'));

/** Where the configuration of plugins is, for the app that {@link compileApp} makes. */
export const PLUGINS: unique symbol = Symbol.for('atlas.demo.plugins');

const PLUGINS_FILE = `module.exports = () => globalThis[Symbol.for('atlas.demo.plugins')];\n`;

/**
 * Compiles the app without checking its types, with plugins that this process configures.
 * @returns the folder that Strapi takes as `distDir`; it is the caller's to remove
 */
export function compileApp(): string {
  mkdirSync(join(APP, '.tmp'), { recursive: true });
  const dist = mkdtempSync(join(APP, '.tmp', 'demo-'));
  const typescript: typeof import('typescript') = requireOfApp('typescript');
  const { CommonJS } = typescript.ModuleKind;
  const compilerOptions = { module: CommonJS, target: typescript.ScriptTarget.ES2022 };
  for (const file of listFiles()) {
    const to = join(dist, file);
    mkdirSync(dirname(to), { recursive: true });
    if (file.endsWith('.ts')) {
      const text = readFileSync(join(APP, file), 'utf8');
      const { outputText } = typescript.transpileModule(text, { compilerOptions });
      writeFileSync(to.replace(/\.ts$/, '.js'), outputText);
    } else {
      cpSync(join(APP, file), to);
    }
  }
  writeFileSync(join(dist, 'config/plugins.js'), PLUGINS_FILE);
  return dist;
}

function listFiles(): string[] {
  return ['config', 'src'].flatMap((folder) =>
    readdirSync(join(APP, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:ts|json)$/.test(file))
      .map((file) => join(folder, file)),
  );
}
