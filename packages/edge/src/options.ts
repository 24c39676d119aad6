import { invalidOption, systemClock, type Clock } from '@freshtag/core';

/** A place that answers visitors from its own cache. */
export interface PointOfPresence {
  readonly name: string;
  /** Time from the acceptance of a refresh to the moment it takes effect here. */
  readonly propagationDelayMs: number;
}

export interface EdgeOptions {
  /** The one accelerated domain. */
  readonly domain: string;
  /** Where content is made: scheme, host and port. */
  readonly origin: string | URL;
  /** Address to listen on. Default `127.0.0.1`: nobody else reaches it. */
  readonly host?: string;
  /** Port for visitors. Default 0: any free one. */
  readonly port?: number;
  /** Port of the API. Default 0: any free one. */
  readonly apiPort?: number;
  /** The one key that may call the API. Default `testid` / `testsecret`. */
  readonly credentials?: { readonly accessKeyId: string; readonly accessKeySecret: string };
  /** Default `pop-1` after 200 ms and `pop-2` after 800 ms. Visitors reach the first unless they choose. */
  readonly pointsOfPresence?: readonly PointOfPresence[];
  /** The shared cache between the points of presence and the origin. Default: 500 ms. */
  readonly secondLayer?: { readonly propagationDelayMs: number };
  /**
   * More refresh calls than that in any second are refused with `Throttling.User`, by the clock. Calls
   * that were refused for this reason do not count. Default: any number.
   */
  readonly maxCallsPerSecond?: number;
  /** Time of the API and of propagation. How long a response stays fresh goes by real time. */
  readonly clock?: Pick<Clock, 'now'>;
}

export type ResolvedOptions = Required<Omit<EdgeOptions, 'origin'>> & { readonly origin: string };

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const POINT_NAME = /^[a-z0-9][a-z0-9._-]*$/i;
const DEFAULT_POINTS = [
  { name: 'pop-1', propagationDelayMs: 200 },
  { name: 'pop-2', propagationDelayMs: 800 },
] as const;

/** @throws FreshtagError `INVALID_OPTION` naming the first option that cannot be used */
export function resolveOptions(options: EdgeOptions): ResolvedOptions {
  return {
    domain: readDomain(options.domain),
    origin: readOrigin(options.origin),
    host: readHost(options.host ?? '127.0.0.1'),
    port: readPort('port', options.port ?? 0),
    apiPort: readPort('apiPort', options.apiPort ?? 0),
    credentials: readCredentials(
      options.credentials ?? { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
    ),
    pointsOfPresence: readPoints(options.pointsOfPresence ?? DEFAULT_POINTS),
    secondLayer: readSecondLayer(options.secondLayer ?? { propagationDelayMs: 500 }),
    maxCallsPerSecond: readRate(options.maxCallsPerSecond ?? Infinity),
    clock: readClock(options.clock ?? systemClock),
  };
}

function readDomain(domain: unknown): string {
  if (typeof domain === 'string' && HOST_NAME.test(domain)) return domain.toLowerCase();
  throw invalidOption(
    'domain',
    domain,
    'one domain name without scheme, port and wildcard, like www.example.com',
  );
}

function readOrigin(origin: unknown): string {
  const url = URL.parse(String(origin));
  const bare =
    url !== null &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === '';
  if (bare && ['http:', 'https:'].includes(url.protocol)) return url.origin;
  throw invalidOption(
    'origin',
    origin,
    'an http or https address without path and user, like http://127.0.0.1:3000',
  );
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

function readCredentials(key: unknown): ResolvedOptions['credentials'] {
  const { accessKeyId, accessKeySecret } = fields(key);
  if (typeof accessKeyId !== 'string' || accessKeyId === '') {
    throw invalidOption('credentials.accessKeyId', accessKeyId, 'the id that callers sign with');
  }
  if (typeof accessKeySecret !== 'string' || accessKeySecret === '') {
    throw invalidOption(
      'credentials.accessKeySecret',
      '(no secret)',
      'the secret that callers sign with',
    );
  }
  return { accessKeyId, accessKeySecret };
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
  return {
    name,
    propagationDelayMs: readDelay(`${option}.propagationDelayMs`, propagationDelayMs),
  };
}

function readSecondLayer(layer: unknown): { readonly propagationDelayMs: number } {
  const { propagationDelayMs } = fields(layer);
  return { propagationDelayMs: readDelay('secondLayer.propagationDelayMs', propagationDelayMs) };
}

function readDelay(option: string, delayMs: unknown): number {
  if (typeof delayMs === 'number' && Number.isFinite(delayMs) && delayMs >= 0) return delayMs;
  throw invalidOption(option, delayMs, 'milliseconds, 0 or more');
}

function readRate(calls: unknown): number {
  if (calls === Infinity || (Number.isInteger(calls) && Number(calls) >= 1)) return Number(calls);
  throw invalidOption('maxCallsPerSecond', calls, 'a whole number of calls, 1 or more');
}

function readClock(clock: Partial<Clock> | null): Pick<Clock, 'now'> {
  if (isClock(clock)) return clock;
  throw invalidOption('clock', clock, 'an object whose now() tells milliseconds since the epoch');
}

function isClock(clock: Partial<Clock> | null): clock is Pick<Clock, 'now'> {
  return typeof clock?.now === 'function';
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
