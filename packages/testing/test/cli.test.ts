import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { startEdge, type Edge } from '@freshtag/edge';

import {
  FRESHTAG,
  runNode,
  startNode,
  startOrigin,
  temporaryFolder,
  writeFiles,
  type Origin,
} from '../src/index.ts';

const domain = 'www.example.com';
const key = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'testid',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'testsecret',
};

let origin: Origin;
let edge: Edge;
let cwd: string;

beforeEach(async () => {
  origin = await startOrigin();
  edge = await startEdge({
    domain,
    origin: origin.url,
    pointsOfPresence: [{ name: 'pop', propagationDelayMs: 0 }],
    secondLayer: { propagationDelayMs: 0 },
  });
  cwd = temporaryFolder({ 'dist/index.html': 'one', 'dist/a/index.html': 'a' });
});

afterEach(async () => {
  await edge.close();
  await origin.close();
});

const freshtag = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runNode([FRESHTAG, ...args], { cwd, env: { ...key, FRESHTAG_ENDPOINT: edge.apiUrl, ...env } });
const stateFile = () => join(cwd, '.freshtag/production', domain, 'edge-state.json');
const deploy = () =>
  origin.deploy(join(cwd, 'dist'), join(cwd, '.freshtag/production', domain, 'manifest.json'));
const ask = async (path: string) => {
  const response = await fetch(edge.url + path);
  return `${response.headers.get('x-cache')} ${await response.text()}`;
};

describe('freshtag plan and apply', () => {
  const plan = ['plan', 'dist', '--domain', domain];
  const apply = ['apply', '--domain', domain, '--second-pass-delay', '0'];

  test('bring a changed page to the edge and leave the others there', async ({ expect }) => {
    expect(await freshtag(plan)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('2 unknown: 3 tags'),
    });
    deploy();
    expect(await freshtag([...apply, '--now'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/2 pages refreshed by 3 tags in 3 calls, complete/),
    });
    await ask('/');
    await ask('/a/');

    writeFiles(cwd, { 'dist/index.html': 'two' });
    const planned = await freshtag(plan);
    expect(planned.stdout).toMatch(/^changed {6}\/$/m);
    expect(planned.stdout).toContain('1 changed: 1 tags; 1 pages unchanged');
    deploy();
    expect(await ask('/')).toBe('HIT one');
    expect(await freshtag([...apply, '--origin', origin.url])).toMatchObject({ exitCode: 0 });
    expect(await ask('/')).toBe('MISS two');
    expect(await ask('/a/')).toBe('HIT a');
    expect((await freshtag(plan)).stdout).toContain('nothing to refresh; 2 pages unchanged');
  });

  test('a dry run shows the plan as JSON and writes nothing', async ({ expect }) => {
    const ended = await freshtag([...plan, '--dry-run', '--json']);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      domain,
      pages: [{ path: '/', reason: 'unknown' }, { path: '/a/' }],
    });
    expect(readdirSync(cwd)).toEqual(['dist']);
  });

  test('apply waits for the origin, and refreshes nothing when it never serves the build', async ({
    expect,
  }) => {
    await freshtag(plan);
    const ended = await freshtag([...apply, '--origin', origin.url, '--origin-timeout', '0']);
    expect(ended).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/ORIGIN_NOT_READY.*Nothing was refreshed/),
    });
    expect(edge.events).toEqual([]);
  });

  test('apply refreshes nothing when the origin serves the build without tags', async ({
    expect,
  }) => {
    await freshtag(plan);
    origin.deploy(join(cwd, 'dist'), { version: 1, pages: [] });
    const ended = await freshtag([...apply, '--origin', origin.url, '--origin-timeout', '0']);
    expect(ended).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/ORIGIN_WITHOUT_TAGS.*nginx\.conf/),
    });
    expect(edge.events).toEqual([]);
  });

  test('what the cloud refuses is told, and refreshed by the next plan', async ({ expect }) => {
    await freshtag(plan);
    deploy();
    edge.refuseRefreshes({
      code: 'QuotaExceeded.Refresh',
      message: 'You have exceeded the daily limit.',
    });
    const refused = await freshtag([...apply, '--now']);
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /REFRESH_INCOMPLETE.*next plan.*QuotaExceeded\.Refresh.*tomorrow/,
      ),
    });
    expect((await freshtag(plan)).stdout).toContain('2 unsettled');
    expect(await freshtag([...apply, '--now'])).toMatchObject({ exitCode: 0 });
    expect((await freshtag(plan)).stdout).toContain('nothing to refresh');
  });

  test('a corrupt edge state stops both, and stays as it is', async ({ expect }) => {
    await freshtag(plan);
    writeFiles(cwd, { [`.freshtag/production/${domain}/edge-state.json`]: '{"half' });
    for (const args of [plan, [...apply, '--now']]) {
      expect(await freshtag(args)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/FILE_UNUSABLE.*edge-state\.json.*Nothing was refreshed/),
      });
    }
    expect(readFileSync(stateFile(), 'utf8')).toBe('{"half');
    expect(edge.events).toEqual([]);
  });

  test('an apply that must call and has no key stops before it waits for the origin', async ({
    expect,
  }) => {
    await freshtag(plan);
    const ended = await freshtag([...apply, '--origin', 'http://127.0.0.1:1'], {
      ALIBABA_CLOUD_ACCESS_KEY_ID: '',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: '',
    });
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('NO_CREDENTIALS') });
  });
});

