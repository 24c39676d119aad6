import { afterEach, beforeEach, describe, test } from 'vitest';

import { writeFiles } from '../src/index.ts';
import { printedBy, startFreshtag } from './cli-running.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

describe('a configuration file that does more than it should', () => {
  const ok = { ok: true, exitCode: 0 };

  test('prints to standard error, now and later, whatever it prints with', async ({ expect }) => {
    writeFiles(world.cwd, {
      'freshtag.config.mjs': `console.log('one'); process.stdout.write('two\\n');
        process.on('exit', () => console.log('three')); export default {};`,
    });
    const ended = await world.freshtag(['config', '--json']);
    expect(printedBy(ended)).toMatchObject(ok);
    expect(ended.stderr).toBe('one\ntwo\nthree\n');
  });

  test('keeps nobody waiting when it leaves timers and servers', async ({ expect }) => {
    writeFiles(world.cwd, {
      'freshtag.config.mjs': `import { createServer } from 'node:http';
        createServer().listen(0); setInterval(() => {}, 1000); export default {};`,
    });
    expect(await world.json(['config'])).toMatchObject(ok);
  });

  test('has its late error told as its own, with what was done until then', async ({ expect }) => {
    const limits = { maxTagsPerCall: 1 };
    const heard = `process.on('SIGUSR2', () => { throw new Error('late'); });`;
    writeFiles(world.cwd, {
      'freshtag.config.mjs': `${heard} export default { limits: ${JSON.stringify(limits)} };`,
    });
    world.edge.injectFault({ kind: 'slow', delayMs: 0 });
    world.edge.injectFault({ kind: 'silent' });
    const { promise, resolve } = Promise.withResolvers<void>();
    world.edge.onEvent((event) => {
      if (event.type === 'fault' && event.kind === 'silent') resolve();
    });
    const running = startFreshtag(['refresh', 'a', '--domain', domain, '--json'], world);
    await promise;
    running.kill('SIGUSR2');
    const ended = await running.ended;
    expect(printedBy(ended)).toMatchObject({
      exitCode: 1,
      result: { tags: { accepted: 1, unknown: 1 } },
      error: {
        code: 'FILE_UNUSABLE',
        message: expect.stringMatching(/threw an error after.*late/),
      },
    });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  test.for([
    `process.on('exit', () => { throw new Error('late'); });`,
    `setInterval(() => { Promise.reject(new Error('late')); }, 1);`,
  ])('prints one object all the same: %s', async (line, { expect }) => {
    writeFiles(world.cwd, { 'freshtag.config.mjs': `${line} export default {};` });
    const { stdout } = await world.freshtag(['config', '--json']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ command: 'config' });
  });
});
