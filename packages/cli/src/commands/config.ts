import type { FreshtagError } from '@freshtag/core';
import { relative } from 'node:path';

import type { Command } from '../commander.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import { checkSetting, domainsOf, endpointOf, placeOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import {
  resolveSettings,
  type Origin,
  type Setting,
  type SettingFlags,
  type Settings,
} from '../settings/settings.ts';
import { openStoreOf } from '../settings/state-store.ts';
import { formatTable } from '../table.ts';

const AFTER_HELP = `
  freshtag config
  FRESHTAG_ENVIRONMENT=preview freshtag config --json | jq .result.settings

The nearer wins: flags, then variables, then freshtag.config.ts, then defaults.
Of the access key it shows the first four characters of the id, and where it
comes from.`;

export function addConfigCommand(program: Command, session: Session): void {
  const command = program
    .command('config')
    .description('show every setting and where it comes from');
  addSettingFlags.domains(command);
  addSettingFlags.environment(command);
  addSettingFlags.force(command);
  addSettingFlags.directory(command);
  addSettingFlags.state(command);
  addSettingFlags.endpoint(command);
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (flags: SettingFlags) => {
      session.outcome = await configCommand(flags, session);
    });
}

async function configCommand(flags: SettingFlags, session: Session): Promise<Outcome> {
  const settings = await resolveSettings(flags, session);
  await checkSettings(settings, session);
  const rows = await rowsOf(settings);
  const { error, ...accessKey } = await describeKey(session.env);
  const nearby = (place: Origin): string =>
    place.source === 'file' ? relative(session.cwd, placeOf(place)) : placeOf(place);
  return {
    result: { file: settings.file ?? null, settings: rows, accessKey },
    lines: [
      ...formatTable(
        rows.map(({ value, ...row }) => [row.name, textOf(value), nearby(row)]),
        [28, 30],
      ),
      error === undefined ? keyText(accessKey) : 'no access key that can be used',
    ],
    error,
  };
}

/** What is wrong is told here as it would be by the command that uses it. */
async function checkSettings(settings: Settings, session: Session): Promise<void> {
  const { checkBase, checkEnvironment, checkOrigin } = await import('@freshtag/core/site');
  if (settings.domain.value !== undefined) await domainsOf(settings);
  await checkSetting(settings.environment, checkEnvironment);
  await checkSetting(settings.base, checkBase);
  if (settings.origin.value !== undefined) await checkSetting(settings.origin, checkOrigin);
  await endpointOf(settings);
  await checkState(settings, session);
}

/** A key that is missing is told by the command that needs it. */
async function checkState(settings: Settings, session: Session): Promise<void> {
  const [{ isFreshtagError }, { deployFiles }] = await Promise.all([
    import('@freshtag/core'),
    import('@freshtag/core/site'),
  ]);
  const where = { domain: 'www.example.com', environment: settings.environment.value };
  try {
    await openStoreOf(settings, { files: deployFiles('.', where), where, session });
  } catch (error) {
    if (!isFreshtagError(error, 'NO_CREDENTIALS')) throw error;
  }
}

interface Row extends Setting<unknown> {
  readonly name: string;
}

async function rowsOf({ file: _file, limits, retry, ...given }: Settings): Promise<Row[]> {
  const { describeState } = await import('@freshtag/core/site');
  const state = given.state.value;
  // An address may hold a secret, and a store is not data.
  const shown = { ...given.state, value: state === undefined ? undefined : describeState(state) };
  const outbox = given.outbox.value;
  const settings = {
    ...given,
    state: shown,
    outbox: { ...given.outbox, value: outbox === undefined ? undefined : describeOutbox(outbox) },
  };
  const nested = Object.entries({ limits, retry }).flatMap(([parent, parts]) =>
    Object.entries<Setting<unknown>>(parts).map(
      ([name, setting]) => [`${parent}.${name}`, setting] as const,
    ),
  );
  return [...Object.entries<Setting<unknown>>(settings), ...nested].map(([name, setting]) => ({
    name,
    ...setting,
    value: setting.value ?? null,
  }));
}

/** The kind alone: an address may hold a password. */
function describeOutbox(outbox: NonNullable<Settings['outbox']['value']>): string {
  return typeof outbox === 'string' ? `${outbox.split(':', 1).join('')}:…` : outbox.name;
}

interface KeyPlace {
  readonly id: string | null;
  readonly source: string | null;
}

function keyText({ id, source }: KeyPlace): string {
  return source === null ? 'no access key' : `access key ${id ?? '(not shown)'} from ${source}`;
}

function textOf(value: unknown): string {
  if (value === null) return '(none)';
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Where the key would come from, without asking for it; of the environment's id four characters, to tell
 * keys apart. What is wrong with it is told beside the settings.
 */
async function describeKey(
  env: Session['env'],
): Promise<KeyPlace & { readonly error?: FreshtagError }> {
  const { findCredentials, isFreshtagError } = await import('@freshtag/core');
  try {
    const { source } = findCredentials(undefined, { env, profileFiles: true });
    const id = source === 'environment' ? env['ALIBABA_CLOUD_ACCESS_KEY_ID'] : undefined;
    return { id: id === undefined ? null : `${id.slice(0, 4)}…`, source };
  } catch (error) {
    if (!isFreshtagError(error)) throw error;
    const none = { id: null, source: null };
    return error.code === 'NO_CREDENTIALS' ? none : { ...none, error };
  }
}
