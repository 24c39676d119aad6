import { describe, test } from 'vitest';

import { fileURLToPath } from 'node:url';

import { runNode } from '../src/index.ts';

const demo = fileURLToPath(new URL('../../../apps/atlas-site/demo/run.ts', import.meta.url));
const play = (...args: readonly string[]) => runNode([demo, ...args]);
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

describe('the demo notices when a rule of the design is broken:', { timeout: 120_000 }, () => {
  test('a refresh that starts before the new content can be fetched (5.1)', async ({ expect }) => {
    const ended = await play('--break', '5.1', '--only', 'capital');
    expect(ended.exitCode).toBe(1);
    expect(lastLine(ended.stdout)).toMatch(/^demo: .* [1-9]\d* stale/);
  });

  test('an edge state that forgets what the edge may hold (5.2)', async ({ expect }) => {
    const ended = await play('--break', '5.2', '--only', 'refused', '--only', 'after-refused');
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain('stale: /countries/japan/');
  });

  test('no second pass (5.6)', async ({ expect }) => {
    const ended = await play('--break', '5.6', '--only', 'slow-fetch');
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain('stale: /countries/brazil/');
  });

  test('a second pass, but none more for the second layer', async ({ expect }) => {
    const ended = await play('--break', 'layers', '--only', 'slow-fetch');
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain('stale: /countries/brazil/');
  });
});
