import type { Need, UnchangedPage } from './problem.ts';

// A target is what one refresh names: a tag, or a directory. Both are strings, told apart by a space,
// which no tag can have.

const DIRECTORY_MARK = ' ';

export function isDirectory(target: string): boolean {
  return target.startsWith(DIRECTORY_MARK);
}

export function directoryTarget(path: string): string {
  return DIRECTORY_MARK + path;
}

/** URL path of a target that is a directory. */
export function pathOfDirectory(target: string): string {
  return target.slice(DIRECTORY_MARK.length);
}

/** Directories below the site's own whose refresh hits every URL form of a page. */
export function directoriesHitting(path: string, siteDirectory: string): string[] {
  return directoriesAbove(shortestForm(path), siteDirectory);
}

/** Whether the refresh of a target hits a need for certain. */
export function isHitBy({ path, anyOf }: Need, target: string): boolean {
  return isDirectory(target)
    ? shortestForm(path).startsWith(pathOfDirectory(target))
    : anyOf.includes(target);
}

/** Tells whether a refresh of these targets may drop a copy of a page. */
export function createDropTest(targets: readonly string[]): (page: UnchangedPage) => boolean {
  const tags = new Set(targets.filter((target) => !isDirectory(target)));
  const directories = targets.filter(isDirectory).map(pathOfDirectory);
  return (page) =>
    page.tags.some((tag) => tags.has(tag)) ||
    directories.some((directory) => page.path.startsWith(directory));
}

/** Directories below the site's own whose refresh may drop a copy of a page. */
export function directoriesTouching(path: string, siteDirectory: string): string[] {
  return directoriesAbove(path, siteDirectory);
}

function directoriesAbove(path: string, siteDirectory: string): string[] {
  if (!path.startsWith(siteDirectory)) return [];
  const directories: string[] = [];
  let slash = path.indexOf('/', siteDirectory.length);
  while (slash !== -1) {
    directories.push(directoryTarget(path.slice(0, slash + 1)));
    slash = path.indexOf('/', slash + 1);
  }
  return directories;
}

/** A copy may be stored under `/blog` as well as under `/blog/`: only what is above has both. */
function shortestForm(path: string): string {
  return path.replace(/\/index\.html$/i, '/').replace(/(.)\/$/, '$1');
}
