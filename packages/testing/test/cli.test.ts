import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { FRESHTAG, startNode, writeFiles } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

/** What a visitor of a domain is answered with. `fetch` cannot name it. */
function statusOf(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asking = get(url, { headers: { host }, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asking.once('error', reject);
  });
}

describe('freshtag refresh', () => {
  test('refreshes tags with their overflow tags and prints the task', async ({ expect }) => {
    const ended = await world.freshtag(['refresh', 'country:de', 'page:/', '--domain', domain]);
    expect(ended).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/^accepted {2}www\.example\.com {2}3 tags {2}task \d+\n$/),
    });
    expect(world.edge.refreshes).toMatchObject([
      { tags: expect.arrayContaining(['country:de', 'page:/', 'country:*']), force: true },
    ]);
  });

  test('leaves force to the edge when told', async ({ expect }) => {
    await world.freshtag(['refresh', 'a', '--domain', domain, '--no-force']);
    expect(world.edge.refreshes).toMatchObject([{ force: false }]);
  });

  test('tells which call failed and why, on the last line of standard error', async ({
    expect,
  }) => {
    world.edge.refuseRefreshes({
      code: 'QuotaExceeded.Refresh',
      message: 'exceeded the daily limit',
    });
    const ended = await world.freshtag(['refresh', 'a', '--domain', domain]);
    expect(ended).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(
        /^refused {2}www\.example\.com {2}2 tags {2}QUOTA_EXCEEDED: \S/,
      ),
      stderr: expect.stringMatching(
        /QUOTA_EXCEEDED: 2 tags were not refreshed.*QuotaExceeded\.Refresh \(HTTP 400.*tomorrow/,
      ),
    });
  });

  test('never prints the secret', async ({ expect }) => {
    const secret = 'SECRETSECRETSECRET';
    const ended = await world.freshtag(['refresh', 'a', '--domain', domain], {
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
    world.origin.deploy(join(world.cwd, 'dist'), { version: 1, pages: [] });
    const server = await startNode([
      FRESHTAG,
      'edge',
      '--origin',
      world.origin.url,
      '--domain',
      domain,
      '--access-key-id',
      'me',
      '--access-key-secret',
      'mine',
    ]);
    const ready: { edge: string; api: string; domains: string[] } = JSON.parse(server.line);
    expect(ready).toEqual({
      edge: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      domains: [domain],
    });
    expect(await (await fetch(ready.edge)).text()).toBe('one');
    const refreshed = await world.freshtag(
      ['refresh', 'a', '--domain', domain, '--endpoint', ready.api],
      { ALIBABA_CLOUD_ACCESS_KEY_ID: 'me', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'mine' },
    );
    expect(refreshed.exitCode).toBe(0);
    expect(await server.stop('SIGTERM')).toBe(0);
    await expect(fetch(ready.edge)).rejects.toThrow();
  });

  test('stands for several domains, each before the origin that its flag names', async ({
    expect,
  }) => {
    world.origin.deploy(join(world.cwd, 'dist'), { version: 1, pages: [] });
    const flags = [
      ['--origin', world.origin.url],
      ['--domain', 'b.example', '--domain', 'a.example=http://127.0.0.1:1'],
    ];
    const server = await startNode([FRESHTAG, 'edge', ...flags.flat()]);
    const ready: { edge: string; domains: string[] } = JSON.parse(server.line);

    expect(ready.domains).toEqual(['b.example', 'a.example']);
    expect((await fetch(ready.edge)).status).toBe(200);
    expect(await statusOf(ready.edge, 'a.example')).toBe(502);
    expect(await server.stop('SIGTERM')).toBe(0);
  });
});

describe('freshtag edge --ui', () => {
  const flags = ['--origin', 'http://127.0.0.1:1', '--domain', domain];

  test('serves a page that shows what it does, and says where on its first line', async ({
    expect,
  }) => {
    const server = await startNode([FRESHTAG, 'edge', ...flags, '--ui']);
    const ready: { edge: string; control: string } = JSON.parse(server.line);
    expect(ready.control).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const page = await (await fetch(ready.control)).text();
    expect(page).toContain('<title>freshtag edge</title>');
    for (const [, file = ''] of page.matchAll(/(?:src|href)="([\w-]+\.(?:js|css))"/g))
      expect((await fetch(`${ready.control}/${file}`)).status, file).toBe(200);

    expect((await fetch(ready.edge)).status).toBe(502);
    expect(await (await fetch(`${ready.control}/api/events?type=request`)).text()).toContain('502');
    expect(await server.stop('SIGTERM')).toBe(0);
  });

  test('has the port that --control-port names, and without either flag there is none', async ({
    expect,
  }) => {
    const named = await startNode([FRESHTAG, 'edge', ...flags, '--control-port', '0']);
    expect(JSON.parse(named.line)).toHaveProperty('control');
    const { port } = new URL(JSON.parse(named.line).control);
    const taken = await world.freshtag(['edge', ...flags, '--control-port', port]);
    expect(taken).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('controlPort') });
    expect(await named.stop('SIGTERM')).toBe(0);

    const without = await startNode([FRESHTAG, 'edge', ...flags]);
    expect(JSON.parse(without.line)).not.toHaveProperty('control');
    expect(await without.stop('SIGTERM')).toBe(0);
  });

  test('tells people to open the page, on a terminal alone', async ({ expect, skip }) => {
    skip(process.platform !== 'linux', 'needs the script of util-linux');
    const command = [process.execPath, FRESHTAG, 'edge', ...flags, '--ui'];
    const [node, ...args] = command;
    const shown = await endedAfter('script', ['-qec', command.join(' '), '/dev/null'], /Open/);
    expect(shown.stdout).toMatch(/Open http:\/\/127\.0\.0\.1:\d+\/ to see/);
    expect((await endedAfter(node ?? '', args, /control/)).stderr).toBe('');
  });
});

