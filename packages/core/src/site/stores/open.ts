import { isAbsolute, resolve } from 'node:path';

import type { Clock } from '../../clock.ts';
import type { CredentialsOption } from '../../dcdn/credentials/option.ts';
import { FreshtagError, invalidOption } from '../../errors.ts';
import { isRecord } from '../../json.ts';
import type { AddressStyle } from './bucket-address.ts';
import { createFileStore } from './file.ts';
import { createHttpStore } from './http.ts';
import { createOssStore } from './oss.ts';
import { createS3Store } from './s3.ts';
import { createSqliteStore } from './sqlite.ts';
import type { StateStore } from './store.ts';

/**
 * Where the edge state is kept: a path, `sqlite:FILE`, `s3://BUCKET/KEY?region=…&endpoint=…`,
 * `oss://BUCKET/KEY?region=…`, `https://…`, or a store. A path or key that ends with `/` is a folder
 * of states: `ENVIRONMENT/DOMAIN/edge-state.json` is added.
 */
export type StateOption = string | StateStore;

export interface OpenStoreOptions {
  readonly domain: string;
  readonly environment: string;
  /** Where relative paths start. */
  readonly cwd: string;
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** For OSS; default: where the key for DCDN comes from. */
  readonly credentials?: CredentialsOption | undefined;
  /** For OSS: also look where Alibaba's tools keep keys. Default true. */
  readonly profileFiles?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Opens the store that an option or an address names. Reads and sends nothing.
 * @throws FreshtagError `INVALID_OPTION`, `NO_CREDENTIALS`
 */
export function openStateStore(state: StateOption, options: OpenStoreOptions): StateStore {
  if (typeof state !== 'string') return checkStore(state);
  const { env = process.env, clock } = options;
  const common = { env, ...(clock === undefined ? {} : { clock }) };
  const site = `${options.environment}/${options.domain}`;
  const inFolder = (path: string): string =>
    /(^|\/)$/.test(path) ? `${path}${site}/edge-state.json` : path;
  if (state.startsWith('sqlite:')) {
    const file = state.slice('sqlite:'.length);
    if (file === '' || file.startsWith('//'))
      throw invalidOption(
        'state',
        state,
        'sqlite: and the path of a file, like sqlite:.freshtag/state.db',
      );
    return createSqliteStore({ file: resolve(options.cwd, file), key: site, ...common });
  }
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(state)?.[1]?.toLowerCase();
  if (scheme === 's3') return createS3Store({ ...readS3(state, inFolder), ...common });
  if (scheme === 'oss') {
    const { credentials, profileFiles } = options;
    return createOssStore({ ...readOss(state, inFolder), credentials, profileFiles, ...common });
  }
  if (scheme === 'https' || scheme === 'http') {
    const url = URL.parse(state);
    if (url === null) throw invalidOption('state', state, 'an address that begins with https://');
    url.pathname = inFolder(url.pathname);
    return createHttpStore({ url, ...common });
  }
  if (scheme !== undefined || state === '')
    throw invalidOption(
      'state',
      state,
      'a path, or an address that begins with sqlite:, s3://, oss:// or https://',
    );
  const path = inFolder(state);
  return createFileStore(isAbsolute(path) ? path : resolve(options.cwd, path), common);
}

/** An option as it may be printed: without the user, the password and the parameters of an address. */
export function describeState(state: StateOption): string {
  if (typeof state !== 'string') return state.name;
  if (!state.includes('://')) return state;
  const url = URL.parse(state);
  if (url === null) return `${state.split('://', 1)[0]}://***`;
  const user = url.username === '' && url.password === '' ? '' : '***@';
  const shown = [...url.searchParams].filter(([name]) => SHOWN_PARAMETERS.includes(name));
  const query = shown.map(([name, value]) => `${name}=${value}`).join('&');
  const isCut = shown.length < [...url.searchParams].length;
  const tail = [query, ...(isCut ? ['…'] : [])].filter((part) => part !== '').join('&');
  return `${url.protocol}//${user}${url.host}${url.pathname}${tail === '' ? '' : `?${tail}`}`;
}

const SHOWN_PARAMETERS = ['region', 'endpoint', 'style', 'conditional'];

function checkStore(state: unknown): StateStore {
  if (isStateStore(state)) return state;
  throw invalidOption(
    'state',
    state,
    'a path, an address, or a store: an object with name, guarantee, read() and write()',
  );
}

/** Whether a value has the parts of a store. */
export function isStateStore(value: unknown): value is StateStore {
  if (!isRecord(value)) return false;
  const { name, guarantee, read, write, acquire } = value;
  return (
    typeof name === 'string' &&
    ['compare-and-set', 'lease', 'none'].includes(String(guarantee)) &&
    typeof read === 'function' &&
    typeof write === 'function' &&
    (guarantee !== 'lease' || typeof acquire === 'function')
  );
}

interface BucketAddress {
  readonly bucket: string;
  readonly key: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function readS3(
  address: string,
  inFolder: (path: string) => string,
): {
  readonly bucket: string;
  readonly key: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly style: AddressStyle | undefined;
  readonly conditional: boolean;
} {
  const { bucket, key, parameters } = readAddress(address, SHOWN_PARAMETERS);
  return {
    bucket,
    key: inFolder(key),
    region: parameters.get('region'),
    endpoint: parameters.get('endpoint'),
    style: pick(parameters, 'style', ['virtual', 'path']),
    conditional: pick(parameters, 'conditional', ['yes', 'no']) !== 'no',
  };
}

function readOss(
  address: string,
  inFolder: (path: string) => string,
): {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly style: AddressStyle | undefined;
} {
  const { bucket, key, parameters } = readAddress(address, ['region', 'endpoint', 'style']);
  return {
    bucket,
    key: inFolder(key),
    region: parameters.get('region') ?? '',
    endpoint: parameters.get('endpoint'),
    style: pick(parameters, 'style', ['virtual', 'path']),
  };
}

function readAddress(address: string, allowed: readonly string[]): BucketAddress {
  const url = URL.parse(address);
  if (url === null || url.hash !== '' || url.port !== '')
    throw invalidOption('state', address, 's3://BUCKET/KEY?region=… or oss://BUCKET/KEY?region=…');
  if (url.username !== '' || url.password !== '') {
    throw new FreshtagError(
      'INVALID_OPTION',
      'state: an address must hold no key, since addresses are printed. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or for oss:// the variables of the Alibaba Cloud key.',
    );
  }
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!allowed.includes(name)) {
      throw new FreshtagError(
        'INVALID_OPTION',
        `state: the address has a parameter that is not known. Allowed are ${allowed.join(', ')}; keys come from the environment, never from an address.`,
      );
    }
    parameters.set(name, value);
  }
  return { bucket: url.hostname, key: decodePath(url.pathname.slice(1), address), parameters };
}

function decodePath(path: string, address: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidOption(
      'state',
      address,
      'an address whose percent signs stand for themselves as %25',
    );
  }
}

function pick<const T extends string>(
  parameters: ReadonlyMap<string, string>,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = parameters.get(name);
  const found = allowed.find((one) => one === value);
  if (value !== undefined && found === undefined)
    throw invalidOption(`state: ${name}`, value, allowed.join(' or '));
  return found;
}
