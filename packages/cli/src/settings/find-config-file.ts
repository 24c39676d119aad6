import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CONFIG_EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'] as const;

/** The given file, else each `freshtag.config.*` in the working directory; there should be one or none. */
export function findConfigFiles(given: string | undefined, cwd: string): string[] {
  if (given !== undefined) return [resolve(cwd, given)];
  return CONFIG_EXTENSIONS.map((extension) => join(cwd, `freshtag.config${extension}`)).filter(
    // A link to nothing was meant to be found.
    (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  );
}
