import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { runNode, writeFiles } from '../src/index.ts';
import { createViteWorld, startSmallEdge } from './vite-site.ts';
import { domain, type World } from './world.ts';

let world: World;
let root: string;

beforeEach(async () => {
  ({ world, root } = await createViteWorld());
});

afterEach(() => world.close());

describe('which machine may refresh', () => {
  const key = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'testid',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'testsecret',
  };
  const project = (plugin: string) => ({
    'vite.config.js': `import freshtag from '@freshtag/vite'; export default { plugins: [freshtag(${plugin})] };`,
    'package.json': '{"type":"module"}',
  });
  const vite = join(import.meta.dirname, '../node_modules/vite/bin/vite.js');
  const buildWith = (env: Readonly<Record<string, string>>) =>
    runNode([vite, 'build'], { cwd: root, env });

  test('outside CI a build only plans, needs no key, and says how to change that', async ({
    expect,
  }) => {
    writeFiles(root, project(`{ domain: '${domain}', refresh: 'now', secondPassDelayMs: 0 }`));
    const ended = await buildWith({ FRESHTAG_ENDPOINT: world.edge.apiUrl });
    expect(ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/Only planned, since this is not CI.*FRESHTAG_REFRESH=always/),
    });
    expect(world.edge.refreshes).toEqual([]);
    const folder = join(root, '.freshtag/production', domain);
    expect(readFileSync(join(folder, 'plan.json'), 'utf8')).toContain('"reason": "unknown"');
    expect(existsSync(join(folder, 'edge-state.json'))).toBe(false);
  });

  test('keeps its state where the option, or else the variable, says, and needs no key for it to build', async ({
    expect,
  }) => {
    const edge = await startSmallEdge(world.origin.url);
    const plugin = (more: string) =>
      `{ domain: '${domain}', refresh: 'now', secondPassDelayMs: 0, pollIntervalMs: 1, edgeLayers: 1${more} }`;
    const env = {
      ...key,
      FRESHTAG_ENDPOINT: edge.apiUrl,
      FRESHTAG_STATE: 'sqlite:variable.db',
    };
    writeFiles(root, project(plugin('')));
    const always = { ...env, FRESHTAG_REFRESH: 'always' };
    expect(await buildWith(always)).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(root, 'variable.db'))).toBe(true);
    expect((await buildWith(env)).stdout).toContain('nothing to refresh');
    writeFiles(root, project(plugin(", state: 'sqlite:option.db'")));
    expect((await buildWith(env)).stdout).toContain('unknown');
    expect(existsSync(join(root, 'option.db'))).toBe(false);

    writeFiles(root, project(plugin(", state: 's3://bucket/key'")));
    expect(await buildWith(env)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/Nothing was planned: .*AWS_ACCESS_KEY_ID/),
    });
    expect(await buildWith(always)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('AWS_ACCESS_KEY_ID'),
    });
  });

  test('in CI it refreshes, except for a pull request while the environment is production', async ({
    expect,
  }) => {
    const edge = await startSmallEdge(world.origin.url);
    const plugin = (environment: string) =>
      `{ domain: '${domain}', environment: '${environment}', refresh: 'now', secondPassDelayMs: 0, pollIntervalMs: 1 }`;
    const env = {
      ...key,
      FRESHTAG_ENDPOINT: edge.apiUrl,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'pull_request',
    };
    writeFiles(root, project(plugin('production')));
    expect((await buildWith(env)).stdout).toMatch(/Only planned, since this is a pull request/);
    expect(edge.refreshes).toEqual([]);
    expect((await buildWith({ ...env, GITHUB_EVENT_NAME: 'push' })).stdout).toMatch(
      /pages refreshed by \d+ tags and directories: 1 in 6 calls, complete/,
    );
    expect(edge.refreshes).toHaveLength(6);
    writeFiles(root, project(plugin('preview')));
    expect((await buildWith(env)).stdout).toMatch(/pages refreshed by/);
  });

  test('in CI without a key the build ends at its start and says which variables to set', async ({
    expect,
  }) => {
    writeFiles(root, project(`{ domain: '${domain}', refresh: 'now' }`));
    const ended = await buildWith({ CI: 'true', FRESHTAG_ENDPOINT: world.edge.apiUrl });
    expect(ended.exitCode).not.toBe(0);
    expect(ended.stderr + ended.stdout).toContain('ALIBABA_CLOUD_ACCESS_KEY_ID');
    expect(existsSync(join(root, 'dist'))).toBe(false);
  });

  test('no secret is in any file that a build writes', async ({ expect }) => {
    writeFiles(root, project(`{ domain: '${domain}', refresh: 'now' }`));
    const secret = 'SECRETSECRETSECRET';
    await buildWith({
      ...key,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret,
      FRESHTAG_ENDPOINT: world.edge.apiUrl,
    });
    const found = await runNode(
      [
        '-e',
        `
      const { readdirSync, readFileSync, statSync } = require('node:fs');
      const files = readdirSync('.', { recursive: true }).filter((file) => statSync(file).isFile());
      console.log(files.length > 4, files.some((file) => readFileSync(file, 'utf8').includes('${secret}')));
    `,
      ],
      { cwd: root },
    );
    expect(found.stdout).toBe('true false\n');
  });
});
