import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { startEdge, type Edge } from '@freshtag/edge';

import {
  FRESHTAG,
  runNode,
  startOrigin,
  temporaryFolder,
  writeFiles,
  type Ended,
  type Origin,
} from '../src/index.ts';
import { differences } from './deploys/checker.ts';

const www = 'www.example.com';
const french = 'www.example.fr';

let cwd: string;
let origins: { readonly [domain: string]: Origin };
let edge: Edge;

beforeEach(async () => {
  origins = { [www]: await startOrigin(), [french]: await startOrigin() };
  cwd = temporaryFolder({ 'dist/index.html': 'one', 'dist/fr/index.html': 'un' });
  const domains = {
    [www]: { origin: originOf(www).url },
    [french]: { origin: originOf(french).url, mounts: { '/fr/': '/' } },
  };
  const config = { domains, secondPassDelayMs: 0, pollIntervalMs: 1 };
  writeFiles(cwd, { 'freshtag.config.mjs': `export default ${JSON.stringify(config)};` });
  edge = await startEdge({
    domains: { [www]: originOf(www).url, [french]: originOf(french).url },
    pointsOfPresence: [
      { name: 'pop-1', propagationDelayMs: 0 },
      { name: 'pop-2', propagationDelayMs: 0 },
    ],
    secondLayer: { propagationDelayMs: 0 },
  });
});

afterEach(async () => {
  await edge.close();
  for (const origin of Object.values(origins)) await origin.close();
});

function originOf(domain: string): Origin {
  const origin = origins[domain];
  if (origin === undefined) throw new Error(`no origin of ${domain}`);
  return origin;
}

function freshtag(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return runNode([FRESHTAG, ...args], {
    cwd,
    env: {
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'testid',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'testsecret',
      FRESHTAG_ENDPOINT: edge.apiUrl,
      HOME: join(cwd, 'home'),
      ...env,
    },
  });
}

const manifestOf = (domain: string): string =>
  join(cwd, '.freshtag/production', domain, 'manifest.json');

/** The domain of a locale shows its folder as the whole site. */
function upload(domain: string): void {
  const live = join(cwd, 'live', domain);
  rmSync(live, { recursive: true, force: true });
  cpSync(join(cwd, domain === french ? 'dist/fr' : 'dist'), live, { recursive: true });
  originOf(domain).deploy(live, manifestOf(domain));
}

async function visit(): Promise<readonly string[]> {
  const paths = {
    [www]: ['/', '/fr/', '/fr/pays/', '/fr/app.js', '/never/'],
    [french]: ['/', '/pays/', '/app.js', '/fr/', '/never/'],
  };
  return differences(
    { url: edge.url, points: edge.points },
    Object.entries(paths).map(([domain, some]) => ({
      domain,
      origin: originOf(domain).url,
      paths: some,
    })),
  );
}

async function deployAll(): Promise<void> {
  await freshtag(['plan', 'dist']);
  for (const domain of [www, french]) upload(domain);
  await freshtag(['apply']);
  await visit();
}

