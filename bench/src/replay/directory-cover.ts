/** What a refresh without tags can name. */
export interface DirectoryCover {
  /** URL paths that end in a slash. */
  readonly directories: readonly string[];
  /** Files of the root folder: no directory but the whole site has them. */
  readonly urls: readonly string[];
}

/**
 * Directories that have every changed file in them and few others: those of the changed files, joined
 * under the directory above where that drops the least, until there are no more than one call takes.
 */
export function coverByDirectories(
  changed: readonly string[],
  unchanged: readonly string[],
  most: number,
): DirectoryCover {
  const isTop = (path: string): boolean => folderOf(path) === '/';
  const drops = countBelow(unchanged);
  let directories = outermost(changed.filter((path) => !isTop(path)).map(folderOf));
  while (directories.length > most) {
    const joined = cheapestParent(directories, drops);
    directories = outermost([...directories, joined]);
  }
  return { directories, urls: changed.filter(isTop) };
}

/** `/a/` of `/a/b.html`, and `/a/b/` of `/a/b/`. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function parentOf(directory: string): string {
  return folderOf(directory.slice(0, -1));
}

/** Without those that lie in another. */
function outermost(directories: readonly string[]): string[] {
  const all = new Set(directories);
  return [...all].filter((directory) => {
    for (let above = directory; above !== '/';) {
      above = parentOf(above);
      if (all.has(above)) return false;
    }
    return true;
  });
}

/** How many files each directory has, below it at any depth. */
function countBelow(paths: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    for (let folder = folderOf(path); ; folder = parentOf(folder)) {
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
      if (folder === '/') break;
    }
  }
  return counts;
}

/** The directory that drops the fewest more files for each directory that it saves. */
function cheapestParent(
  directories: readonly string[],
  drops: ReadonlyMap<string, number>,
): string {
  const saved = new Map<string, { count: number; dropped: number }>();
  for (const directory of directories) {
    for (let above = directory; above !== '/';) {
      above = parentOf(above);
      const { count, dropped } = saved.get(above) ?? { count: 0, dropped: 0 };
      saved.set(above, { count: count + 1, dropped: dropped + (drops.get(directory) ?? 0) });
    }
  }
  let best = '/';
  let least = Infinity;
  for (const [above, { count, dropped }] of saved) {
    if (count < 2) continue;
    const price = ((drops.get(above) ?? 0) - dropped) / (count - 1);
    if (price >= least) continue;
    [best, least] = [above, price];
  }
  return best;
}
