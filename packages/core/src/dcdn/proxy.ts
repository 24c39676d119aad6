import { FreshtagError } from '../errors.ts';

/** A proxy that the environment names. */
export interface Proxy {
  /** The variable that names it. */
  readonly variable: string;
  /** May hold a name and a password. */
  readonly address: string;
  /** Hosts to reach without it, as in `no_proxy`. */
  readonly exceptions: string;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const PROTOCOLS = new Set(['http:', 'https:', 'socks5:', 'socks:']);

/**
 * The proxy between here and an origin, by the variables that other programs read too, in lower or
 * upper case. A local edge is never behind one.
 *
 * @throws FreshtagError `INVALID_OPTION` that names the variable and never its value
 */
export function findProxy(
  origin: string,
  env: Readonly<Record<string, string | undefined>>,
): Proxy | undefined {
  const { protocol, hostname } = new URL(origin);
  if (LOOPBACK.test(hostname)) return undefined;
  const read = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? '';
  const variables = protocol === 'https:' ? ['https_proxy', 'http_proxy'] : ['http_proxy'];
  const variable = variables.find((name) => read(name) !== '');
  if (variable === undefined) return undefined;
  return { variable, address: readAddress(variable, read(variable)), exceptions: read('no_proxy') };
}

function readAddress(variable: string, given: string): string {
  const url = URL.parse(given.includes('://') ? given : `http://${given}`);
  if (url !== null && PROTOCOLS.has(url.protocol) && hasReadableUser(url)) return url.href;
  throw new FreshtagError(
    'INVALID_OPTION',
    `${variable} is not the address of a proxy. Its value is not shown, since it may hold a password. Give one like http://proxy.example.com:3128, or unset the variable.`,
  );
}

function hasReadableUser({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
