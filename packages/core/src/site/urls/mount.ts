import { invalidOption } from '../../errors.ts';
import type { Manifest, ManifestPage } from '../manifest.ts';

/** Which part of a build a domain shows, and where: `{ '/fr/': '/' }` for a domain of one locale. */
export type Mounts = Readonly<Record<string, string>>;

/**
 * What one domain shows of a build that several domains share. Each domain has its own plan and its own
 * edge state. Pages keep their tags, which the origin sends by file, whatever the domain: a refresh is
 * for one domain alone, so that a page of another is never dropped with it.
 *
 * @param mounts path in the build to path at the domain, the longest that fits counts; all else is not there
 * @throws FreshtagError `INVALID_OPTION`
 */
export function mountManifest(manifest: Manifest, mounts: Mounts): Manifest {
  const entries = Object.entries(checkMounts(mounts));
  entries.sort(([a], [b]) => b.length - a.length);
  const pages = manifest.pages.flatMap((page) => mountPage(page, entries));
  pages.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { version: 1, pages };
}

function mountPage(
  page: ManifestPage,
  entries: readonly (readonly [from: string, to: string])[],
): ManifestPage[] {
  const found = entries.find(([from]) => page.path.startsWith(from));
  if (found === undefined) return [];
  const [from, to] = found;
  return [{ ...page, path: `${to}${page.path.slice(from.length)}` }];
}

/** @throws FreshtagError `INVALID_OPTION` */
export function checkMounts(mounts: Mounts): Mounts {
  const given: unknown = mounts;
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const pairs: readonly (readonly [string, unknown])[] = isObject ? Object.entries(given) : [];
  const targets = new Set(pairs.map(([, to]) => to));
  const isWhole = pairs.length > 0 && pairs.every((pair) => pair.every(isFolder));
  if (isWhole && targets.size === pairs.length) return mounts;
  throw invalidOption(
    'mounts',
    given,
    'paths that begin and end in a slash, each shown at another, like { "/fr/": "/" }',
  );
}

function isFolder(path: unknown): boolean {
  return typeof path === 'string' && /^\/(?:[^/]+\/)*$/.test(path);
}

/** Path in the build of what a domain shows under a path: the other way round. */
export function pathInBuild(path: string, mounts: Mounts | undefined): string {
  if (mounts === undefined) return path;
  const entries = Object.entries(mounts).filter(([, to]) => path.startsWith(to));
  entries.sort(([, a], [, b]) => b.length - a.length);
  const [found] = entries;
  return found === undefined ? path : `${found[0]}${path.slice(found[1].length)}`;
}
