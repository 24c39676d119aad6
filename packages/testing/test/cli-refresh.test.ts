import { once } from 'node:events';
import { spawn } from 'node:child_process';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { FRESHTAG, runProgram, startNode, writeFiles } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;
const refresh = ['refresh', '--domain', domain];
const NO_KEY = { ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' };

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

describe('freshtag refresh reads tags', () => {
  test('from arguments, files and standard input together, each tag once', async ({ expect }) => {
    writeFiles(world.cwd, { 'a.txt': '\uFEFFone\r\n\r\n  two , three\n', 'b.txt': 'one,four' });
    const args = ['five,six', '-', '--file', 'a.txt', '--file', 'b.txt'];
    const printed = await world.json([...refresh, ...args], {}, 'seven\none\neight');
    const tags = 'one two three four five six seven eight'.split(' ');
    // Each has its overflow tag beside it.
    expect(printed).toMatchObject({ ok: true, result: { tags: { accepted: 2 * tags.length } } });
    expect(world.edge.refreshes[0]).toMatchObject({ tags: expect.arrayContaining(tags) });
  });

  test('from an argument as from a file, whether or not a comma ends it', async ({ expect }) => {
    const printed = await world.json([...refresh, 'a,', ',b,,c', '--dry-run']);
    expect(tagsOf(printed)).toEqual(expect.arrayContaining(['a', 'b', 'c']));
    expect(tagsOf(printed)).toHaveLength(6);
  });

  test('from a pipe when none is named, but not when a file names them', async ({ expect }) => {
    writeFiles(world.cwd, { 'a.txt': 'one' });
    const piped = await world.json([...refresh, '--dry-run'], {}, 'a\nb');
    expect(tagsOf(piped)).toEqual(expect.arrayContaining(['a', 'b']));
    const named = await world.json([...refresh, '--dry-run', '--file', 'a.txt'], {}, 'a\nb');
    expect(tagsOf(named)).toContain('one');
    expect(tagsOf(named)).not.toContain('b');
  });

  test('a million on standard input, within seconds', async ({ expect }) => {
    const input = Array.from({ length: 1_000_000 }, (_, index) => `country:c${index}`).join('\n');
    const printed = await world.json([...refresh, '--dry-run'], NO_KEY, input);
    expect(printed.result.tags).toBe(1_000_001);
    expect(printed.result.calls.length).toBeGreaterThanOrEqual(10_001);
  });

  test.for([
    ['a\nb c\n', /INVALID_TAG: standard input, line 2: .*"b c".*visible ASCII/],
    ['a,\nb\n\nté', /INVALID_TAG: standard input, line 4/],
    ['x'.repeat(200), /INVALID_TAG: standard input, line 1.*200 characters/],
    [
      'x'.repeat(3_000_000),
      /INVALID_TAG: standard input, line 1.*has more than 10000 characters. At most 128/,
    ],
    ['', /INVALID_OPTION: No tags were given/],
    [' ,\n,\n', /INVALID_OPTION: No tags were given/],
  ] as const)('and names the place of what is none (%#)', async ([input, message], { expect }) => {
    const ended = await world.freshtag([...refresh, '-'], {}, input);
    expect(ended).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
    expect(ended.stderr.length).toBeLessThan(300);
    expect(world.edge.refreshes).toEqual([]);
  });

  test.for(['nowhere.txt', '.', ''])(
    'and says when %j cannot be read',
    async (file, { expect }) => {
      const ended = await world.freshtag([...refresh, '--file', file]);
      expect(ended).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/FILE_INACCESSIBLE: .*cannot be read/),
      });
    },
  );
});

describe('freshtag refresh --dry-run', () => {
  test('shows each call with its tags, sends nothing and needs no key', async ({ expect }) => {
    const args = [...refresh, '--domain', 'img.example.com', 'a', 'b', '--dry-run', '--no-force'];
    const ended = await world.freshtag(args, NO_KEY);
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^call 1 {2}www\.example\.com {2}\d tags {2}.*\bb\b/m);
    expect(ended.stdout).toMatch(/^call 2 {2}img\.example\.com/m);
    expect(ended.stdout).toMatch(/in 2 calls; nothing was sent\n$/);
    const printed = await world.json(args, NO_KEY);
    expect(printed.result.calls).toMatchObject([
      { domain, force: false, tags: expect.arrayContaining(['a', 'b']) },
      { domain: 'img.example.com', force: false },
    ]);
    expect(world.edge.refreshes).toEqual([]);
  });

  test('stays within 80 columns, whatever the tags', async ({ expect }) => {
    const tags = Array.from({ length: 3000 }, (_, index) => `${'long-tag-'.repeat(12)}${index}`);
    const ended = await world.freshtag([...refresh, '--dry-run'], {}, tags.join('\n'));
    const lines = ended.stdout.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.length).toBeLessThan(25);
  });
});

