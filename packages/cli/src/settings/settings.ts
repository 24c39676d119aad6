import type { CompletionOptions, RefreshLimits, RetryOptions } from '@freshtag/core';
import type { OutboxStore } from '@freshtag/core/relay';
import type { NormalizeOptions, PlanOptions, StateOption } from '@freshtag/core/site';
import { dirname, resolve } from 'node:path';

import type { DomainConfig, FreshtagConfig, RelayConfig } from '../define-config.ts';
import { keepOutputClean } from '../output.ts';
import type { Session } from '../session.ts';
import { explainConfigFailure } from './config-failure.ts';
import type { ConfigFile } from './config-file.ts';
import { findConfigFiles } from './find-config-file.ts';

/** Where a value came from. */
export interface Origin {
  readonly source: 'flag' | 'variable' | 'file' | 'default';
  /** Name of the flag or variable, path of the file. */
  readonly from?: string;
}

export interface Setting<T> extends Origin {
  readonly value: T;
}

type SettingsOf<Values> = { readonly [Name in keyof Values]: Setting<number> };

/** Every setting, with the nearest value that was given for it. */
export interface Settings {
  /** The configuration file, if there is one. */
  readonly file: string | undefined;
  readonly domain: Setting<readonly string[] | undefined>;
  readonly domains: Setting<Readonly<Record<string, DomainConfig>> | undefined>;
  readonly environment: Setting<string>;
  readonly endpoint: Setting<string>;
  readonly force: Setting<boolean>;
  /** As given; see `directoryOf`. */
  readonly directory: Setting<string>;
  /** `undefined`: a file in the directory. May hold a secret; see `describeState`. */
  readonly state: Setting<StateOption | undefined>;
  readonly origin: Setting<string | undefined>;
  readonly base: Setting<string>;
  readonly immutable: Setting<readonly string[]>;
  /** Where rows wait for the relay. May hold a password. */
  readonly outbox: Setting<string | OutboxStore | undefined>;
  readonly relay: Setting<RelayConfig | undefined>;
  readonly plan: Setting<PlanOptions | undefined>;
  readonly normalize: Setting<NormalizeOptions | undefined>;
  readonly secondPassDelayMs: Setting<number | false>;
  readonly edgeLayers: Setting<number>;
  readonly settleMs: Setting<number>;
  readonly pollIntervalMs: Setting<number>;
  readonly completionTimeoutMs: Setting<number>;
  readonly limits: SettingsOf<RefreshLimits>;
  readonly retry: SettingsOf<Required<RetryOptions>>;
}

/** What flags may say; commander leaves out what is not given. */
export interface SettingFlags {
  readonly config?: string;
  readonly domain?: string | readonly string[];
  readonly environment?: string;
  readonly endpoint?: string;
  readonly force?: boolean;
  readonly directory?: string;
  /** A command whose own flag of that name takes no value says nothing of the store. */
  readonly state?: string | true;
  readonly outbox?: string;
  readonly origin?: string;
  readonly base?: string;
  readonly immutable?: readonly string[];
  readonly secondPassDelayMs?: number | false | undefined;
  readonly edgeLayers?: number;
}

/**
 * Gathers the settings: flags win over variables, these over the configuration file, that over defaults.
 * Values are checked by who uses them.
 *
 * @throws FreshtagError for a configuration file that cannot be used
 */
