import { afterEach, beforeEach, describe, test } from 'vitest';

import { FRESHTAG, runProgram, writeFiles, type Ended } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

const COMMANDS = ['plan', 'apply', 'refresh', 'status', 'quota', 'config', 'edge', 'completion'];

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
      'freshtag.config.mjs': `setTimeout(() => { throw new Error('boom'); });
        await new Promise((resolve) => setTimeout(resolve, 5000)); export default {};`,
    });
    const ended = await world.freshtag(['config', '--json']);
    expect(ended.exitCode).toBe(70);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      command: 'config',
      ok: false,
      exitCode: 70,
      error: { code: 'FAULT', message: 'boom' },
    });
    expect(ended.stderr).toMatch(/a fault in freshtag .* report it[^]*boom/);
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

describe('freshtag completion', () => {
  /** What bash offers for the last of the given words. */
  async function offered(...words: readonly string[]): Promise<string[]> {
    const { stdout } = await bash(`
      source <(freshtag completion bash)
      COMP_WORDS=(freshtag ${words.map((word) => `'${word}'`).join(' ')})
      COMP_CWORD=${words.length}
      _freshtag
      printf '%s\\n' "\${COMPREPLY[@]}"`);
    return stdout.trim().split('\n');
  }

  test('makes bash complete commands, options, files and choices', async ({ expect }) => {
    expect(await offered('re')).toEqual(['refresh']);
    expect((await offered('')).sort()).toEqual([...COMMANDS, '--help', '--version'].sort());
    expect(await offered('refresh', '--dr')).toEqual(['--dry-run']);
    expect(await offered('refresh', 'a', '--fo')).toEqual(['--force']);
    expect(await offered('plan', 'di')).toEqual(['dist']);
    expect(await offered('refresh', '--file', 'di')).toEqual(['dist']);
    expect(await offered('completion', 'f')).toEqual(['fish']);
    expect(await offered('refresh', '--domain', 'di')).toEqual(['']);
  });

  test('names every command and option in the scripts of all shells', async ({ expect }) => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { result } = await world.json(['completion', shell]);
      for (const command of COMMANDS) expect(result.script).toContain(command);
      expect(result.script).toMatch(/second-pass-delay/);
    }
  });
});
