import { fileURLToPath } from 'node:url';

import { beforeAll, describe, test } from 'vitest';

import { runNode } from '../src/index.ts';

const bench = fileURLToPath(new URL('../../../bench/run.ts', import.meta.url));

interface Figures {
  readonly deploys: number;
  readonly measured: number;
  readonly strategies: Readonly<Record<'ours' | 'purge-all' | 'directories', StrategyFigures>>;
  readonly large: { readonly shared: number; readonly failed: readonly string[] };
}

interface StrategyFigures {
  readonly recall: number;
  readonly fileRecall: number;
  readonly missed: readonly string[];
  readonly over: { readonly max: number; readonly mean: number };
}

let figures: Figures;

beforeAll(async () => {
  figures = await replay();
});

async function replay(...more: readonly string[]): Promise<Figures> {
  const args = [bench, 'replay', '--skip-build', '--json', ...more];
  const { stdout, stderr, exitCode } = await runNode(args);
  if (exitCode !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { atlas: { figures: Figures } }).atlas.figures;
}

describe('over the real edits of the atlas', () => {
  test('every copy that is not what the origin serves is refreshed', ({ expect }) => {
    expect(figures.measured).toBe(figures.deploys);
    expect(figures.deploys).toBeGreaterThanOrEqual(8);
    const { recall, fileRecall, missed } = figures.strategies.ours;
    expect({ recall, fileRecall, missed }).toEqual({ recall: 1, fileRecall: 1, missed: [] });
  });

  test('a refresh that lacks one tag is noticed', async ({ expect }) => {
    const { recall, missed } = (await replay('--break')).strategies.ours;
    expect(recall).toBeLessThan(1);
    expect(missed).toContain('/countries/germany/');
  });

  test('no deploy drops more than one unchanged page in a hundred', ({ expect }) => {
    expect(figures.strategies.ours.over.max).toBeLessThanOrEqual(0.01);
    expect(figures.strategies['purge-all'].over.mean).toBe(1);
    expect(figures.strategies.directories.over.mean).toBeGreaterThan(0.1);
  });

  test('a hundred pages that share tags take at most half the calls of one tag a page', ({
    expect,
  }) => {
    expect(figures.large.shared).toBeGreaterThan(0);
    expect(figures.large.failed).toEqual([]);
  });
});