export async function resolveSettings(flags: SettingFlags, session: Session): Promise<Settings> {
  const core = await import('@freshtag/core');
  const file = await readConfigFile(flags.config, session);
  if (flags.directory === '') throw core.invalidOption('--directory', '', 'the path of a folder');
  const config = file?.config ?? {};
  const pick = createPicker(session.env, file);
  const passFlag = flags.secondPassDelayMs === false ? '--no-second-pass' : '--second-pass-delay';
  return {
    file: file?.path,
    domain: pick<readonly string[] | undefined>(undefined, {
      flag: ['--domain', listOf(flags.domain)],
      variable: ['FRESHTAG_DOMAIN', (text) => text.split(',').map((name) => name.trim())],
      file: listOf(config.domain) ?? namesOf(config.domains),
    }),
    domains: pick<Settings['domains']['value']>(undefined, { file: config.domains }),
    environment: pick('production', {
      flag: ['--environment', flags.environment],
      variable: ['FRESHTAG_ENVIRONMENT', String],
      file: config.environment,
    }),
    endpoint: pick(core.DCDN_ENDPOINT, {
      flag: ['--endpoint', flags.endpoint],
      variable: ['FRESHTAG_ENDPOINT', String],
      file: config.endpoint,
    }),
    force: pick(true, {
      flag: [flags.force === false ? '--no-force' : '--force', flags.force],
      file: config.force,
    }),
    directory: pick('.freshtag', {
      flag: ['--directory', flags.directory],
      file: config.directory,
    }),
    state: pick<StateOption | undefined>(undefined, {
      flag: ['--state', flags.state === true ? undefined : flags.state],
      variable: ['FRESHTAG_STATE', String],
      file: config.state,
    }),
    origin: pick<string | undefined>(undefined, {
      flag: ['--origin', flags.origin],
      file: config.origin,
    }),
    ...pickBuild(flags, config, pick),
    ...pickOutbox(flags, config, pick),
    secondPassDelayMs: pick<number | false>(30_000, {
      flag: [passFlag, flags.secondPassDelayMs],
      file: config.secondPassDelayMs,
    }),
    edgeLayers: pick(2, { flag: ['--edge-layers', flags.edgeLayers], file: config.edgeLayers }),
    ...pickWaits(core.DEFAULT_COMPLETION, config, pick),
    limits: pickLimits(core.DEFAULT_REFRESH_LIMITS, config.limits, pick),
    retry: pickRetry(core.DEFAULT_RETRY, config.retry, pick),
  };
}

async function readConfigFile(
  given: string | undefined,
  session: Session,
): Promise<ConfigFile | undefined> {
  const found = findConfigFiles(given, session.cwd);
  if (found.length === 0) return undefined;
  const { loadConfigFile } = await import('./config-file.ts');
  keepOutputClean();
  try {
    return await loadConfigFile(found, session);
  } catch (error) {
    session.signal.throwIfAborted();
    throw await explainConfigFailure(error, session);
  }
}

type Picker = <T>(
  fallback: T,
  given: {
    readonly flag?: readonly [name: string, value: T | undefined];
    readonly variable?: readonly [name: string, read: (text: string) => T];
    readonly file?: T | undefined;
  },
) => Setting<T>;

/** Picks the nearest value that was given; an empty variable is as good as none. */
function createPicker(env: Session['env'], file: ConfigFile | undefined): Picker {
  return (fallback, given) => {
    const [flag = '', flagged] = given.flag ?? [];
    if (flagged !== undefined) return { source: 'flag', from: flag, value: flagged };
    const [variable = '', read] = given.variable ?? [];
    const text = env[variable] ?? '';
    if (text !== '' && read !== undefined)
      return { source: 'variable', from: variable, value: read(text) };
    if (file !== undefined && given.file !== undefined)
      return { source: 'file', from: file.path, value: given.file };
    return { source: 'default', value: fallback };
  };
}

function namesOf(domains: FreshtagConfig['domains']): readonly string[] | undefined {
  const names = Object.keys(domains ?? {});
  return names.length === 0 ? undefined : names;
}

function listOf(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value;
}

function pickBuild(
  flags: SettingFlags,
  config: FreshtagConfig,
  pick: Picker,
): Pick<Settings, 'base' | 'immutable' | 'plan' | 'normalize'> {
  return {
    base: pick('/', { flag: ['--base', flags.base], file: config.base }),
    immutable: pick<readonly string[]>([], {
      flag: ['--immutable', flags.immutable],
      file: config.immutable,
    }),
    plan: pick<PlanOptions | undefined>(undefined, { file: config.plan }),
    normalize: pick<NormalizeOptions | undefined>(undefined, { file: config.normalize }),
  };
}

