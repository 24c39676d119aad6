import { isCI, isPR } from 'ci-info';

import { invalidOption } from '../errors.ts';
import type { StateStore } from '../site/stores/store.ts';
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

/** What to tell whoever lets CI forget the edge state; `undefined` if there is nothing to tell. */
export function stateWarning(
  { isCI: inCI }: Pick<Machine, 'isCI'>,
  store: StateStore,
  { isFound }: { readonly isFound: boolean },
): string | undefined {
  if (!inCI || isFound || store.outlastsMachine !== false) return undefined;
  return `There is no edge state in ${store.name} yet, and a CI machine forgets its files. Without a state every deploy drops all tagged pages from the edge. Set the option state (FRESHTAG_STATE) to a bucket, or save and restore this file from job to job: docs/state.md has both.`;
}