describe('several domains in one run', () => {
  test('each have a plan and an edge state of their own, and all are fresh in the end', async ({
    expect,
  }) => {
    await deployAll();
    writeFiles(cwd, { 'dist/fr/index.html': 'deux' });
    const planned = JSON.parse((await freshtag(['plan', 'dist', '--json'])).stdout);
    expect(planned.result.domains).toMatchObject([
      { domain: www, ok: true, plan: { domain: www, pages: [{ path: '/fr/' }] } },
      { domain: french, ok: true, plan: { domain: french, pages: [{ path: '/' }] } },
    ]);
    for (const domain of [www, french]) upload(domain);
    const dry = await freshtag(['apply', '--dry-run', '--json']);
    expect(JSON.parse(dry.stdout).result.domains).toMatchObject([
      { domain: www, ok: true, dryRun: true, pages: 1, tags: ['page:/fr'], calls: 1, passes: 3 },
      { domain: french, ok: true, dryRun: true, pages: 1, tags: ['page:/fr'], calls: 1, passes: 3 },
    ]);
    const before = edge.refreshes.length;
    const applied = await freshtag(['apply']);
    expect(applied).toMatchObject({ exitCode: 0 });
    expect(applied.stdout).toMatch(
      /^www\.example\.com:\n {2}1 pages refreshed by 1 tags in 3 calls, complete\nwww\.example\.fr:\n {2}1 pages/,
    );
    expect(edge.refreshes.length - before).toBe(6);
    expect(await visit()).toEqual([]);
  });

  test('are compared with the build as each of them shows it, and their header files are of that', async ({
    expect,
  }) => {
    await deployAll();
    const differing = async (domain: string) =>
      JSON.parse((await freshtag(['state', 'diff', 'dist', '--json', '--domain', domain])).stdout)
        .result;
    expect(await differing(www)).toMatchObject({ same: 2, different: 0 });
    expect(await differing(french)).toMatchObject({ same: 1, different: 0 });
    writeFiles(cwd, { 'dist/fr/index.html': 'deux' });
    expect(await differing(french)).toMatchObject({
      different: 1,
      pages: [{ path: '/', difference: 'content' }],
    });
    const printed = await freshtag(['headers', '--format', 'json', '--domain', french]);
    expect(Object.keys(JSON.parse(printed.stdout).paths)).toEqual(['/', '/index.html']);
    const nginx = readFileSync(join(manifestOf(french), '../nginx.conf'), 'utf8');
    expect(nginx).toContain('"/index.html" "all-pages,page:/fr";');
    expect(nginx).not.toContain('"/fr/');
  });

  test('stay fresh when pages are added to the part that both show, changed and removed, and when the state of one is lost', async ({
    expect,
  }) => {
    await deployAll();
    const steps: readonly (() => void)[] = [
      () => writeFiles(cwd, { 'dist/fr/pays/index.html': 'pays', 'dist/fr/app.js': '1' }),
      () => {
        rmSync(join(cwd, 'dist/fr/pays'), { recursive: true });
        writeFiles(cwd, { 'dist/index.html': 'two' });
      },
      () => {
        rmSync(join(manifestOf(french), '../edge-state.json'));
        writeFiles(cwd, { 'dist/fr/pays/index.html': 'encore' });
      },
    ];
    for (const step of steps) {
      step();
      expect(await freshtag(['plan', 'dist'])).toMatchObject({ exitCode: 0 });
      await visit();
      for (const domain of [www, french]) upload(domain);
      await visit();
      expect(await freshtag(['apply'])).toMatchObject({ exitCode: 0 });
      expect(await visit()).toEqual([]);
    }
  });

  test('go on when one fails, which the exit code, the JSON and the job summary say', async ({
    expect,
  }) => {
    await deployAll();
    writeFiles(cwd, { 'dist/fr/index.html': 'deux' });
    await freshtag(['plan', 'dist']);
    upload(www);
    const summary = join(cwd, 'summary.md');
    const args = ['apply', '--origin-timeout', '0', '--json'];
    const ended = await freshtag(args, { GITHUB_STEP_SUMMARY: summary });
    const printed = JSON.parse(ended.stdout);
    expect(printed).toMatchObject({
      ok: false,
      exitCode: 1,
      result: {
        domains: [
          { domain: www, ok: true, pages: 1, complete: true },
          { domain: french, ok: false, error: { code: 'ORIGIN_NOT_READY' } },
        ],
      },
      error: {
        code: 'REFRESH_INCOMPLETE',
        message: expect.stringMatching(
          /^1 of 2 domains failed\. www\.example\.fr: ORIGIN_NOT_READY/,
        ),
      },
    });
    expect(readFileSync(summary, 'utf8')).toMatch(
      /### ❌ freshtag apply[^]*\| www&#46;example&#46;com \| 1 \| 1 \| 3 \| complete \|\n\| www&#46;example&#46;fr \| {2}\| {2}\| {2}\| \*\*not done\*\* \|/,
    );

    upload(french);
    const before = edge.refreshes.length;
    expect(await freshtag(['apply'])).toMatchObject({ exitCode: 0 });
    expect(new Set(edge.refreshes.slice(before).map(({ domain }) => domain))).toEqual(
      new Set([french]),
    );
    expect(await visit()).toEqual([]);
  });

  test('are planned although the state of one cannot be read, with the exit code of that', async ({
    expect,
  }) => {
    await deployAll();
    writeFiles(cwd, {
      [`.freshtag/production/${www}/edge-state.json`]: '{"half',
      'dist/index.html': 'two',
      'dist/fr/index.html': 'deux',
    });
    const ended = await freshtag(['plan', 'dist', '--json']);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      exitCode: 2,
      result: {
        domains: [
          { domain: www, ok: false },
          { domain: french, ok: true },
        ],
      },
      error: { code: 'FILE_UNUSABLE', message: expect.stringMatching(/^1 of 2 domains failed/) },
    });
  });

  test('cannot share one plan', async ({ expect }) => {
    expect(await freshtag(['apply', '--plan', 'plan.json'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/--plan: "plan\.json" is not allowed.*one domain/),
    });
  });
});

test('a success is on the page of the job, and a dry run is not', async ({ expect }) => {
  await freshtag(['plan', 'dist']);
  for (const domain of [www, french]) upload(domain);
  const summary = join(cwd, 'summary.md');
  const env = { GITHUB_STEP_SUMMARY: summary };
  expect(await freshtag(['apply', '--dry-run'], env)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('nothing was sent'),
  });
  expect(edge.refreshes).toEqual([]);
  await freshtag(['apply'], env);
  expect(readFileSync(summary, 'utf8').match(/### . freshtag apply/gu)).toEqual([
    '### ✅ freshtag apply',
  ]);
});