function pickOutbox(
  flags: SettingFlags,
  config: FreshtagConfig,
  pick: Picker,
): Pick<Settings, 'outbox' | 'relay'> {
  return {
    outbox: pick<string | OutboxStore | undefined>(undefined, {
      flag: ['--outbox', flags.outbox],
      variable: ['FRESHTAG_OUTBOX', String],
      file: config.outbox,
    }),
    relay: pick<RelayConfig | undefined>(undefined, { file: config.relay }),
  };
}

function pickWaits(
  defaults: Required<
    Pick<CompletionOptions, 'settleMs' | 'pollIntervalMs' | 'completionTimeoutMs'>
  >,
  file: FreshtagConfig,
  pick: Picker,
): Pick<Settings, keyof typeof defaults> {
  return {
    settleMs: pick(defaults.settleMs, { file: file.settleMs }),
    pollIntervalMs: pick(defaults.pollIntervalMs, { file: file.pollIntervalMs }),
    completionTimeoutMs: pick(defaults.completionTimeoutMs, { file: file.completionTimeoutMs }),
  };
}

function pickLimits(
  defaults: RefreshLimits,
  file: FreshtagConfig['limits'],
  pick: Picker,
): Settings['limits'] {
  return {
    maxTagsPerCall: pick(defaults.maxTagsPerCall, { file: file?.maxTagsPerCall }),
    maxCacheTagCharacters: pick(defaults.maxCacheTagCharacters, {
      file: file?.maxCacheTagCharacters,
    }),
    maxUrlBytes: pick(defaults.maxUrlBytes, { file: file?.maxUrlBytes }),
    maxCallsPerSecond: pick(defaults.maxCallsPerSecond, { file: file?.maxCallsPerSecond }),
  };
}

function pickRetry(
  defaults: Required<RetryOptions>,
  file: FreshtagConfig['retry'],
  pick: Picker,
): Settings['retry'] {
  return {
    maxAttempts: pick(defaults.maxAttempts, { file: file?.maxAttempts }),
    budgetMs: pick(defaults.budgetMs, { file: file?.budgetMs }),
  };
}

/** How to call the API, as the library takes it. The address is apart: it has to be checked. */
export function callOptionsOf({ force, limits, retry }: Settings): {
  readonly force: boolean;
  readonly limits: RefreshLimits;
  readonly retry: Required<RetryOptions>;
} {
  return {
    force: force.value,
    limits: {
      maxTagsPerCall: limits.maxTagsPerCall.value,
      maxCacheTagCharacters: limits.maxCacheTagCharacters.value,
      maxUrlBytes: limits.maxUrlBytes.value,
      maxCallsPerSecond: limits.maxCallsPerSecond.value,
    },
    retry: { maxAttempts: retry.maxAttempts.value, budgetMs: retry.budgetMs.value },
  };
}

/** How long to wait for the end of what was accepted, as the library takes it. */
export function waitOptionsOf({ settleMs, completionTimeoutMs, pollIntervalMs }: Settings): {
  readonly settleMs: number;
  readonly completionTimeoutMs: number;
  readonly pollIntervalMs?: number;
} {
  return {
    settleMs: settleMs.value,
    completionTimeoutMs: completionTimeoutMs.value,
    // An origin is asked more often, unless somebody says otherwise.
    ...(pollIntervalMs.source === 'default' ? {} : { pollIntervalMs: pollIntervalMs.value }),
  };
}

/** What the configuration file says of one domain, whatever the case of its letters. */
export function domainConfigOf({ domains }: Settings, domain: string): DomainConfig {
  const entries = Object.entries(domains.value ?? {});
  return entries.find(([name]) => name.toLowerCase() === domain)?.[1] ?? {};
}

/** Where the origin of one domain is: a flag says it of all of them. */
export function originSettingOf(settings: Settings, domain: string): Settings['origin'] {
  const { origin } = domainConfigOf(settings, domain);
  if (settings.origin.source === 'flag' || origin === undefined) return settings.origin;
  return { ...settings.domains, value: origin };
}

/** The folder of freshtag's own files: one that a file names starts where that file is. */
export function directoryOf({ directory }: Settings, cwd: string): string {
  const start =
    directory.source === 'file' && directory.from !== undefined ? dirname(directory.from) : cwd;
  return resolve(start, directory.value);
}
