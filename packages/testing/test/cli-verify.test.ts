import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { FRESHTAG, runProgram, writeFiles, type Ended } from '../src/index.ts';
import { domain, type CommandWorld } from './command-world.ts';
import { createVerifyWorld } from './verify-world.ts';

let world: CommandWorld;
let verify: string[];

beforeEach(async () => {
  ({ world, verify } = await createVerifyWorld());
});

afterEach(() => world.close());

const visitor = { headers: { 'accept-encoding': 'identity' } };

/** The edge stores both pages; then one changes at the origin. */
async function makeStale(): Promise<void> {
  for (const path of ['/', '/a/']) await (await fetch(world.edge.url + path, visitor)).text();
  writeFiles(world.cwd, { 'dist/index.html': 'two' });
}

function refresh(): Promise<string> {
  return world.edge.refresh({ domain, tags: ['page:/'], force: true });
}

/** Runs the command, and sends it a signal when standard error has a line. */
async function interruptAt(line: RegExp, args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [FRESHTAG, ...args], { cwd: world.cwd, env: world.env });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    const wasThere = line.test(output.stderr);
    output.stderr += chunk.toString();
    if (!wasThere && line.test(output.stderr)) child.kill('SIGINT');
  });
  const [exitCode]: (number | null)[] = await once(child, 'close');
  return { exitCode: exitCode ?? null, ...output };
}

describe('freshtag verify', () => {
  test('ends with 0 where the edge has what the origin has', async ({ expect }) => {
    await makeStale();
    await refresh();
    const ended = await world.freshtag(verify);
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toBe(`${domain}: 2 of 2 pages fresh; 1 not from a stored copy\n`);
  });

  test('ends with 3 and lists what is stale, and why', async ({ expect }) => {
    await makeStale();
    const ended = await world.freshtag(verify);
    expect(ended.exitCode).toBe(3);
    expect(ended.stdout).toMatch(/^stale {2}\/ {2}another content of the same length, 3 bytes/m);
    expect(ended.stdout).toMatch(/1 of 2 pages fresh, 1 stale$/m);
    expect(ended.stderr).toMatch(/EDGE_STALE: www.example.com shows 1 page of 2 stale. First \/:/);
  });

  test('prints the same as one object', async ({ expect }) => {
    await makeStale();
    const { ok, exitCode, error, result } = await world.json([...verify, '--seed', '7']);
    expect({ ok, exitCode, code: error?.code }).toEqual({
      ok: false,
      exitCode: 3,
      code: 'EDGE_STALE',
    });
    expect(result).toEqual({
      domain,
      origin: world.origin.url,
      edges: [new URL(world.edge.url).host],
      seed: 7,
      checked: 2,
      of: 2,
      verdicts: { fresh: 1, stale: 1, unknown: 0 },
      outcomes: {
        stale: 1,
        error: 0,
        unstable: 0,
        'too-large': 0,
        'missing-tags': 0,
        'not-cached': 0,
        fresh: 1,
      },
      pages: [
        {
          path: '/',
          verdict: 'stale',
          outcome: 'stale',
          reason: expect.stringContaining('another content'),
          sightings: [
            {
              edge: new URL(world.edge.url).host,
              encoding: 'identity',
              atMs: expect.any(Number),
              outcome: 'stale',
              verdict: 'stale',
              reason: expect.any(String),
              differs: ['body'],
              atEdge: {
                status: 200,
                bytes: 3,
                digest: expect.stringMatching(/^[\w-]{22}$/),
                headers: expect.objectContaining({ 'x-cache': expect.stringMatching(/^HIT/) }),
              },
              atOrigin: expect.objectContaining({ status: 200, bytes: 3 }),
            },
          ],
        },
      ],
    });
  });

  test('--until-fresh ends with 0 as soon as the refresh has taken effect', async ({ expect }) => {
    await makeStale();
    let visits = 0;
    const end = world.edge.onEvent(({ type }) => {
      visits += type === 'request' ? 1 : 0;
      if (visits !== 5) return;
      end();
      void refresh();
    });
    const ended = await world.json([...verify, '--until-fresh', '20s', '--interval', '50ms']);
    expect(ended).toMatchObject({
      exitCode: 0,
      result: {
        verdicts: { fresh: 2, stale: 0, unknown: 0 },
        watch: {
          freshAtMs: expect.any(Number),
          windows: [{ minute: 0, staleRate: expect.any(Number) }],
        },
      },
    });
    expect(ended.result.watch.rounds).toBeGreaterThan(2);
    expect(ended.result.watch.windows[0].answers.stale).toBeGreaterThan(1);
  });

  test('--until-fresh ends with 3 after its time, and tells the stale share', async ({
    expect,
  }) => {
    await makeStale();
    const since = new Date(Date.now() - 60_000).toISOString();
    const ended = await world.freshtag([
      ...verify,
      `--since=${since}`,
      // Its time ends between two rounds: in the middle of one, a part of its answers would count.
      '--until-fresh=1s',
      '--interval=30s',
    ]);
    expect(ended.exitCode).toBe(3);
    expect(ended.stdout).toMatch(/^minute 2: 50 % stale of \d+ answers$/m);
    expect(ended.stderr).toMatch(/stale after \d+ rounds?\./);
    expect(ended.stderr).toMatch(/^verify: round 1: 1 of 2 pages fresh, 1 stale$/m);
  });

  test('prints what is known so far when it is interrupted', async ({ expect }) => {
    await makeStale();
    const ended = await interruptAt(/round 1:/, [...verify, '--until-fresh', '10m']);
    expect(ended.exitCode).toBe(130);
    expect(ended.stdout).toMatch(/^stale {2}\/ /m);
    expect(ended.stdout).toMatch(/1 of 2 pages fresh, 1 stale/);
    expect(ended.stderr).toMatch(/Interrupted after 2 pages: 1 of 2 pages fresh, 1 stale\./);
  });

  test('asks each point of presence of a local edge', async ({ expect }) => {
    await makeStale();
    const { result } = await world.json([...verify, '--point', 'pop', '--point', 'other']);
    expect(result.edges).toEqual(['pop', 'other']);
    expect(result.pages[0]).toMatchObject({
      reason: expect.stringMatching(/^pop: another content/),
      sightings: [{ outcome: 'stale' }, { outcome: 'error', reason: 'the edge answers HTTP 400' }],
    });
  });

  test('warns of copies without tags, which --require-tags takes for stale', async ({ expect }) => {
    world.origin.deploy(join(world.cwd, 'dist'), {
      version: 1,
      pages: [{ path: '/', digest: '', tags: ['old'] }],
    });
    await (await fetch(world.edge.url, visitor)).text();
    world.deploy();
    const ended = await world.freshtag([...verify, '/']);
    expect(ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^missing-tags {2}\/ {2}stored without the tag all-pages and 1 more$/m,
      ),
    });
    expect(await world.json([...verify, '/', '--require-tags'])).toMatchObject({ exitCode: 3 });
  });

  test('sends headers that it never prints', async ({ expect }) => {
    const secret = 'SECRETSECRETSECRET';
    const ended = await world.freshtag([
      ...verify,
      '/',
      `--header=Authorization: Bearer ${secret}`,
      '--json',
      '--edge=http://127.0.0.1:1',
    ]);
    expect(ended.stdout + ended.stderr).not.toContain(secret);
    const wrong = await world.freshtag([...verify, '/', '--header', `Host: ${secret}`]);
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/"Host"/) });
    expect(wrong.stderr).not.toContain(secret);
  });
});

