import { invalidOption, systemClock, type Clock } from '@freshtag/core';

import { readKey, readLimits, type ApiLimits } from './api/api-options.ts';
import type { Key } from './api/authenticate.ts';
import {
  resolveCacheOptions,
  type CacheOptions,
  type ResolvedCacheOptions,
} from './cache-options.ts';
import { fields, readDelay } from './option-values.ts';
import type { Fault } from './faults/fault.ts';
import { readSites, type Site } from './sites.ts';

/** A place that answers visitors from its own cache. */
export interface PointOfPresence {
  readonly name: string;
  /** Time from the acceptance of a refresh to the moment it takes effect here. */
  readonly propagationDelayMs: number;
}

export interface EdgeOptions extends ApiLimits {
  /**
   * Each accelerated domain with its origin, where content is made: scheme, host and port. Visitors who
   * ask for the edge's own address get the first.
   */
  readonly domains: Readonly<Record<string, string | URL>>;
  /** Address to listen on. Default `127.0.0.1`: nobody else reaches it. */
  readonly host?: string;
  /** Port for visitors. Default 0: any free one. */
  readonly port?: number;
  /** Port of the API. Default 0: any free one. */
  readonly apiPort?: number;
  /**
   * Port of the control endpoint and its page, on 127.0.0.1 whatever `host` is. 0: any free one.
   * Default: there is none.
   */
  readonly controlPort?: number;
  /** The one key that may call the API. Default `testid` / `testsecret`. */
  readonly credentials?: Key;
  /** Default `pop-1` after 200 ms and `pop-2` after 800 ms. Visitors reach the first unless they choose. */
  readonly pointsOfPresence?: readonly PointOfPresence[];
  /** The shared cache between the points of presence and the origin; `false`: none. Default: 500 ms. */
  readonly secondLayer?: { readonly propagationDelayMs: number } | false;
  /**
   * What goes wrong from the start, in this order, as if each had been given to `injectFault`. Default:
   * nothing.
   */
  readonly faults?: readonly Fault[];
  /** How the caches store, for how long and how much. */
  readonly cache?: CacheOptions;
  /** Time of the API, of propagation, of slow answers and of how long a response stays fresh. */
  readonly clock?: Clock;
}

export interface ResolvedOptions extends Required<
  Omit<EdgeOptions, 'domains' | 'cache' | 'controlPort' | 'faults'>
> {
  readonly controlPort: number | undefined;
  readonly cache: ResolvedCacheOptions;
  /** Each is checked when it is queued. */
  readonly faults: readonly unknown[];
  /** At least one, in the order of `domains`. */
  readonly sites: readonly Site[];
}

/** Name of the second layer in events and faults. */
export const SECOND_LAYER = 'second-layer';

/** All caches, the one nearest to the origin first. */
export function layerNames({
  pointsOfPresence,
  secondLayer,
}: Pick<ResolvedOptions, 'pointsOfPresence' | 'secondLayer'>): readonly string[] {
  const points = pointsOfPresence.map(({ name }) => name);
  return secondLayer === false ? points : [SECOND_LAYER, ...points];
}

const POINT_NAME = /^[a-z0-9][a-z0-9._-]*$/i;
const DEFAULT_POINTS = [
  { name: 'pop-1', propagationDelayMs: 200 },
  { name: 'pop-2', propagationDelayMs: 800 },
] as const;

/** @throws FreshtagError `INVALID_OPTION` naming the first option that cannot be used */
export function resolveOptions(options: EdgeOptions): ResolvedOptions {
  return {
    sites: readSites(options.domains),
    host: readHost(options.host ?? '127.0.0.1'),
    port: readPort('port', options.port ?? 0),
    apiPort: readPort('apiPort', options.apiPort ?? 0),
    controlPort:
      options.controlPort === undefined ? undefined : readPort('controlPort', options.controlPort),
    ...readLimits(options),
    credentials: readKey(
      options.credentials ?? { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
    ),
    pointsOfPresence: readPoints(options.pointsOfPresence ?? DEFAULT_POINTS),
    secondLayer: readSecondLayer(options.secondLayer ?? { propagationDelayMs: 500 }),
    cache: resolveCacheOptions(options.cache ?? {}),
    faults: readFaults(options.faults ?? []),
    clock: readClock(options.clock ?? systemClock),
  };
}

function readFaults(faults: unknown): readonly unknown[] {
  if (Array.isArray(faults)) return faults;
  throw invalidOption('faults', faults, "a list of faults, like [{ kind: 'throttled' }]");
}

function readHost(host: unknown): string {
  if (typeof host === 'string' && host !== '') return host;
  throw invalidOption('host', host, 'an address of this machine, like 127.0.0.1');
}

function readPort(option: string, port: unknown): number {
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535)
    return port;
  throw invalidOption(option, port, 'a whole number from 0 (any free port) to 65535');
}

function readPoints(points: unknown): readonly PointOfPresence[] {
  if (!Array.isArray(points) || points.length === 0) {
    throw invalidOption(
      'pointsOfPresence',
      points,
      'a list of at least one { name, propagationDelayMs }',
    );
  }
  const resolved = points.map((point, index) => readPoint(point, `pointsOfPresence[${index}]`));
  const names = resolved.map(({ name }) => name);
  if (new Set(names).size === names.length) return resolved;
  throw invalidOption('pointsOfPresence', names, 'each name once');
}

function readPoint(point: unknown, option: string): PointOfPresence {
  const { name, propagationDelayMs } = fields(point);
  if (typeof name !== 'string' || !POINT_NAME.test(name)) {
    throw invalidOption(`${option}.name`, name, 'letters, digits, dots, dashes and underscores');
  }
  if (name === SECOND_LAYER)
    throw invalidOption(`${option}.name`, name, 'another name: this is the second layer’s');
  return {
    name,
    propagationDelayMs: readDelay(`${option}.propagationDelayMs`, propagationDelayMs),
  };
}

function readSecondLayer(layer: unknown): ResolvedOptions['secondLayer'] {
  if (layer === false) return false;
  const { propagationDelayMs } = fields(layer);
  return { propagationDelayMs: readDelay('secondLayer.propagationDelayMs', propagationDelayMs) };
}

function readClock(clock: Partial<Clock> | null): Clock {
  if (isClock(clock)) return clock;
  throw invalidOption(
    'clock',
    clock,
    'an object whose now() tells milliseconds since the epoch and whose sleep(delayMs, signal) waits',
  );
}

function isClock(clock: Partial<Clock> | null): clock is Clock {
  return typeof clock?.now === 'function' && typeof clock.sleep === 'function';
}
