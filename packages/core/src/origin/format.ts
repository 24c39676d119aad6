import { invalidOption } from '../errors.ts';
import type { EdgeState } from '../site/edge-state.ts';
import type { Manifest, ManifestPage } from '../site/manifest.ts';
import { fitTags } from '../tags/header.ts';
import { NOT_FOUND_TAG } from '../tags/names.ts';
import { caddyConfig } from './caddy.ts';
import { jsonHeaders } from './json.ts';
import { netlifyHeaders } from './netlify.ts';
import { nginxConfig } from './nginx.ts';

/** An origin that freshtag writes header configuration for; `json` is for all others. */
export type OriginKind = 'nginx' | 'caddy' | 'netlify' | 'json';

/** Header configuration of a build for one kind of origin, as the text of a file. */
type OriginFormatter = (manifest: Manifest) => string;

const FORMATTERS: Readonly<Record<OriginKind, OriginFormatter>> = {
  nginx: nginxConfig,
  caddy: caddyConfig,
  netlify: netlifyHeaders,
  json: jsonHeaders,
};

export const ORIGIN_KINDS: readonly OriginKind[] = ['nginx', 'caddy', 'netlify', 'json'];

/** What the file of each is called. */
export const ORIGIN_FILES: Readonly<Record<OriginKind, string>> = {
  nginx: 'nginx.conf',
  caddy: 'freshtag.caddyfile',
  netlify: '_headers',
  json: 'headers.json',
};

/**
 * What an origin must be told to send the tags of a build. A page without tags, or with some that the
 * format cannot hold, has no line: the edge does not store it.
 *
 * @throws FreshtagError `INVALID_OPTION`
 */
export function formatOrigin(kind: OriginKind, manifest: Manifest): string {
  if (!Object.hasOwn(FORMATTERS, kind))
    throw invalidOption('format', kind, `one of ${ORIGIN_KINDS.join(', ')}`);
  return FORMATTERS[kind](manifest);
}

/**
 * The manifest with all tags that stored copies may carry, besides its own; and with the pages that the
 * edge still holds, for an origin that serves their files until the new ones are there.
 *
 * While it is live, whatever the origin serves, old page or new, carries old tags and new ones. A page
 * for whose tags the header has no room carries none, and so is not cacheable.
 */
export function withHeldTags(manifest: Manifest, state: EdgeState): Manifest {
  const built = new Set(manifest.pages.map(({ path }) => path));
  const pages = manifest.pages.map((page) => {
    const held = state.pages.get(page.path);
    return held === undefined ? page : { ...page, tags: unionOf(page.tags, held.tags) };
  });
  const others = [...state.pages].flatMap(([path, { digest, tags, immutable }]): ManifestPage[] => {
    if (built.has(path) || !path.startsWith('/')) return [];
    return [
      { path, digest: digest ?? '', tags: unionOf([], tags), ...(immutable ? { immutable } : {}) },
    ];
  });
  return { ...manifest, pages: [...pages, ...others].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function unionOf(tags: readonly string[], held: readonly string[]): readonly string[] {
  // A 404 is none of the page's own copies.
  const copies = held.filter((tag) => tag !== NOT_FOUND_TAG);
  const union = fitTags([...new Set([...tags, ...copies])].sort());
  // With some of them left out a copy would lack tags by which the plan refreshes it.
  return union.overflowed.length > 0 ? [] : union.tags;
}
