import { FreshtagError, invalidOption } from '../errors.ts';
import { toPrintable } from '../printable.ts';
import { checkHeaders } from './request-headers.ts';

/** Where the edge is asked. */
export interface EdgeAddress {
  /** Scheme, host and port: the domain itself, one resolved address of it, a local edge. */
  readonly url: string;
  /** For people, and to tell addresses apart. Default: the address. */
  readonly name?: string;
  /** More request headers for this address, like `{ 'X-Edge-Pop': 'pop-2' }` for a local edge. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody to ask, checked. */
export interface Address {
  readonly name: string;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

const MOST_EDGES = 100;

/** @throws FreshtagError `INVALID_OPTION` */
export function resolveEdges(edge: unknown, domain: string): Address[] {
  const given: readonly unknown[] = Array.isArray(edge) ? edge : [edge ?? `https://${domain}`];
  if (given.length === 0 || given.length > MOST_EDGES)
    throw invalidOption('edge', given.length, `1 to ${MOST_EDGES} addresses`);
  const edges = given.map(resolveEdge);
  const names = new Set(edges.map(({ name }) => name));
  if (names.size === edges.length) return edges;
  throw invalidOption('edge', [...names], 'each address once, or with a name of its own');
}

/**
 * @returns scheme, host and port
 * @throws FreshtagError `INVALID_OPTION`, which never shows a password in an address
 */
export function checkAddress(option: string, value: unknown): string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  const isBare =
    url?.pathname === '/' && url.search + url.hash + url.username + url.password === '';
  if (isBare && /^https?:$/.test(url.protocol)) return url.origin;
  const example = option === 'origin' ? 'https://origin.example.com' : 'https://www.example.com';
  throw invalidOption(option, value, `scheme and host without path and user, like ${example}`);
}

function resolveEdge(given: unknown): Address {
  if (typeof given !== 'object' || given === null) {
    const origin = checkAddress('edge', given);
    return { name: origin, origin, headers: {} };
  }
  const { url, name, headers }: Partial<Record<keyof EdgeAddress, unknown>> = given;
  const address = { origin: checkAddress('edge.url', url), headers: checkHeaders(headers) };
  if (name === undefined) return { ...address, name: address.origin };
  if (typeof name === 'string' && name !== '' && name === toPrintable(name, 100))
    return { ...address, name };
  throw new FreshtagError(
    'INVALID_OPTION',
    'edge.name: this name is not allowed. Give 1 to 100 printable characters.',
  );
}