describe('where freshtag verify tells', () => {
  test('in GitHub Actions it adds a summary to the job', async ({ expect }) => {
    await makeStale();
    const summary = join(world.cwd, 'summary.md');
    writeFiles(world.cwd, { 'summary.md': 'before\n' });
    await world.freshtag(verify, { GITHUB_STEP_SUMMARY: summary });
    const [before, title, , sum, , head, , row] = readFileSync(summary, 'utf8').split('\n');
    expect([before, sum]).toEqual(['before', '1 of 2 pages fresh, 1 stale']);
    expect(title).toMatch(/^### ❌ freshtag verify/);
    expect(head).toBe('| page | outcome | why |');
    expect(row).toMatch(/^\| \/ \| stale \| another content of the same length, 3 bytes/);
  });

  test('a summary that cannot be written changes nothing else', async ({ expect }) => {
    const nowhere = join(world.cwd, 'none/summary.md');
    const ended = await world.freshtag(verify, { GITHUB_STEP_SUMMARY: nowhere });
    expect(ended).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('the job summary could not be written (ENOENT)'),
    });
    expect(existsSync(nowhere)).toBe(false);
  });

  test('a reader that closes the pipe changes no exit code', async ({ expect }) => {
    await makeStale();
    const line = [FRESHTAG, ...verify, '--json'].map((word) => `'${word}'`).join(' ');
    const ended = await runProgram(
      'bash',
      ['-c', `'${process.execPath}' ${line} 2>/dev/null | true; echo "\${PIPESTATUS[0]}"`],
      { cwd: world.cwd, env: world.env },
    );
    expect(ended).toMatchObject({ stdout: '3\n' });
  });
});
