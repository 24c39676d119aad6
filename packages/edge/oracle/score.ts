import type { SuiteResults, SuiteTest } from './suite.ts';

type Outcome = 'passed' | 'failed' | 'setup failed' | 'depends on a failed one' | 'not run';

/** What a cache made of the suite. */
export interface Score {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly passed: readonly string[];
  readonly requiredPassed: number;
  readonly requiredTotal: number;
  /** Each test by itself, whatever became of those it depends on: the lenient way to count. */
  readonly requiredAlone: number;
  readonly optimalPassed: number;
  readonly optimalTotal: number;
}

/** As the suite's own pages score: a test that depends on a failed one has not passed. */
export function score(tests: readonly SuiteTest[], results: SuiteResults): Score {
  const outcomes = new Map(tests.map((test) => [test.id, outcomeOf(test, tests, results)]));
  const passedOf = (kind: SuiteTest['kind']): readonly SuiteTest[] =>
    tests.filter((test) => test.kind === kind && outcomes.get(test.id) === 'passed');
  const required = passedOf('required');
  return {
    outcomes,
    passed: required.map(({ id }) => id).sort(),
    requiredPassed: required.length,
    requiredTotal: tests.filter(({ kind }) => kind === 'required').length,
    requiredAlone: tests.filter(({ id, kind }) => kind === 'required' && results[id] === true)
      .length,
    optimalPassed: passedOf('optimal').length,
    optimalTotal: tests.filter(({ kind }) => kind === 'optimal').length,
  };
}

function outcomeOf(test: SuiteTest, tests: readonly SuiteTest[], results: SuiteResults): Outcome {
  const result = results[test.id];
  if (result === undefined) return 'not run';
  const isDependencyMissing = test.dependsOn.some((id) => {
    const dependency = tests.find((each) => each.id === id);
    return dependency === undefined || outcomeOf(dependency, tests, results) !== 'passed';
  });
  if (isDependencyMissing) return 'depends on a failed one';
  if (result === true) return 'passed';
  return result[0] === 'Setup' ? 'setup failed' : 'failed';
}
