import { invalidOption } from '../../errors.ts';
import type { Manifest } from '../manifest.ts';

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
  const pathAt = createMounter(manifest, mounts);
  const pages = manifest.pages.flatMap((page) => {
    const path = pathAt(page.path);
    return path === undefined ? [] : [{ ...page, path }];
  });
  pages.sort((a, b) => (a.path < b.path ? -1 : 1));
  const twice = pages.find(({ path }, index) => pages[index + 1]?.path === path);
  if (twice !== undefined)
    throw invalidOption('mounts', mounts, `paths of which no two show a page at ${twice.path}`);
  // To the edge it would look like a site whose pages were all removed.
  if (pages.length === 0)
    throw invalidOption('mounts', mounts, 'paths of the build: it has no page below any of these');
  return { version: 1, pages };
}

/** Path in the build of each page that a domain shows, by its path at the domain. */
export function pathsInBuild(manifest: Manifest, mounts: Mounts): ReadonlyMap<string, string> {
  const pathAt = createMounter(manifest, mounts);
  const found = new Map<string, string>();
  for (const { path } of manifest.pages) {
    const shown = pathAt(path);
    if (shown !== undefined) found.set(shown, path);
  }
  return found;
}

/** The folder of URLs below which is all that a domain shows: `/docs/` for `/docs/` and `/docs/_astro/`. */
export function folderOfMounts(mounts: Mounts): string {
  const [first = '/', ...others] = Object.values(mounts);
  let folder = first;
  while (!others.every((path) => path.startsWith(folder))) folder = folder.replace(/[^/]+\/$/, '');
  return folder;
}

/** @returns the path at the domain of a path in the build, if the domain shows it */
function createMounter({ pages }: Manifest, mounts: Mounts): (path: string) => string | undefined {
  const entries = Object.entries(checkMounts(mounts));
  entries.sort(([a], [b]) => b.length - a.length);
  // Where pages are files (`build.format: 'file'`), that of a folder stands beside it: `/fr.html`.
  const besides = new Map(
    entries
      .filter(([from]) => from !== '/' && pages.every(({ path }) => path !== from))
      .map(([from, to]) => [fileBeside(from), to === '/' ? to : fileBeside(to)]),
  );
  return (path) => {
    const beside = besides.get(path);
    if (beside !== undefined) return beside;
    const found = entries.find(([from]) => path.startsWith(from));
    return found === undefined ? undefined : `${found[1]}${path.slice(found[0].length)}`;
  };
}

function fileBeside(folder: string): string {
  return `${folder.slice(0, -1)}.html`;
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
