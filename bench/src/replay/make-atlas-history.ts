// Builds apps/atlas-site at a dozen edits and keeps the builds for the replay.
// usage: node bench/src/replay/make-atlas-history.ts
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

import { ATLAS_EDITS } from './atlas-edits.ts';
import { ATLAS_HISTORY } from './atlas-history.ts';

const app = fileURLToPath(new URL('../../../apps/atlas-site', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'freshtag-atlas-'));
const content = join(folder, 'content');
const site = join(folder, 'site');
const env = {
  ...process.env,
  ATLAS_CONTENT: content,
  ASTRO_TELEMETRY_DISABLED: '1',
  GIT_DIR: join(folder, 'builds.git'),
  GIT_WORK_TREE: site,
  GIT_AUTHOR_NAME: 'atlas',
  GIT_AUTHOR_EMAIL: 'atlas@atlas.example',
  GIT_COMMITTER_NAME: 'atlas',
  GIT_COMMITTER_EMAIL: 'atlas@atlas.example',
};

try {
  cpSync(join(app, 'content'), content, { recursive: true });
  git({}, 'init', '--quiet', '--initial-branch=gh-pages');
  buildAndCommit('the atlas', 0);
  for (const [index, { title, edit }] of ATLAS_EDITS.entries()) {
    edit(content);
    buildAndCommit(title, index + 1);
  }
  const stream = git({}, 'fast-export', 'gh-pages');
  const packed = brotliCompressSync(stream, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: stream.length,
    },
  });
  writeFileSync(ATLAS_HISTORY, packed);
  console.log(`${ATLAS_EDITS.length} edits, ${stream.length} bytes, packed ${packed.length}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function buildAndCommit(title: string, number: number): void {
  console.log(title);
  execFileSync('pnpm', ['run', 'build:site', '--outDir', site], {
    cwd: app,
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  // The same commits whenever it is made.
  const date = new Date(Date.UTC(2026, 0, number + 1)).toISOString();
  git({}, 'add', '--all');
  git({ GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }, 'commit', '--quiet', '-m', title);
}

function git(more: Readonly<Record<string, string>>, ...args: readonly string[]): Buffer {
  return execFileSync('git', args, { maxBuffer: 1024 ** 3, env: { ...env, ...more } });
}
