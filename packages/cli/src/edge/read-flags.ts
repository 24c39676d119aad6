import type { EdgeOptions, Fault, PointOfPresence } from '@freshtag/edge';

/** The flags of `freshtag edge`. */
export interface EdgeFlags {
  readonly origin?: string;
  readonly domain: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly apiPort: number;
  readonly ui?: true;
  readonly controlPort?: number;
  readonly store?: string;
  readonly fault?: readonly string[];
  readonly point?: readonly string[];
  /** `false` for `--no-second-layer`. */
  readonly secondLayer?: number | boolean;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** @throws FreshtagError `INVALID_OPTION` for domains; the edge itself refuses all else */
export async function readEdgeFlags(flags: EdgeFlags): Promise<EdgeOptions> {
  const { host, port, apiPort, accessKeyId, accessKeySecret, ui, store, fault, point } = flags;
  const { controlPort = ui === true ? 0 : undefined } = flags;
  return {
    host,
    port,
    apiPort,
    credentials: { accessKeyId, accessKeySecret },
    domains: await readDomains(flags.domain, flags.origin),
    ...readSecondLayer(flags.secondLayer),
    ...(controlPort === undefined ? {} : { controlPort }),
    ...(store === undefined ? {} : { cache: { file: store } }),
    ...(fault === undefined ? {} : { faults: fault.map(readFault) }),
    ...(point === undefined ? {} : { pointsOfPresence: point.map(readPoint) }),
  };
}

/** `pop-1=200`. The edge says what is wrong with one that is none. */
function readPoint(text: string): PointOfPresence {
  const [name = '', delay = ''] = text.split('=');
  return { name, propagationDelayMs: /^\d+$/.test(delay) ? Number(delay) : Number.NaN };
}

function readSecondLayer(given: EdgeFlags['secondLayer']): Pick<EdgeOptions, 'secondLayer'> {
  if (given === false) return { secondLayer: false };
  return typeof given === 'number' ? { secondLayer: { propagationDelayMs: given } } : {};
}

/** `throttled,times=3`: the edge knows which fields there are, and says so. */
function readFault(text: string): Fault {
  const [kind, ...pairs] = text.split(',');
  const fields = pairs.map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [name, readValue(value.join('='))] as const;
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the edge checks every field of it
  return { ...Object.fromEntries(fields), kind } as Fault;
}

function readValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^(?:\d+|Infinity)$/.test(text) ? Number(text) : text;
}

/** Domains with their origins: `NAME=URL`, or `NAME` alone for one at the common origin. */
async function readDomains(
  given: readonly string[],
  origin: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  const { invalidOption } = await import('@freshtag/core');
  const pairs = given.map((text) => {
    const [name = '', ...url] = text.split('=');
    return { name, own: url.length === 0 ? undefined : url.join('=') };
  });
  const names = pairs.map(({ name }) => name);
  if (new Set(names).size < names.length) throw invalidOption('--domain', names, 'each name once');
  if (origin !== undefined && pairs.every(({ own }) => own !== undefined))
    throw invalidOption('--origin', origin, 'it only with a --domain that has no =URL of its own');
  return Object.fromEntries(
    pairs.map(({ name, own }) => {
      const url = own ?? origin;
      if (url !== undefined) return [name, url];
      throw invalidOption('--domain', name, `--origin with it, or ${name}=http://127.0.0.1:4321`);
    }),
  );
}
