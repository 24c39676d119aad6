import { isCI, isPR } from 'ci-info';

import { invalidOption } from '../errors.ts';
import type { BuildRefreshOptions } from './options.ts';

/** Why a build only plans; `undefined` if it refreshes. */
export type PlanOnlyReason = 'asked' | 'outside-ci' | 'pull-request' | undefined;

/** What decides whether this machine may touch the edge. */
export interface Machine {
  readonly isCI: boolean;
  readonly isPullRequest: boolean;
  /** Value of `FRESHTAG_REFRESH`. */
  readonly variable: string | undefined;
}

export function detectMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  return { isCI, isPullRequest: isPR === true, variable: env['FRESHTAG_REFRESH'] };
}

/**
 * A build on a developer's machine never touches the edge unless told to; one for a pull request
 * only that of an environment that was named for it.
 *
 * @throws FreshtagError `INVALID_OPTION` for an unknown value of the variable
 */
export function planOnlyReason(
  options: Pick<BuildRefreshOptions, 'refresh' | 'environment'>,
  machine: Machine,
): PlanOnlyReason {
  const { variable } = machine;
  if (variable !== undefined && !['', 'always', 'never'].includes(variable)) {
    throw invalidOption('FRESHTAG_REFRESH', variable, '"always" or "never", or leave it unset');
  }
  if (options.refresh === 'never' || variable === 'never') return 'asked';
  if (options.refresh === 'always' || variable === 'always') return undefined;
  if (!machine.isCI) return 'outside-ci';
  const production = /^prod/i.test(options.environment ?? 'production');
  return machine.isPullRequest && production ? 'pull-request' : undefined;
}
