import type { Manifest } from '@freshtag/core/site';

export const site = { domain: 'www.example.com', environment: 'production' } as const;

export interface Version {
  readonly digest: string;
  readonly tags: readonly string[];
}

export function manifestOf(
  pages: Readonly<Record<string, Version & { readonly immutable?: true }>>,
): Manifest {
  const sorted = Object.entries(pages).sort(([a], [b]) => (a < b ? -1 : 1));
  return { version: 1, pages: sorted.map(([path, page]) => ({ path, ...page })) };
}
