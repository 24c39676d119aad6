import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { FRESHTAG, startNode, writeFiles } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

describe('freshtag plan and apply', () => {
  const plan = ['plan', 'dist', '--domain', domain];
  const apply = ['apply', '--domain', domain, '--second-pass-delay', '0'];

  test('bring a changed page to the edge and leave the others there', async ({ expect }) => {
    expect(await world.freshtag(plan)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('3 unknown: 2 tags'),
    });
    world.deploy();
    expect(await world.freshtag([...apply, '--now'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /3 pages refreshed by 2 tags and directories: 1 in 6 calls, complete/,
      ),
    });
    await world.ask('/');
    await world.ask('/a/');

    writeFiles(world.cwd, { 'dist/index.html': 'two' });
    const planned = await world.freshtag(plan);
    expect(planned.stdout).toMatch(/^changed {6}\/$/m);
    expect(planned.stdout).toContain(
      '1 changed: 1 tag in 1 call; 1 page unchanged; cost 1000.01, the least possible',
    );
    world.deploy();
    expect(await world.ask('/')).toBe('HIT one');
    expect(await world.freshtag([...apply, '--origin', world.origin.url])).toMatchObject({
      exitCode: 0,
    });
    expect(await world.ask('/')).toBe('MISS two');
    expect(await world.ask('/a/')).toBe('HIT a');
    expect((await world.freshtag(plan)).stdout).toContain('nothing to refresh; 2 pages unchanged');
  });

  test('a dry run shows the plan as JSON and writes nothing', async ({ expect }) => {
    expect(await world.json([...plan, '--dry-run'])).toMatchObject({
      command: 'plan',
      ok: true,
      result: {
        dryRun: true,
        file: null,
        plan: { domain, pages: [{ path: '*', reason: 'unknown' }, { path: '/' }, { path: '/a/' }] },
      },
    });
    expect(readdirSync(world.cwd)).toEqual(['dist']);
  });

  test('apply waits for the origin, and refreshes nothing when it never serves the build', async ({
    expect,
  }) => {
    await world.freshtag(plan);
    const ended = await world.freshtag([
      ...apply,
      '--origin',
      world.origin.url,
      '--origin-timeout',
      '0',
    ]);
    expect(ended).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/ORIGIN_NOT_READY.*Nothing was refreshed/),
    });
    expect(world.edge.refreshes).toEqual([]);
  });

  test('apply refreshes nothing when the origin serves the build without tags', async ({
    expect,
  }) => {
    await world.freshtag(plan);
    world.origin.deploy(join(world.cwd, 'dist'), { version: 1, pages: [] });
    const ended = await world.freshtag([
      ...apply,
      '--origin',
      world.origin.url,
      '--origin-timeout',
      '0',
    ]);
    expect(ended).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/ORIGIN_WITHOUT_TAGS.*nginx\.conf/),
    });
    expect(world.edge.refreshes).toEqual([]);
  });

  test('what the cloud refuses is told, and refreshed by the next plan', async ({ expect }) => {
    await world.freshtag(plan);
    world.deploy();
    world.edge.refuseRefreshes({
      code: 'QuotaExceeded.Refresh',
      message: 'You have exceeded the daily limit.',
    });
    const refused = await world.freshtag([...apply, '--now']);
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /REFRESH_INCOMPLETE.*next plan.*QuotaExceeded\.Refresh.*tomorrow/,
      ),
    });
    expect((await world.freshtag(plan)).stdout).toContain('2 unsettled');
    expect(await world.freshtag([...apply, '--now'])).toMatchObject({ exitCode: 0 });
    expect((await world.freshtag(plan)).stdout).toContain('nothing to refresh');
  });

  test('a corrupt edge state stops both, and stays as it is', async ({ expect }) => {
    await world.freshtag(plan);
    writeFiles(world.cwd, { [`.freshtag/production/${domain}/edge-state.json`]: '{"half' });
    for (const args of [plan, [...apply, '--now']]) {
      expect(await world.freshtag(args)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/FILE_UNUSABLE.*edge-state\.json.*It was left as it is/),
      });
    }
    expect(readFileSync(world.stateFile, 'utf8')).toBe('{"half');
    expect(world.edge.refreshes).toEqual([]);
  });

  test('apply that is interrupted ends with 130 and goes on when it is run again', async ({
    expect,
  }) => {
    await world.freshtag(plan);
    world.deploy();
    const applying = await startNode([FRESHTAG, 'apply', '--domain', domain, '--now'], {
      cwd: world.cwd,
      env: world.env,
      stream: 'stderr',
      until: /^pass 2 of 3 in 30 s$/,
    });
    expect(await applying.stop('SIGINT')).toBe(130);
    expect(world.edge.refreshes).toHaveLength(2);
    expect((await world.freshtag([...plan, '--dry-run'])).stdout).toContain('2 unsettled');
    expect(await world.freshtag([...apply, '--now'])).toMatchObject({ exitCode: 0 });
    const again = await world.freshtag([...apply, '--now']);
    expect(again.stdout).toContain('0 pages refreshed by 0 tags in 0 calls');
  });

  test('an apply that must call and has no key stops before it waits for the origin', async ({
    expect,
  }) => {
    await world.freshtag(plan);
    const ended = await world.freshtag([...apply, '--origin', 'http://127.0.0.1:1'], {
      ALIBABA_CLOUD_ACCESS_KEY_ID: '',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: '',
    });
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('NO_CREDENTIALS') });
  });
});
