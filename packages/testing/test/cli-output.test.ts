import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { FRESHTAG, runProgram, writeFiles, type Ended } from '../src/index.ts';
import { printedBy, startFreshtag } from './cli-running.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

const COMMANDS = [
  'plan',
  'apply',
  'verify',
  'refresh',
  'status',
  'quota',
  'config',
  'edge',
  'completion',
];

/** Runs lines of bash in which `freshtag` is the built command. */
function bash(lines: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runProgram(
    'bash',
    ['-c', `freshtag() { '${process.execPath}' '${FRESHTAG}' "$@"; }\n${lines}`],
    {
      cwd: world.cwd,
      env: { ...world.env, ...env },
    },
  );
}

describe('--json', () => {
  test.for(COMMANDS)(
    'answers %s with one object when the line is wrong',
    async (command, { expect }) => {
      expect(await world.json([command, '--bogus'])).toEqual({
        command,
        ok: false,
        exitCode: 2,
        error: {
          code: 'INVALID_OPTION',
          message: expect.stringMatching(/--bogus|<.*>/),
          recovery: 'stop',
        },
      });
    },
  );

  test('answers a line without a known command as freshtag', async ({ expect }) => {
    expect(await world.json([])).toMatchObject({ command: 'freshtag', exitCode: 2 });
    expect(await world.json(['bogus'])).toMatchObject({ command: 'freshtag', exitCode: 2 });
  });

  test('answers a fault that nobody caught with 70, and asks for a report', async ({ expect }) => {
    writeFiles(world.cwd, {
      'fault.mjs': `process.on('SIGUSR2', () => { throw new Error('boom'); });`,
      'freshtag.config.mjs': `console.error('loading');
        await new Promise(() => setInterval(() => {}, 1000)); export default {};`,
    });
    const running = startFreshtag(['config', '--json'], {
      cwd: world.cwd,
      env: { ...world.env, NODE_OPTIONS: `--import=${join(world.cwd, 'fault.mjs')}` },
    });
    await running.says(/loading/);
    running.kill('SIGUSR2');
    const ended = await running.ended;
    expect(printedBy(ended)).toMatchObject({
      command: 'config',
      ok: false,
      exitCode: 70,
      error: { code: 'FAULT', message: 'boom' },
    });
    expect(ended.stderr).toMatch(/a fault in freshtag .* report it[^]*boom/);
  });

  test('answers a fault in the middle with what was done until then', async ({ expect }) => {
    const limits = { maxTagsPerCall: 1 };
    writeFiles(world.cwd, {
      'freshtag.config.mjs': `export default { limits: ${JSON.stringify(limits)} };`,
      'fault.mjs': `process.on('SIGUSR2', () => { throw new Error('boom'); });`,
    });
    world.edge.injectFault({ kind: 'slow', delayMs: 0 });
    world.edge.injectFault({ kind: 'silent' });
    const { promise, resolve } = Promise.withResolvers<void>();
    world.edge.onEvent((event) => {
      if (event.type === 'fault' && event.kind === 'silent') resolve();
    });
    const running = startFreshtag(['refresh', 'a', 'b', '--domain', domain, '--json'], {
      cwd: world.cwd,
      env: { ...world.env, NODE_OPTIONS: `--import=${join(world.cwd, 'fault.mjs')}` },
    });
    await promise;
    running.kill('SIGUSR2');
    expect(printedBy(await running.ended)).toMatchObject({
      exitCode: 70,
      result: { tags: { accepted: 1, unknown: 1, notSent: 2 } },
      error: { code: 'FAULT', message: 'boom' },
    });
  });

  test('answers --help and --version too', async ({ expect }) => {
    expect(await world.json(['quota', '--help'])).toEqual({
      command: 'quota',
      ok: true,
      exitCode: 0,
      result: { help: expect.stringMatching(/^Usage: freshtag quota/) },
    });
    expect(await world.json(['--version'])).toMatchObject({
      ok: true,
      result: { help: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    });
  });

  test('answers an address where nobody listens with a code and what can be done', async ({
    expect,
  }) => {
    const args = ['quota', '--endpoint', 'http://127.0.0.1:1'];
    expect(await world.json(args)).toMatchObject({
      command: 'quota',
      ok: false,
      exitCode: 1,
      error: { code: 'ENDPOINT_UNREACHABLE', recovery: 'retry' },
    });
  });
});

describe('for people', () => {
  test('colours appear when forced, and not in a pipe', async ({ expect }) => {
    const args = ['refresh', 'a', '--domain', domain];
    expect((await world.freshtag(args)).stdout).not.toContain('\u001b[');
    expect((await world.freshtag(args, { FORCE_COLOR: '1' })).stdout).toContain('\u001b[32m');
  });

  test('the help of every command fits a screen and has examples', async ({ expect }) => {
    for (const args of [[], ...COMMANDS.map((command) => [command])]) {
      const ended = await world.freshtag([...args, '--help']);
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      expect(ended.stdout.split('\n').length).toBeLessThanOrEqual(41);
      expect(ended.stdout).toMatch(/^ {2}(.*\b)?freshtag /m);
    }
  });

  test.for(['', 'plan', 'apply', 'refresh', 'status', 'quota', 'config', 'completion'])(
    'the help of freshtag %s fits 80 columns',
    async (command, { expect }) => {
      const { stdout } = await world.freshtag([...command.split(' ').filter(Boolean), '--help']);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );

  test.for([
    ['refresh a --wait --dry-run', /--dry-run.*cannot be used with.*--wait/],
    ['apply --now --second-pass-delay 5 --no-second-pass', /cannot be used with/],
    ['apply --now --second-pass-delay 99999999999', /--second-pass-delay.*0 to 2147483647/],
    ['apply --now --edge-layers 0', /--edge-layers.*1 to 5/],
    ['apply --now --origin-timeout soon', /--origin-timeout.*whole number/],
    ['refresh a --domain', /--domain.*argument missing/],
    ['refresh a --domain https://www.example.com/', /INVALID_OPTION: domain/],
    ['refresh a --directory x', /unknown option '--directory'/],
    ['plan', /missing required argument 'dir'/],
    ['plan dist more', /too many arguments/],
    ['quota more', /too many arguments/],
    ['config more', /too many arguments/],
    ['completion', /missing required argument 'shell'/],
    ['completion powershell', /Allowed choices are bash, zsh, fish/],
    ['refrsh a', /Did you mean refresh/],
  ] as const)('freshtag %s is refused in few words', async ([line, message], { expect }) => {
    const ended = await world.freshtag(line.split(' '), { FRESHTAG_DOMAIN: domain });
    if (line.includes('https:')) expect(ended.exitCode).toBe(2);
    expect(ended).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(world.edge.refreshes).toEqual([]);
  });
});

describe('a pipe that is closed', () => {
  test('ends the output and nothing else', async ({ expect }) => {
    const lines = `seq 300000 | freshtag refresh --domain ${domain} --dry-run --json | head -c 20 > /dev/null; echo "\${PIPESTATUS[1]}"`;
    expect(await bash(lines)).toEqual({ exitCode: 0, stdout: '0\n', stderr: '' });
    const failing = `freshtag refresh 'a b' --domain ${domain} 2>&1 >/dev/null | true; echo "\${PIPESTATUS[0]}"`;
    expect(await bash(failing)).toMatchObject({ stdout: '2\n', stderr: '' });
  });
});

describe('a machine that fails', () => {
  test('has its full disk told, and what was done counts', async ({ expect, skip }) => {
    skip(process.platform !== 'linux', 'needs /dev/full');
    const full = await bash(`freshtag refresh a --domain ${domain} > /dev/full`);
    expect(full).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^freshtag: standard output cannot be written to \(ENOSPC\)/),
    });
    expect(world.edge.refreshes).toMatchObject([{ outcome: 'accepted' }]);
    expect((await bash(`freshtag bogus 2> /dev/full`)).exitCode).toBe(2);
  });

  test('has its deleted folder told', async ({ expect, skip }) => {
    skip(process.platform === 'win32', 'Windows keeps a folder that is in use');
    const inDeleted = (line: string): Promise<Ended> =>
      bash(`mkdir gone && cd gone && rmdir ../gone && ${line}`);
    const ended = await inDeleted('freshtag config --json');
    expect(printedBy(ended)).toMatchObject({
      exitCode: 2,
      error: { code: 'FILE_INACCESSIBLE', message: expect.stringMatching(/was deleted/) },
    });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(await inDeleted('freshtag --help')).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
