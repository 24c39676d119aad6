import type { Score } from './score.ts';
import type { SuiteResults, SuiteTest } from './suite.ts';

const SIGNS = {
  passed: 'yes',
  failed: 'NO',
  'setup failed': 'NO (set-up)',
  'depends on a failed one': 'NO (depends)',
  'not run': 'not run',
} as const;

/** Sums, and every required test that somebody failed, side by side. */
export function scoreTable(
  tests: readonly SuiteTest[],
  scores: ReadonlyMap<string, Score>,
  reasons: ReadonlyMap<string, SuiteResults>,
): string {
  const names = [...scores.keys()];
  const sums = [...scores.values()];
  const missed = tests.filter(
    ({ id, kind }) =>
      kind === 'required' && sums.some(({ outcomes }) => outcomes.get(id) !== 'passed'),
  );
  const rows = [
    ['', ...names],
    ['required', ...sums.map((each) => `${each.requiredPassed}/${each.requiredTotal}`)],
    ['required, dependencies ignored', ...sums.map((each) => String(each.requiredAlone))],
    ['optimal', ...sums.map((each) => `${each.optimalPassed}/${each.optimalTotal}`)],
    ['', ...names.map(() => '')],
    ...missed.map(({ id }) => [
      id,
      ...sums.map(({ outcomes }) => SIGNS[outcomes.get(id) ?? 'not run']),
    ]),
  ];
  const alone = names.length === 1 ? reasons.get(names[0] ?? '') : undefined;
  return rows.map((row) => line(row, alone)).join('\n');
}

/** With one target there is room for why. */
function line([id = '', ...cells]: readonly string[], alone: SuiteResults | undefined): string {
  const why = alone?.[id];
  const told = why === undefined || why === true ? '' : why[1];
  return `${id.padEnd(50)}${cells.map((cell) => cell.padEnd(14)).join('')}${told}`.trimEnd();
}
