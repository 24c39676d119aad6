import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, onTestFinished, test } from 'vitest';

import { writeFiles } from '../src/index.ts';
import { domain, type CommandWorld } from './command-world.ts';
import { createVerifyWorld } from './verify-world.ts';

let world: CommandWorld;
let verify: string[];

beforeEach(async () => {
  ({ world, verify } = await createVerifyWorld());
});

afterEach(() => world.close());

describe('the pages of freshtag verify', () => {
  test('are those of the last plan, changed ones first, or of a sample of them', async ({
    expect,
  }) => {
    const { result } = await world.json([...verify, '--sample', '1']);
    expect(result).toMatchObject({ checked: 1, of: 2, seed: expect.any(Number) });
    const ended = await world.freshtag([...verify, '--sample', '1']);
    expect(ended.stdout).toMatch(/1 of 1 page fresh \(looked at 1 of 2\)/);
  });

  test('are those of a manifest or of the edge state', async ({ expect }) => {
    expect(await world.json([...verify, '--manifest', world.manifestFile])).toMatchObject({
      result: { of: 2 },
    });
    expect(await world.json([...verify, '--held'])).toMatchObject({ result: { of: 2 } });
  });

  test('are named as arguments, in files and on standard input', async ({ expect }) => {
    writeFiles(world.cwd, { 'list.txt': `/a/\r\n\n  https://${domain}/ \n` });
    const { result } = await world.json(
      [...verify, '/?x', '-', '--file', 'list.txt'],
      {},
      '/in\n/a/',
    );
    expect(result).toMatchObject({ checked: 4, of: 4 });
  });

  test.for<[string, string[], RegExp]>([
    [
      'not in a file that is not there',
      ['--file', 'nowhere'],
      /FILE_INACCESSIBLE: nowhere.*ENOENT/,
    ],
    ['not in a file with a wrong line', ['--file', 'wrong.txt'], /wrong\.txt, line 2: page: "b"/],
    ['not in an empty file', ['--file', 'empty.txt'], /there is none in what was read/],
    ['not without end', ['--file', '/dev/zero'], /zero, line 1: page: /],
    ['not of another domain', ['https://evil.example/'], /page: "https:\/\/evil\.example"/],
    ['not named and of a manifest', ['/', '--held'], /PATH: give pages by name/],
    ['not of a manifest that is not there', ['--manifest', 'x'], /FILE_INACCESSIBLE.*PATH, --file/],
    ['not of a broken manifest', ['--manifest', 'wrong.txt'], /FILE_UNUSABLE.*wrong\.txt/],
    ['not of an environment without a plan', ['--environment', 'preview'], /run freshtag plan/],
  ])('are %s', async ([, args, message], { expect }) => {
    writeFiles(world.cwd, { 'wrong.txt': '/a\nb\n', 'empty.txt': '\n' });
    const ended = await world.freshtag([...verify, ...args]);
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });
});

describe('bad input of freshtag verify', () => {
  test.for<[string, RegExp]>([
    ['--edge nonsense', /edge\.url: "nonsense"/],
    ['--edge http://me:secret@host', /edge\.url: (?!.*secret)/],
    ['--edge http://a --edge http://a', /edge: .*each address once/],
    ['--origin ftp://x', /origin: "ftp:\/\/x"/],
    ['--origin http://x/path', /origin: /],
    ['--domain *.example.com', /domain: /],
    ['--sample 0', /--sample.*1 to 10000000/],
    ['--sample -5', /--sample/],
    ['--seed 4294967296', /--seed.*0 to 4294967295/],
    ['--until-fresh soon', /--until-fresh.*90s or 10m/],
    ['--until-fresh 0s', /--until-fresh/],
    ['--until-fresh 9999999h', /--until-fresh.*596h/],
    ['--until-fresh 1s --interval 0ms', /--interval/],
    ['--since tomorrow', /--since.*a time that is over/],
    ['--since 2999-01-01T00:00:00Z', /--since.*a time that is over/],
    ['--concurrency 0', /--concurrency.*1 to 256/],
    ['--concurrency 1e9', /--concurrency/],
    ['--timeout 0', /--timeout.*1 to 600000/],
    ['--encoding gzip --encoding \r\n', /encodings: /],
    ['--header nonsense', /--header: one of them has no name/],
    ['--point \u001b[31m', /headers: the value of x-edge-pop/],
    ['--bogus', /unknown option/],
  ])('%j ends with 2 and says what is allowed', async ([line, message], { expect }) => {
    const ended = await world.freshtag([...verify, '/', ...line.split(' ')]);
    expect(ended).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended.stderr).not.toContain('\u001b');
  });

  test('an origin must be named somewhere', async ({ expect }) => {
    const ended = await world.freshtag(['verify', '/', '--domain', domain]);
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/--origin/) });
  });

  test.for<[string, (url: string) => string[], RegExp]>([
    ['origin', () => ['--origin', 'http://127.0.0.1:1'], /the origin refuses connections/],
    ['edge', () => ['--edge', 'http://127.0.0.1:1'], /the edge refuses connections/],
    [
      'TLS',
      (url) => ['--edge', url.replace('http:', 'https:')],
      /the edge has no good TLS connection \(ERR_SSL/,
    ],
  ])('an unreachable %s ends with 1 and says why', async ([, args, message], { expect }) => {
    const ended = await world.freshtag([...verify, '/', ...args(world.origin.url)]);
    expect(ended).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/NOT_VERIFIED: Of 1 page of 1 it cannot be told/),
    });
    expect(ended.stderr).toMatch(message);
  });

  test('the proxy of the environment carries the questions to the domain itself', async ({
    expect,
  }) => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => void proxy.close());
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const args = ['verify', '/', '--domain', domain, '--origin', world.origin.url];
    const ended = await world.freshtag(args, { HTTPS_PROXY: `http://127.0.0.1:${port}` });
    expect(ended.exitCode).toBe(1);
    expect(asked).toEqual([`${domain}:443`]);
  });

  test('what comes from outside does nothing to a terminal or a page', async ({ expect }) => {
    const evil = createServer((_, response) => {
      response.writeHead(302, {
        location: 'https://x/\u009b31m`<script>alert(1)</script>|[x](y)',
        'x-cache': 'HIT \u009b31m',
      });
      response.end();
    });
    evil.listen(0, '127.0.0.1');
    await once(evil, 'listening');
    onTestFinished(() => void evil.close());
    const address = evil.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const summary = join(world.cwd, 'summary.md');
    const args = [...verify.slice(0, -1), url, '/?`<b>|x', '/\u001b[31m'];
    const ended = await world.freshtag(args, { GITHUB_STEP_SUMMARY: summary });
    expect(ended.exitCode).toBe(3);
    expect(ended.stdout).toContain('/%1B[31m');
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(ended.stdout + ended.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    const markdown = readFileSync(summary, 'utf8');
    expect(markdown).not.toMatch(/<|`|\[x\]/);
    expect(markdown.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(4);
  });
});
