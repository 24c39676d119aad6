import { DCDN_ENDPOINT } from '@freshtag/core';
import { resolveRelayOptions } from '@freshtag/core/relay';

import type { SettingView } from '../../../contract/admin-api.ts';
import { DEFAULT_CONFIG } from '../config.ts';
import type { Instance } from '../instance.ts';
import { isObject } from '../is-object.ts';
import { stagesOf } from '../outbox/stages.ts';

type Values = Readonly<Record<string, unknown>>;

/** What is shown: all others may hold something secret, or are functions. */
const RELAY_SETTINGS = [
  'window.idleMs',
  'window.maxMs',
  'limits.maxTagsPerCall',
  'limits.maxCacheTagCharacters',
  'limits.maxUrlBytes',
  'limits.maxCallsPerSecond',
  'includeOverflow',
  'passes',
  'secondPassDelayMs',
  'pollIntervalMs',
  'settleMs',
  'completionTimeoutMs',
  'quotaTimeZone',
  'ladder.maxCalls',
  'ladder.maxWindowMs',
  'alarm.maxAgeMs',
  'retention.maxAgeMs',
  'retention.maxRows',
  'maxFailures',
  'leaseMs',
  'claimLimit',
  'lookMs',
  'account',
] as const;

/** Of another name in the configuration. */
const CONFIGURED_AS: Readonly<Record<string, string>> = { passes: 'edgeLayers' };

const HEADER_SETTINGS = [
  'cacheTag',
  'headerName',
  'budget.maxBytes',
  'budget.maxTags',
  'cacheControl',
  'cdnCacheControl',
] as const;

export function headerSettings({ config: { headers } }: Instance): readonly SettingView[] {
  const defaults: Values = { ...DEFAULT_CONFIG.headers };
  return HEADER_SETTINGS.flatMap((path): SettingView[] => {
    const value = valueAt({ ...headers }, path);
    if (value === undefined) return [];
    const from = value === valueAt(defaults, path) ? 'default' : 'config';
    return [{ path: `headers.${path}`, value: textOf(value), from }];
  });
}

export function relaySettings(instance: Instance): readonly SettingView[] {
  const { relay } = instance.config;
  if (relay === false) return [{ path: 'relay', value: 'false', from: 'config' }];
  const [stage] = stagesOf(instance);
  if (stage === undefined) return [];
  const resolved: Values = { ...resolveRelayOptions({ ...relay, store: stage.store }) };
  const given: Values = { ...relay };
  const settings = RELAY_SETTINGS.flatMap((path): SettingView[] => {
    const value = valueAt(resolved, path);
    if (value === undefined) return [];
    const own = valueAt(given, CONFIGURED_AS[path] ?? path);
    const from = own === undefined ? 'default' : 'config';
    return [{ path: `relay.${path}`, value: textOf(value), from }];
  });
  return [endpointSetting(relay), ...settings];
}

function endpointSetting({
  endpoint,
  env = process.env,
}: Exclude<Instance['config']['relay'], false>): SettingView {
  const path = 'relay.endpoint';
  const variable = env['FRESHTAG_ENDPOINT'];
  if (endpoint !== undefined) return { path, value: originOf(endpoint), from: 'config' };
  if (variable !== undefined && variable !== '')
    return { path, value: originOf(variable), from: 'environment' };
  return { path, value: DCDN_ENDPOINT, from: 'default' };
}

/** Never a password or what is after the path. */
function originOf(address: string): string {
  return URL.parse(address)?.origin ?? 'not an address';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function valueAt(values: Values, path: string): unknown {
  let value: unknown = values;
  for (const key of path.split('.')) value = isObject(value) ? value[key] : undefined;
  return value;
}
