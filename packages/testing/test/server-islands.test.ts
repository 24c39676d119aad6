import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { build, type AstroInlineConfig, type AstroIntegration } from 'astro';
import { afterEach, beforeEach, describe, test } from 'vitest';

import { collectManifest, type Manifest } from '@freshtag/core/site';

import { temporaryProject, writeFiles } from '../src/index.ts';

const LONG = 'x'.repeat(3000);
let root: string;
let builds = 0;

beforeEach(() => {
  process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
  process.env['ASTRO_KEY'] = randomBytes(32).toString('base64');
  root = temporaryProject({
    'server.js': 'export const createExports = () => ({}); export const start = () => {};',
    'src/components/Island.astro': '<p>{Astro.props.country}</p><slot />',
    'src/pages/index.astro': page('<Island server:defer country="DE" />'),
    'src/pages/slots.astro': page(
      '<Island server:defer country="DE"><p slot="fallback">…</p><b>slot</b></Island><Island server:defer country="FR" />',
    ),
    'src/pages/long.astro': page(`<Island server:defer country="DE" text="${LONG}" />`),
    'src/pages/plain.astro': '<html><body>no island</body></html>',
  });
});

afterEach(() => {
  delete process.env['ASTRO_KEY'];
});

function page(body: string): string {
  return `---\nimport Island from '../components/Island.astro';\n---\n<html><head><title>a</title></head><body>${body}</body></html>`;
}

/** Server islands need an adapter; what it would do at run time does not matter here. */
const adapter: AstroIntegration = {
  name: 'test-adapter',
  hooks: {
    'astro:config:done': ({ setAdapter }) =>
      setAdapter({
        name: 'test-adapter',
        serverEntrypoint: join(root, 'server.js'),
        exports: ['start'],
        supportedAstroFeatures: { serverOutput: 'stable', staticOutput: 'stable' },
        entrypointResolution: 'explicit',
      }),
  },
};

async function buildSite(
  more: AstroInlineConfig = {},
): Promise<{ manifest: Manifest; html: string }> {
  builds += 1;
  const outDir = join(root, `out-${builds}`);
  await build({
    root,
    outDir,
    configFile: false,
    logLevel: 'silent',
    adapter,
    output: 'static',
    ...more,
  });
  const dir = join(outDir, 'client');
  return {
    manifest: collectManifest({ dir }),
    html: readFileSync(join(dir, 'index.html'), 'utf8'),
  };
}

const digests = ({ pages }: Manifest): Record<string, string> =>
  Object.fromEntries(
    pages.filter(({ path }) => path.endsWith('/')).map(({ path, digest }) => [path, digest]),
  );

describe('server islands of a real Astro', () => {
  test('are the same in two builds of one source with one key, in whichever way they are fetched', async ({
    expect,
  }) => {
    const first = await buildSite();
    const second = await buildSite();
    expect(first.html).not.toBe(second.html);
    expect(digests(second.manifest)).toEqual(digests(first.manifest));
    for (const path of ['/', '/long/', '/slots/'])
      expect(digests(first.manifest)[path]).toMatch(/~astro-server-islands@1$/);
    expect(digests(first.manifest)['/plain/']).not.toContain('~');
  });

  test('are another content with other properties, other slots or another key', async ({
    expect,
  }) => {
    const first = await buildSite();
    writeFiles(root, {
      'src/pages/index.astro': page('<Island server:defer country="FR" />'),
      'src/pages/slots.astro': page(
        '<Island server:defer country="DE"><p slot="fallback">…</p><b>other</b></Island><Island server:defer country="FR" />',
      ),
      'src/pages/long.astro': page(`<Island server:defer country="DE" text="${LONG}y" />`),
    });
    const second = await buildSite();
    const [before, after] = [digests(first.manifest), digests(second.manifest)];
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(changed).toEqual(['/', '/long/', '/slots/']);
    process.env['ASTRO_KEY'] = randomBytes(32).toString('base64');
    const third = digests((await buildSite()).manifest);
    expect(Object.keys(third).filter((path) => third[path] !== after[path])).toEqual(changed);
  });

  test('are the same with a content security policy, which names the digests of their scripts', async ({
    expect,
  }) => {
    const csp = { security: { csp: true } };
    const first = await buildSite(csp);
    const second = await buildSite(csp);
    expect(first.html).toContain('content-security-policy');
    expect(digests(second.manifest)).toEqual(digests(first.manifest));
  });

  test('change with each build where there is no fixed key, because old ones do not load then', async ({
    expect,
  }) => {
    delete process.env['ASTRO_KEY'];
    const [first, second] = [
      digests((await buildSite()).manifest),
      digests((await buildSite()).manifest),
    ];
    expect(Object.keys(second).filter((path) => second[path] !== first[path])).toEqual([
      '/',
      '/long/',
      '/slots/',
    ]);
    expect(first['/']).not.toContain('~');
  });
});