/** Runs a program that stays until it has printed that, and ends it. */
async function endedAfter(
  program: string,
  args: readonly string[],
  printed: RegExp,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (printed.test(stdout)) child.kill();
  });
  await closed;
  return { stdout, stderr };
}

describe('bad input', () => {
  test.for([
    [['refresh', 'a'], /--domain/],
    [['refresh', '--domain', 'www.example.com'], /No tags were given.*--file/],
    [['refresh', '', '--domain', 'www.example.com'], /INVALID_TAG.*empty/],
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
    [['plan', '', '--domain', 'www.example.com'], /INVALID_OPTION: dir: "" is not allowed/],
    [
      ['plan', 'dist', '--domain', 'www.example.com', '--directory', ''],
      /--directory: "" is not allowed/,
    ],
    [['plan', 'dist', '--domain', 'www.example.com', '--environment', ''], /environment: ""/],
    [['apply', '--now', '--domain', 'www.example.com', '--plan', ''], /--plan: "" is not allowed/],
    [
      ['apply', '--domain', 'www.example.com', '--origin', ''],
      /origin: "" is not allowed|FILE_INACCESSIBLE/,
    ],
    [['refresh', ',', '--domain', 'www.example.com'], /INVALID_TAG.*empty/],
    [
      ['refresh', 'a', '--domain', 'www.example.com', '--endpoint', 'http://x/?k=S3CR3T'],
      /endpoint: "http:\/\/x\/\?\*\*\*"/,
    ],
    [
      ['plan', 'dist', '--domain', 'www.example.com', '--environment', '../..'],
      /environment: "\.\.\/\.\."/,
    ],
    [['apply', '--domain', 'www.example.com', '--now'], /FILE_INACCESSIBLE.*freshtag plan/],
    [['apply', '--domain', 'www.example.com'], /--origin/],
    [
      ['apply', '--domain', 'www.example.com', '--now', '--origin', 'http://x'],
      /--now.*cannot be used with.*--origin/,
    ],
    [['apply', '--domain', 'www.example.com', '--origin', 'nonsense'], /origin: "nonsense"/],
    [
      ['edge', '--origin', 'nonsense', '--domain', 'www.example.com'],
      /domains\["www\.example\.com"\]: "nonsense"/,
    ],
    [['edge', '--origin', 'http://127.0.0.1:1'], /--domain/],
    [['edge', '--domain', 'a.example'], /--domain: "a\.example" is not allowed.*--origin/],
    [['edge', '--domain', 'a.example='], /domains\["a\.example"\]: ""/],
    [['edge', '--domain', '=http://127.0.0.1:1'], /domains: ""/],
    [
      ['edge', '--domain', 'a.example=http://x', '--domain', 'a.example=http://y'],
      /--domain: .* is not allowed. Give each name once/,
    ],
    [
      ['edge', '--domain', 'a.example=http://x', '--origin', 'http://y'],
      /--origin: "http:\/\/y" is not allowed/,
    ],
    [
      ['edge', '--origin', 'http://127.0.0.1:1', '--domain', 'www.example.com', '--port', '99999'],
      /--port/,
    ],
    [['bogus'], /bogus/],
    [[], /Usage/],
  ] as const)(
    'freshtag %j ends with 2 and says what is allowed',
    async ([args, message], { expect }) => {
      writeFiles(world.cwd, { 'empty/x': '' });
      rmSync(join(world.cwd, 'empty/x'));
      const ended = await world.freshtag(args);
      expect(ended.exitCode).toBe(2);
      expect(ended.stderr).toMatch(message);
      expect(ended.stderr).not.toMatch(/\n\s+at /);
      expect(existsSync(world.stateFile)).toBe(false);
      expect(world.edge.refreshes).toEqual([]);
    },
  );

  test('an endpoint where nobody listens ends with 1', async ({ expect }) => {
    writeFiles(world.cwd, {
      'freshtag.config.mjs': 'export default { retry: { maxAttempts: 2, budgetMs: 2000 } };',
    });
    const ended = await world.freshtag([
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
      const ended = await world.freshtag(args);
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      expect(ended.stdout.split('\n').length).toBeLessThan(40);
    }
    expect((await world.freshtag(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
