import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, test } from 'vitest';

import type { EdgeEvent } from '@freshtag/edge';

import { runProgram, writeFiles } from '../src/index.ts';
import { printedBy, startFreshtag, type Running } from './cli-running.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;
const refresh = ['refresh', '--domain', domain];

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

const start = (...args: readonly string[]): Running => startFreshtag(args, world);

/** Has the command make calls of one tag each, as fast as it can, and without overflow tags. */
function useSmallCalls(tags: readonly string[]): readonly string[] {
  const limits = { maxTagsPerCall: 1, maxCallsPerSecond: 1000 };
  writeFiles(world.cwd, {
    'freshtag.config.mjs': `export default { limits: ${JSON.stringify(limits)} };`,
    'tags.txt': tags.join('\n'),
  });
  return [...refresh, '--file', 'tags.txt'];
}

/** Waits until the edge has an event like this. */
async function happened(matches: (event: EdgeEvent) => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = world.edge.onEvent((event) => {
    if (matches(event)) resolve();
  });
  if (world.edge.events.some(matches)) resolve();
  await promise;
  stop();
}

const silence = (event: EdgeEvent): boolean => event.type === 'fault' && event.kind === 'silent';
const tagsOf = (calls: readonly { readonly tags: readonly string[] }[]): string[] =>
  calls.flatMap(({ tags }) => tags).sort();

