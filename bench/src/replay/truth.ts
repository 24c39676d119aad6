// The edge as it really is, page by page. Imports nothing of freshtag, so that no mistake is shared with it.

/** A file of a build, as the origin serves it. */
export interface ServedFile {
  /** URL path. */
  readonly path: string;
  /** Of its bytes. */
  readonly id: string;
  /** What `Cache-Tag` says. */
  readonly tags: readonly string[];
  readonly isHtml: boolean;
  /** Of what a reader sees; of its bytes without noise. */
  readonly seen?: string | undefined;
  readonly clean?: string | undefined;
  readonly noise?: readonly string[] | undefined;
}

/** What an edge is told to drop. */
export interface Dropped {
  readonly everything?: boolean;
  readonly tags?: ReadonlySet<string>;
  /** URL paths that end in a slash. */
  readonly directories?: readonly string[];
  /** URL paths of single files. */
  readonly urls?: ReadonlySet<string>;
}

/** What one refresh did to the files of one kind. */
export interface Tally {
  /** Files that the new build has. */
  readonly files: number;
  /** Copies that differ from what the origin serves now: changed, removed, or a 404 for a new file. */
  readonly changed: number;
  /** How many of those only are new. */
  readonly added: number;
  /** Those that were not dropped, and are stale from now on. */
  readonly missed: readonly string[];
  /** Changed where a reader can see it; and how many of those were not dropped. */
  readonly seen: number;
  readonly seenMissed: number;
  /** Differ by noise alone, by the marker's name; they count as unchanged. */
  readonly noise: Readonly<Record<string, number>>;
  readonly unchanged: number;
  /** Unchanged, and dropped all the same. */
  readonly over: number;
}

export interface Verdict {
  readonly pages: Tally;
  /** Everything else that is served: scripts, pictures, feeds. */
  readonly assets: Tally;
}

/** An edge that stores everything at once, since visitors ask for everything after each deploy. */
export interface ModelEdge {
  /** A build goes live and a refresh is carried out to its end. */
  readonly deploy: (build: ReadonlyMap<string, ServedFile>, dropped: Dropped) => Verdict;
  /** Copies that it has, as they were when they were stored. */
  readonly held: ReadonlyMap<string, ServedFile>;
}

/** The tag that every 404 carries. */
const MISSING_TAGS: readonly string[] = ['not-found'];

export function createModelEdge(first: ReadonlyMap<string, ServedFile>): ModelEdge {
  const held = new Map(first);
  return {
    held,
    deploy: (build, dropped) => {
      const pages = createTally();
      const assets = createTally();
      for (const path of new Set([...held.keys(), ...build.keys()])) {
        const [copy, now] = [held.get(path), build.get(path)];
        const drops = isDropped(path, copy?.tags ?? MISSING_TAGS, dropped);
        count((now ?? copy)?.isHtml === true ? pages : assets, { path, copy, now, drops });
        if (!drops) continue;
        if (now === undefined) held.delete(path);
        else held.set(path, now);
      }
      return { pages, assets };
    },
  };
}

interface Case {
  readonly path: string;
  readonly copy: ServedFile | undefined;
  readonly now: ServedFile | undefined;
  readonly drops: boolean;
}

type OpenTally = {
  -readonly [Key in keyof Tally]: Tally[Key] extends number ? number : Tally[Key];
} & { readonly missed: string[]; readonly noise: Record<string, number> };

function createTally(): OpenTally {
  return {
    files: 0,
    changed: 0,
    added: 0,
    missed: [],
    seen: 0,
    seenMissed: 0,
    noise: {},
    unchanged: 0,
    over: 0,
  };
}

function count(tally: OpenTally, { path, copy, now, drops }: Case): void {
  if (now !== undefined) tally.files += 1;
  if (copy !== undefined && now !== undefined && isSame(copy, now)) {
    tally.unchanged += 1;
    if (drops) tally.over += 1;
    if (copy.id !== now.id)
      for (const name of now.noise ?? []) tally.noise[name] = (tally.noise[name] ?? 0) + 1;
    return;
  }
  tally.changed += 1;
  if (copy === undefined) tally.added += 1;
  const isSeen = copy === undefined || now === undefined || copy.seen !== now.seen;
  if (isSeen) tally.seen += 1;
  if (drops) return;
  tally.missed.push(path);
  if (isSeen) tally.seenMissed += 1;
}

/** A copy with other tags is another one, whatever its bytes: the next refresh may not find it. */
export function isSame(copy: ServedFile, now: ServedFile): boolean {
  if (copy.tags.join() !== now.tags.join()) return false;
  return copy.id === now.id || (copy.clean !== undefined && copy.clean === now.clean);
}

function isDropped(path: string, tags: readonly string[], dropped: Dropped): boolean {
  if (dropped.everything === true || dropped.urls?.has(path) === true) return true;
  if (tags.some((tag) => dropped.tags?.has(tag) === true)) return true;
  return dropped.directories?.some((directory) => path.startsWith(directory)) === true;
}
