import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { describe, test } from 'vitest';

import { buildAdminApp } from './admin-ui/admin-app.ts';
import { isSkipped } from './admin-ui/browser.ts';
import { editPath, PATHS, stateIn } from './admin-ui/pages.ts';
import { say } from './admin-ui/texts.ts';
import { openWorld } from './admin-ui/world.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(PACKAGE, 'dist/admin/');
const MOST_BYTES = 60_000;
/** Of what everybody loads who opens the admin panel; before it is made small. */
const MOST_FIRST_BYTES = 5000;

/** As the build has noted it. */
interface Chunk {
  readonly fileName: string;
  readonly isEntry: boolean;
  readonly imports: readonly string[];
  /** With the code of those of the plugin. */
  readonly modules: readonly { readonly id: string; readonly code?: string }[];
}

const folder = await buildAdminApp();
const chunks = JSON.parse(readFileSync(join(folder, 'chunks.json'), 'utf8')) as readonly Chunk[];
const isOurs = ({ id }: { readonly id: string }): boolean => id.startsWith(DIST);
const ours = chunks.filter(({ modules }) => modules.some(isOurs));

test('adds less than 60 KB to the admin panel, packed as it is sent', ({ expect }) => {
  const bytes = ours.map((chunk) => packedBytes(chunk));
  const sum = bytes.reduce((total, each) => total + each, 0);
  expect(sum, JSON.stringify(ours.map(({ fileName }, at) => [fileName, bytes[at]]))).toBeLessThan(
    MOST_BYTES,
  );
  expect(sum).toBeGreaterThan(1000);
});

test('nearly nothing of it is in what loads first', ({ expect }) => {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const first = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const { imports } of first)
    for (const name of imports) {
      const chunk = byName.get(name);
      if (chunk !== undefined) first.add(chunk);
    }
  const bytes = [...first].filter(({ modules }) => modules.some(isOurs)).map(packedBytes);
  expect(bytes.reduce((total, each) => total + each, 0)).toBeLessThan(MOST_FIRST_BYTES);
});

test('imports nothing but its peers', ({ expect }) => {
  const { peerDependencies } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  const imported = readdirSync(DIST)
    .filter((file) => file.endsWith('.mjs'))
    .flatMap((file) => importsOf(readFileSync(join(DIST, file), 'utf8')))
    .filter((name) => !name.startsWith('.'));
  expect([...new Set(imported.map(packageOf))].sort()).toEqual(
    expect.arrayContaining(['@strapi/strapi', 'react']),
  );
  expect(imported.filter((name) => peerDependencies[packageOf(name)] === undefined)).toEqual([]);
});

test.for([
  'react',
  'react-dom',
  'react-intl',
  'react-router-dom',
  'styled-components',
  '@strapi/admin',
  '@strapi/design-system',
  '@strapi/icons',
])('%s is there once', (name, { expect }) => {
  const folders = chunks
    .flatMap(({ modules }) => modules)
    // Virtual modules begin with a zero.
    .map(({ id }) => id.replace('\0', ''))
    .map((id) => id.slice(0, id.lastIndexOf(`/node_modules/${name}/`) + 1))
    .filter((id) => id !== '');
  expect([...new Set(folders)]).toHaveLength(1);
});

describe.skipIf(isSkipped)('in a browser', () => {
  test('nothing of it is loaded before it is needed, but its entry and texts', async ({
    expect,
  }) => {
    const world = await openWorld();
    if (world === undefined) throw new Error('there is no SQLite');
    try {
      const lazy = new Set(ours.filter(({ modules }) => !modules.some(isFirst)).map(nameOf));
      const loaded: string[] = [];
      const visit = await world.enter('administrator', { path: '/auth/login' });
      visit.page.on('request', (request) => {
        const name = request.url().split('/').at(-1) ?? '';
        if (lazy.has(name)) loaded.push(name);
      });
      await visit.go('/settings/application-infos');
      await visit.page.getByRole('heading', { name: 'Overview' }).waitFor();
      await visit.go(PATHS.countries);
      await visit.page.getByRole('row', { name: 'Austria' }).waitFor();
      await visit.page.waitForLoadState('networkidle');
      expect(loaded).toEqual([]);
      await visit.go(editPath(world.atlas.germany));
      await stateIn(visit.page, say('panel.live')).waitFor();
      expect(loaded).not.toEqual([]);
    } finally {
      await world.close();
    }
  }, 180_000);
});

/** Texts of the reader's language, and what is in the first load anyway. */
function isFirst({ id }: { readonly id: string }): boolean {
  return /\/(?:index|en|de|fr|zh)\.mjs$/.test(id);
}

function nameOf({ fileName }: Chunk): string {
  return fileName;
}

/** Of a chunk with other things in it, the part that is ours. */
function packedBytes({ fileName, modules }: Chunk): number {
  const code = modules.every(isOurs)
    ? readFileSync(join(folder, 'build', fileName))
    : modules.map(({ code: own = '' }) => own).join('\n');
  return gzipSync(code).byteLength;
}

function importsOf(code: string): readonly string[] {
  const found = code.matchAll(
    /^(?:import|export) (?:[^"'\n]* from )?"([^"\n]+)";$|import\("([^"\n]+)"\)/gm,
  );
  return [...found].map(([, fixed, lazy]) => fixed ?? lazy ?? '');
}

function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}