describe('interrupted in the middle', () => {
  const tags = ['a:1', 'a:2', 'a:3', 'a:4', 'a:5'];
  const sent = [...tags, 'a:*'].sort();

  test('the JSON has every tag exactly once, with what became of it', async ({ expect }) => {
    const args = useSmallCalls(tags);
    world.edge.injectFault({ kind: 'slow', delayMs: 0, times: 2 });
    world.edge.injectFault({ kind: 'silent', applied: true });
    const running = start(...args, '--json');
    await happened(silence);
    running.kill('SIGINT');
    const ended = await running.ended;
    const { exitCode, result, error } = printedBy(ended);
    expect(exitCode).toBe(130);
    expect(tagsOf(result.calls)).toEqual(sent);
    expect(result.tags).toEqual({ accepted: 2, refused: 0, notSent: 3, unknown: 1 });
    const outcomes = result.calls.map((call: { outcome: string }) => call.outcome);
    expect(outcomes).toEqual([
      'accepted',
      'accepted',
      'unknown',
      'not-sent',
      'not-sent',
      'not-sent',
    ]);
    expect(result.calls[0].taskIds).toEqual([expect.stringMatching(/^\d+$/)]);
    // What the edge took is exactly what is told as accepted or unknown.
    expect(tagsOf(world.edge.refreshes)).toEqual(tagsOf(result.calls.slice(0, 3)));
    expect(error.message).toMatch(/after 2 of 6 calls.*may have taken effect.*Refresh the same/);
  });

  test('people see right numbers, tasks, and where the rest is', async ({ expect }) => {
    const args = useSmallCalls(Array.from({ length: 60 }, (_, id) => `t${id}`));
    world.edge.injectFault({ kind: 'slow', delayMs: 0, times: 3 });
    world.edge.injectFault({ kind: 'silent' });
    const running = start(...args);
    await happened(silence);
    running.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running.ended;
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(
      /\n3 tags accepted, 0 tags refused, 116 tags not sent, 1 tag unknown\n$/,
    );
    expect(stdout.match(/^accepted .* task \d+$/gm)).toHaveLength(3);
    expect(stdout).toMatch(/^… and 100 calls more; --json lists all, with their tags and tasks$/m);
    expect(stderr).toMatch(/Interrupted after 3 of 120 calls.*--json would name every tag/);
  });

  test('the accepted parts of a batch that is taken apart are told', async ({ expect }) => {
    world.edge.injectFault({ kind: 'refused', code: 'InvalidParameters' });
    world.edge.injectFault({ kind: 'slow', delayMs: 0 });
    world.edge.injectFault({ kind: 'silent' });
    const running = start(...refresh, ...tags, '--json');
    await happened(silence);
    running.kill('SIGINT');
    const { result } = printedBy(await running.ended);
    expect(result.tags).toEqual({ accepted: 3, refused: 0, notSent: 0, unknown: 3 });
    expect(result.calls).toMatchObject([{ outcome: 'accepted' }, { outcome: 'unknown' }]);
    expect(tagsOf(result.calls)).toEqual(sent);
    const taken = world.edge.refreshes.find(({ outcome }) => outcome === 'accepted');
    expect(result.calls[0]).toMatchObject({ taskIds: [taken?.taskId], tags: taken?.tags });
  });

  test('what is complete already is told when the waiting for the rest is interrupted', async ({
    expect,
  }) => {
    const args = useSmallCalls(['one']);
    world.edge.injectFault({ kind: 'task-unreported' });
    const running = start(...args, '--wait', '--json');
    await running.says(/^complete: 50 %$/m);
    running.kill('SIGINT');
    const { result, error } = printedBy(await running.ended);
    expect(result.calls).toMatchObject([
      { outcome: 'accepted', taskIds: [expect.any(String)] },
      { outcome: 'accepted', completion: { status: 'complete' } },
    ]);
    expect(error).toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('a read that does not end', () => {
  test('of a named pipe ends with Ctrl-C', async ({ expect, skip }) => {
    skip(process.platform === 'win32', 'Windows has no named pipes in folders');
    const fifo = join(world.cwd, 'fifo');
    await runProgram('mkfifo', [fifo]);
    const running = start(...refresh, '--file', 'fifo', '--json');
    // Opening it to write waits until it is read.
    const writer = await open(fifo, 'w');
    await writer.write('a\n');
    running.kill('SIGINT');
    const printed = printedBy(await running.ended);
    await writer.close();
    expect(printed).toMatchObject({
      exitCode: 130,
      error: { code: 'INTERRUPTED', message: 'Interrupted. Nothing was changed.' },
    });
    expect(world.edge.refreshes).toEqual([]);
  });

  test('of a named pipe that is written to goes on to its end', async ({ expect, skip }) => {
    skip(process.platform === 'win32', 'Windows has no named pipes in folders');
    const fifo = join(world.cwd, 'fifo');
    await runProgram('mkfifo', [fifo]);
    const running = start(...refresh, '--file', 'fifo', '--json');
    const writer = await open(fifo, 'w');
    await writer.write('x:1\nx:2\n');
    await writer.close();
    expect(printedBy(await running.ended)).toMatchObject({
      ok: true,
      result: { tags: { accepted: 3 } },
    });
  });

  test.for([['-'], [], ['--file', '/dev/stdin']])(
    'of standard input ends with Ctrl-C: %j',
    async (args, { expect, skip }) => {
      skip(args.length > 1 && process.platform !== 'linux', 'needs /dev/stdin');
      const running = start(...refresh, ...args, '--json');
      // More than a pipe holds: it is read when all of it has gone.
      running.stdin.write('a\n'.repeat(200_000));
      await once(running.stdin, 'drain');
      running.kill('SIGINT');
      expect(printedBy(await running.ended)).toMatchObject({
        exitCode: 130,
        error: { code: 'INTERRUPTED', message: 'Interrupted. Nothing was changed.' },
      });
      expect(world.edge.refreshes).toEqual([]);
    },
  );
});

describe('a configuration file that takes its time', () => {
  const waiting = `console.error('loading'); await new Promise(() => setInterval(() => {}, 1000));
    export default {};`;

  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends with %s at once, and nothing was sent', async ([signal, code], { expect }) => {
    writeFiles(world.cwd, { 'freshtag.config.mjs': waiting });
    const running = start(...refresh, 'a', '--json');
    await running.says(/loading/);
    running.kill(signal);
    expect(printedBy(await running.ended)).toMatchObject({
      exitCode: code,
      error: { code: 'INTERRUPTED', message: 'Interrupted. Nothing was changed.' },
    });
    expect(world.edge.refreshes).toEqual([]);
  });

  test('a second Ctrl-C ends everything at once, with one object that does not claim too much', async ({
    expect,
  }) => {
    // The second comes before anything could answer the first.
    writeFiles(world.cwd, {
      'freshtag.config.mjs': `process.once('SIGINT', () => process.emit('SIGINT')); ${waiting}`,
    });
    const running = start(...refresh, 'a', '--json');
    await running.says(/loading/);
    running.kill('SIGINT');
    const ended = await running.ended;
    expect(printedBy(ended)).toMatchObject({
      exitCode: 130,
      error: { code: 'INTERRUPTED', message: expect.stringMatching(/again.*ended at once/) },
    });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  test('two Ctrl-C in a row print one object', async ({ expect }) => {
    world.edge.injectFault({ kind: 'silent' });
    const running = start(...refresh, 'a', '--json');
    await happened(silence);
    running.kill('SIGINT');
    running.kill('SIGINT');
    const ended = await running.ended;
    expect(printedBy(ended)).toMatchObject({ exitCode: 130, error: { code: 'INTERRUPTED' } });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });
});
