import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

import type { HistorySource } from './source.ts';

/** Builds of apps/atlas-site, as `git fast-export` writes them; made by `make-atlas-history.ts`. */
export const ATLAS_HISTORY: URL = new URL(
  '../../data/atlas-history.fast-export.br',
  import.meta.url,
);

/** Puts the history that is kept here into a clone of its own. */
export async function unpackAtlasHistory(dir: string): Promise<HistorySource> {
  const path = join(dir, 'atlas-history');
  execFileSync('git', ['init', '--quiet', '--bare', path]);
  const stream = brotliDecompressSync(readFileSync(ATLAS_HISTORY));
  execFileSync('git', ['-C', path, 'fast-import', '--quiet'], { input: stream });
  return { name: 'atlas', path, branch: 'gh-pages', folder: '' };
}
