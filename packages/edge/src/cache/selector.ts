import { compilePattern } from './url-pattern.ts';

/** URLs that a refresh is about, as data: a refresh on its way can be kept in a file. */
export interface Selector {
  readonly kind: 'file' | 'directory' | 'regex' | 'IgnoreParams';
  readonly urls: readonly SelectedUrl[];
}

export interface SelectedUrl {
  readonly domain: string;
  /** With the query. */
  readonly path: string;
}

/** Whether a stored response, by its domain and its path with the query, is meant. */
export type Match = (domain: string, path: string) => boolean;

export function compileSelector({ kind, urls }: Selector): Match {
  if (kind === 'file') return isOneOf(urls);
  if (kind === 'IgnoreParams') {
    const isListed = isOneOf(urls);
    return (domain, path) => isListed(domain, path.split('?', 1)[0] ?? '');
  }
  const tests = urls.map(({ domain, path }) => ({
    domain,
    fits:
      kind === 'regex' ? compilePattern(path) : (candidate: string) => candidate.startsWith(path),
  }));
  return (domain, path) => tests.some((test) => test.domain === domain && test.fits(path));
}

function isOneOf(urls: readonly SelectedUrl[]): Match {
  const listed = new Set(urls.map(({ domain, path }) => domain + path));
  return (domain, path) => listed.has(domain + path);
}
