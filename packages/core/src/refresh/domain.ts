import { invalidOption } from '../errors.ts';

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(${LABEL}\\.)+${LABEL}$`, 'i');
const MAX_LENGTH = 253;

/**
 * @returns the name in lower case
 * @throws FreshtagError `INVALID_OPTION`
 */
export function checkDomain(domain: unknown): string {
  if (typeof domain === 'string' && domain.length <= MAX_LENGTH && DOMAIN.test(domain)) {
    return domain.toLowerCase();
  }
  throw invalidOption(
    'domain',
    domain,
    'one accelerated domain name without scheme, port and wildcard, like www.example.com',
  );
}

/** Each domain once. */
export function checkDomains(domains: string | readonly string[]): string[] {
  const list = typeof domains === 'string' ? [domains] : domains;
  if (!Array.isArray(list) || list.length === 0) return [checkDomain(domains)];
  return [...new Set(list.map(checkDomain))];
}
