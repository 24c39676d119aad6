import { readFile } from 'node:fs/promises';

import { test } from 'vitest';

import { here } from './child.ts';
import { score } from './score.ts';
import { readSuite, runSuite } from './suite.ts';
import { startEdgeProcess } from './targets.ts';

const SUITE_MS = 240_000;
const LEAST_PASSED = 136;

interface Recorded {
  readonly passed: readonly string[];
}

test(
  'no required test of the public suite that has passed before fails',
  { timeout: SUITE_MS },
  async ({ expect }) => {
    const recorded = JSON.parse(await readFile(here('cache-tests-score.json'), 'utf8')) as Recorded;
    const results = await runSuite((origin) => startEdgeProcess(origin));
    const { passed } = score(await readSuite(), results);
    const lost = recorded.passed.filter((id) => !passed.includes(id));
    // Recording anew must not lower the bar either.
    expect(recorded.passed.length).toBeGreaterThanOrEqual(LEAST_PASSED);
    expect(lost.map((id) => [id, results[id]])).toEqual([]);
  },
);
