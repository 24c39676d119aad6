import { invalidOption } from '@freshtag/core';

/** An accelerated domain and where its content is made. */
export interface Site {
  /** In lower case. */
  readonly domain: string;
  /** Scheme, host and port. */
  readonly origin: string;
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/**
 * Reads the option `domains`, in its order.
 *
 * @throws FreshtagError `INVALID_OPTION` naming the first domain or origin that cannot be used
 */
export function readSites(domains: unknown): readonly Site[] {
  if (typeof domains !== 'object' || domains === null || Array.isArray(domains))
    throw invalidOption('domains', domains, DOMAINS_FORM);
  const sites = Object.entries(domains).map(([domain, origin]) => ({
    domain: readDomain(domain),
    origin: readOrigin(`domains[${JSON.stringify(domain)}]`, origin),
  }));
  if (sites.length === 0) throw invalidOption('domains', domains, DOMAINS_FORM);
  const names = sites.map(({ domain }) => domain);
  if (new Set(names).size === names.length) return sites;
  throw invalidOption('domains', names, 'each domain once, whatever its case');
}

const DOMAINS_FORM =
  "at least one domain with its origin, like { 'www.example.com': 'http://127.0.0.1:3000' }";

function readDomain(domain: string): string {
  if (HOST_NAME.test(domain)) return domain.toLowerCase();
  throw invalidOption(
    'domains',
    domain,
    'domain names without scheme, port and wildcard, like www.example.com',
  );
}

function readOrigin(option: string, origin: unknown): string {
  // An address as an object would be printed with its password.
  const text = origin instanceof URL ? origin.href : origin;
  const url = typeof text === 'string' ? URL.parse(text) : null;
  const bare =
    url !== null &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === '';
  if (bare && ['http:', 'https:'].includes(url.protocol)) return url.origin;
  throw invalidOption(
    option,
    text,
    'an http or https address without path and user, like http://127.0.0.1:3000',
  );
}
