import { findCredentials, isFreshtagError, ramPolicy } from '@freshtag/core';

import type {
  ApiProblem,
  SettingsView,
  TargetView,
  TypeView,
} from '../../../contract/admin-api.ts';
import manifest from '../../../package.json' with { type: 'json' };
import type { Target, TypeMapping } from '../config.ts';
import type { Instance } from '../instance.ts';
import { domainsOf } from '../outbox/stages.ts';
import { namesBefore } from '../targets/order.ts';
import { typeNameOf } from './find-entries.ts';
import { headerSettings, relaySettings } from './setting-values.ts';

export async function settingsView(instance: Instance): Promise<SettingsView> {
  const { names, config } = instance;
  const mapped = Object.entries(config.types).filter(([, option]) => option === false);
  const uids = new Set([...names.types.keys(), ...mapped.map(([uid]) => uid)]);
  return {
    version: manifest.version,
    environment: config.environment,
    targets: Object.entries(config.targets).map(([name, target]) => targetView(name, target)),
    types: [...uids].map((uid): TypeView => {
      const type = names.types.get(uid);
      const typeName = typeNameOf(instance, uid);
      return {
        uid,
        typeName,
        tagName: type?.name,
        ...mappingView(type?.mapping ?? {}),
        hasLocales: type?.hasLocales ?? false,
      };
    }),
    headers: headerSettings(instance),
    relay: relaySettings(instance),
    ...(await credentialsView(instance)),
    policy: JSON.stringify(
      ramPolicy({ directories: refreshesDirectories(instance) }),
      undefined,
      2,
    ),
  };
}

function refreshesDirectories({ config: { relay } }: Instance): boolean {
  return relay !== false && relay.ladder?.directories !== undefined;
}

function targetView(name: string, target: Target): TargetView {
  const common = { name, kind: target.kind, after: namesBefore(target) };
  if (target.kind === 'dynamic')
    return { ...common, domains: domainsOf(target), canVerify: target.verify !== undefined };
  const { hostname } = new URL(target.hook.url);
  return { ...common, domains: [], hookHost: hostname, canVerify: false };
}

function mappingView({
  tag,
  tags,
  related = [],
  urls = [],
  queryWrites = false,
}: TypeMapping): Omit<TypeView, 'uid' | 'typeName' | 'tagName' | 'hasLocales'> {
  return {
    tag: typeof tag === 'function' ? 'function' : tag,
    hasMoreTags: tags !== undefined,
    related,
    urls: typeof urls === 'function' ? ['function'] : [urls].flat(),
    queryWrites,
  };
}

/** Who signs the calls, with as little of the id of the key as tells it from others. */
export async function credentialsView({
  config: { relay },
}: Instance): Promise<Pick<SettingsView, 'credentials' | 'credentialsProblem'>> {
  if (relay === false) return {};
  const { credentials: given, env = process.env, profileFiles = true } = relay;
  try {
    const found = findCredentials(given, { env, profileFiles });
    const { accessKeyId } = await found.get(AbortSignal.timeout(KEY_TIMEOUT_MS));
    // It is given by a function there.
    const source = found.source === 'option' ? 'relay.credentials' : found.source;
    return { credentials: { source, accessKeyId: maskId(accessKeyId) } };
  } catch (error) {
    return { credentialsProblem: problemOf(error) };
  }
}

const KEY_TIMEOUT_MS = 5000;

function maskId(id: string): string {
  return id.length < 12 ? '***' : `${id.slice(0, 4)}***${id.slice(-4)}`;
}

export function problemOf(error: unknown): ApiProblem {
  if (isFreshtagError(error)) return { code: error.code, message: error.message };
  const message = 'The access key could not be had. What gives it failed, or took too long.';
  return { code: 'NO_CREDENTIALS', message };
}
