import { readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';

import { FreshtagError } from '../errors.ts';

/**
 * All files below a folder, as paths with `/` relative to it, sorted. Links are followed; a link
 * back to a folder above itself is not.
 *
 * @throws FreshtagError `OUTPUT_UNREADABLE`, also for a folder without any file
 */
export function listFiles(dir: string): string[] {
  try {
    const files = [...walk(dir, '', new Set([realpathSync(dir)]))].sort();
    if (files.length > 0) return files;
  } catch (error) {
    if (error instanceof FreshtagError) throw error;
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new FreshtagError(
      'OUTPUT_UNREADABLE',
      `The folder of built pages, ${dir}, cannot be read (${why}). Build the site first, or name the folder that it is built into.`,
      { cause: error },
    );
  }
  throw new FreshtagError(
    'OUTPUT_UNREADABLE',
    `The folder of built pages, ${dir}, is empty. Nothing was planned, since that would remove every page; build the site first.`,
  );
}

function followLink(link: string): Stats {
  try {
    return statSync(link);
  } catch (error) {
    throw new FreshtagError(
      'OUTPUT_UNREADABLE',
      `The link ${link} in the folder of built pages leads nowhere. Mend or remove it.`,
      { cause: error },
    );
  }
}

function* walk(root: string, folder: string, above: ReadonlySet<string>): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const kind = entry.isSymbolicLink() ? followLink(join(root, path)) : entry;
    if (kind.isFile()) yield path;
    if (!kind.isDirectory()) continue;
    const real = realpathSync(join(root, path));
    if (!above.has(real)) yield* walk(root, path, new Set([...above, real]));
  }
}