describe('freshtag refresh', () => {
  test('refreshes tags with their overflow tags and prints the task', async ({ expect }) => {
    const ended = await freshtag(['refresh', 'country:de', 'page:/', '--domain', domain]);
    expect(ended).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/^accepted: 3 tags, task \d+, request \S+\n$/),
    });
    expect(edge.events).toMatchObject([
      { tags: ['country:de', 'page:/', 'country:*'], force: true },
    ]);
  });

  test('leaves force to the edge when told', async ({ expect }) => {
    await freshtag(['refresh', 'a', '--domain', domain, '--no-force']);
    expect(edge.events).toMatchObject([{ force: false }]);
  });

  test('tells which call failed and why, on the last line of standard error', async ({
    expect,
  }) => {
    edge.refuseRefreshes({ code: 'TooManyRequests', status: 429, message: 'busy' });
    const ended = await freshtag(['refresh', 'a', '--domain', domain]);
    expect(ended).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /API_REFUSED: 2 tags were not refreshed.*TooManyRequests \(HTTP 429.*try again/,
      ),
    });
  });

  test('never prints the secret', async ({ expect }) => {
    const secret = 'SECRETSECRETSECRET';
    const ended = await freshtag(['refresh', 'a', '--domain', domain], {
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret,
    });
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain('SignatureDoesNotMatch');
    expect(ended.stdout + ended.stderr).not.toContain(secret);
  });
});

describe('freshtag edge', () => {
  test('prints one line of JSON when it is ready, serves, and ends cleanly on SIGTERM', async ({
    expect,
  }) => {
    origin.deploy(join(cwd, 'dist'), { version: 1, pages: [] });
    const server = await startNode([
      FRESHTAG,
      'edge',
      '--origin',
      origin.url,
      '--domain',
      domain,
      '--access-key-id',
      'me',
      '--access-key-secret',
      'mine',
    ]);
    const ready: { edge: string; api: string; domain: string } = JSON.parse(server.line);
    expect(ready).toEqual({
      edge: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      domain,
    });
    expect(await (await fetch(ready.edge)).text()).toBe('one');
    const refreshed = await freshtag(
      ['refresh', 'a', '--domain', domain, '--endpoint', ready.api],
      { ALIBABA_CLOUD_ACCESS_KEY_ID: 'me', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'mine' },
    );
    expect(refreshed.exitCode).toBe(0);
    expect(await server.stop('SIGTERM')).toBe(0);
    await expect(fetch(ready.edge)).rejects.toThrow();
  });
});

describe('bad input', () => {
  test.for([
    [['refresh', 'a'], /--domain/],
    [['refresh', '--domain', 'www.example.com'], /tags/],
    [['refresh', 'a b', '--domain', 'www.example.com'], /INVALID_TAG.*a b/],
    [
      ['refresh', 'a', '--domain', '*.example.com'],
      /INVALID_OPTION: domain: "\*\.example\.com" is not allowed/,
    ],
    [
      ['refresh', 'a', '--domain', 'www.example.com', '--endpoint', 'ftp://x'],
      /endpoint: "ftp:\/\/x"/,
    ],
    [['plan', 'nowhere', '--domain', 'www.example.com'], /OUTPUT_UNREADABLE.*nowhere.*ENOENT/],
    [['plan', 'empty', '--domain', 'www.example.com'], /OUTPUT_UNREADABLE.*empty/],
    [['plan', 'dist'], /--domain/],
    [
      ['plan', 'dist', '--domain', 'www.example.com', '--environment', '../..'],
      /environment: "\.\.\/\.\."/,
    ],
    [['apply', '--domain', 'www.example.com', '--now'], /FILE_INACCESSIBLE.*freshtag plan/],
    [['apply', '--domain', 'www.example.com'], /--origin/],
    [
      ['apply', '--domain', 'www.example.com', '--now', '--origin', 'http://x'],
      /either --origin URL or --now/,
    ],
    [['edge', '--origin', 'nonsense', '--domain', 'www.example.com'], /origin: "nonsense"/],
    [
      ['edge', '--origin', 'http://127.0.0.1:1', '--domain', 'www.example.com', '--port', '99999'],
      /--port/,
    ],
    [['bogus'], /bogus/],
    [[], /Usage/],
  ] as const)(
    'freshtag %j ends with 2 and says what is allowed',
    async ([args, message], { expect }) => {
      writeFiles(cwd, { 'empty/x': '' });
      rmSync(join(cwd, 'empty/x'));
      const ended = await freshtag(args);
      expect(ended.exitCode).toBe(2);
      expect(ended.stderr).toMatch(message);
      expect(ended.stderr).not.toMatch(/\n\s+at /);
      expect(existsSync(stateFile())).toBe(false);
      expect(edge.events).toEqual([]);
    },
  );

  test('an endpoint where nobody listens ends with 1', async ({ expect }) => {
    const ended = await freshtag([
      'refresh',
      'a',
      '--domain',
      domain,
      '--endpoint',
      'http://127.0.0.1:1',
    ]);
    expect(ended).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('ENDPOINT_UNREACHABLE'),
    });
  });

  test('--help and --version print to standard output and end with 0', async ({ expect }) => {
    for (const args of [['--help'], ['apply', '--help'], ['edge', '--help']]) {
      const ended = await freshtag(args);
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      expect(ended.stdout.split('\n').length).toBeLessThan(40);
    }
    expect((await freshtag(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
