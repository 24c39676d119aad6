import type { ApiProblem, StepResult } from '../../../../contract/admin-api.ts';

/** What a step has found. */
export type Finding = Omit<StepResult, 'step'>;

export function passed(seen?: string): Finding {
  return seen === undefined ? { result: 'passed' } : { result: 'passed', seen };
}

export function failed(problem: ApiProblem, seen?: string): Finding {
  return { result: 'failed', problem, ...(seen !== undefined && { seen }) };
}

export function unknown(problem: ApiProblem): Finding {
  return { result: 'unknown', problem };
}
