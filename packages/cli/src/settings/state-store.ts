import type { DeployFiles, StateStore } from '@freshtag/core/site';
import { dirname } from 'node:path';

import type { Session } from '../session.ts';
import { checkSetting } from './check.ts';
import type { Settings } from './settings.ts';

/** Where a command finds the edge state of its site. */
export interface StatePlace {
  readonly files: DeployFiles;
  readonly where: { readonly domain: string; readonly environment: string };
  readonly session: Session;
}

/**
 * The store that the settings name, else the file beside the plan. A path in a configuration file
 * starts where that file is.
 *
 * @throws FreshtagError `INVALID_OPTION`, `NO_CREDENTIALS`
 */
export async function openStoreOf(
  { state }: Settings,
  { files, where, session }: StatePlace,
): Promise<StateStore> {
  const { openStateStore } = await import('@freshtag/core/site');
  const cwd =
    state.source === 'file' && state.from !== undefined ? dirname(state.from) : session.cwd;
  return checkSetting(state, (value) =>
    openStateStore(value ?? files.state, { ...where, cwd, env: session.env }),
  );
}