describe('freshtag refresh', () => {
  test('shows what was accepted beside what was refused, and why', async ({ expect }) => {
    const args = [...refresh, '--domain', 'other.example.com', 'a'];
    const ended = await world.freshtag(args);
    expect(ended).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/DOMAIN_REFUSED: 2 tags were not refreshed/),
    });
    expect(ended.stdout).toMatch(/^refused {3}other\.example\.com {2}2 tags {2}DOMAIN_REFUSED: \S/);
    expect(ended.stdout).toMatch(/^accepted {2}www\.example\.com {4}2 tags {2}task \d+$/m);
    expect(ended.stdout).toMatch(/\n2 tags accepted, 2 tags refused, 0 tags not sent\n$/);
  });

  test('tells scripts the same in --json, with the code of the cloud', async ({ expect }) => {
    world.edge.refuseRefreshes({ code: 'QuotaExceeded.Refresh' });
    expect(await world.json([...refresh, '--domain', 'img.example.com', 'a'])).toMatchObject({
      command: 'refresh',
      ok: false,
      exitCode: 1,
      result: {
        dryRun: false,
        tags: { accepted: 0, refused: 2, notSent: 2 },
        calls: [
          { outcome: 'refused', domain, error: { apiCode: 'QuotaExceeded.Refresh' } },
          { outcome: 'not-sent', domain: 'img.example.com', error: { code: 'QUOTA_EXCEEDED' } },
        ],
      },
      error: {
        code: 'QUOTA_EXCEEDED',
        recovery: 'next-quota-day',
        apiCode: 'QuotaExceeded.Refresh',
        status: 400,
        requestId: expect.stringMatching(/\S/),
      },
    });
  });

  test('with --wait ends when the cloud reports the end, and says it', async ({ expect }) => {
    const ended = await world.freshtag([...refresh, 'a', '--wait']);
    expect(ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^accepted .* task \d+, complete\n$/),
      stderr: 'complete: 100 %\n',
    });
  });

  test('with --wait ends with 1 when the cloud reports a failure', async ({ expect }) => {
    world.edge.injectFault({ kind: 'task-failed', description: 'Internal Error' });
    expect(await world.json([...refresh, 'a', '--wait'])).toMatchObject({
      exitCode: 1,
      result: { calls: [{ outcome: 'accepted', completion: { status: 'failed' } }] },
      error: { code: 'REFRESH_INCOMPLETE', message: expect.stringMatching(/Internal Error/) },
    });
  });

  test('interrupted in a call ends with 130 and tells what was accepted', async ({ expect }) => {
    writeFiles(world.cwd, {
      'freshtag.config.mjs': 'export default { limits: { maxTagsPerCall: 1 } };',
      'tags.txt': 'a\nb\nc',
    });
    world.edge.injectFault({ kind: 'slow', delayMs: 0 });
    world.edge.injectFault({ kind: 'silent', times: 9 });
    const child = spawn(process.execPath, [FRESHTAG, ...refresh, '--file', 'tags.txt', '--json'], {
      cwd: world.cwd,
      env: { ...world.env },
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'refresh',
      ok: false,
      exitCode: 130,
      result: { tags: { accepted: 1 } },
      error: { code: 'INTERRUPTED', message: expect.stringMatching(/after 1 of \d calls/) },
    });
    expect(world.edge.refreshes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  });

  test('interrupted while it waits ends with 130 and says how to go on', async ({ expect }) => {
    world.edge.injectFault({ kind: 'task-unreported' });
    const waiting = await startNode([FRESHTAG, ...refresh, 'a', '--wait'], {
      cwd: world.cwd,
      env: world.env,
      stream: 'stderr',
      until: /^complete: 0 %$/,
    });
    expect(await waiting.stop('SIGINT')).toBe(130);
  });

  test('shows a bar and colours on a terminal, and none where NO_COLOR is set', async ({
    expect,
    skip,
  }) => {
    skip(process.platform !== 'linux', 'needs the script of util-linux');
    const command = [process.execPath, FRESHTAG, ...refresh, 'a', '--wait'].join(' ');
    const onTerminal = (env: Readonly<Record<string, string>>): ReturnType<typeof runProgram> =>
      runProgram('script', ['-qec', command, '/dev/null'], {
        cwd: world.cwd,
        env: { ...world.env, TERM: 'xterm-256color', ...env },
        input: '',
      });
    const shown = await onTerminal({});
    expect(shown.stdout).toMatch(/complete [█▓▒░]+ +\d+ %/);
    expect(shown.stdout).not.toMatch(/% +\d+ %/);
    expect(shown.stdout).toContain('\u001b[32maccepted');
    expect((await onTerminal({ NO_COLOR: '1' })).stdout).not.toContain('\u001b[32m');
  });
});

function tagsOf({ result }: { readonly result?: { calls: { tags: string[] }[] } }): string[] {
  return result?.calls.flatMap(({ tags }) => tags) ?? [];
}
