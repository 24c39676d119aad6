// What the writers change and the visitors ask for. Imports nothing of ours.

/** One page as the database has it. */
export interface Page {
  readonly path: string;
  readonly tags: readonly string[];
}

/** A change of content: these pages get a new version, and these tags must be refreshed for it. */
export interface Change {
  readonly paths: readonly string[];
  readonly tags: readonly string[];
}

export const DOMAIN = 'www.example.com';
const ENTRIES = 8;
const LISTS = 2;
const AUTHORS = 3;

const entries = Array.from({ length: ENTRIES }, (_, entry) => entry);

/** Every URL: each entry has a page, and stands in a list. An author has several entries. */
export const PAGES: readonly Page[] = [
  ...entries.map((entry) => ({
    path: `/entry/${entry}`,
    tags: [`entry:${entry}`, `author:${entry % AUTHORS}`],
  })),
  ...Array.from({ length: LISTS }, (_, list) => ({
    path: `/list/${list}`,
    tags: [`list:${list}`],
  })),
];

/** In the order in which every writer locks pages, so that none waits for one that waits for it. */
export function chooseChange(random: () => number): Change {
  if (random() < 0.2) {
    const author = Math.floor(random() * AUTHORS);
    const own = entries.filter((entry) => entry % AUTHORS === author);
    return { paths: own.map((entry) => `/entry/${entry}`), tags: [`author:${author}`] };
  }
  const entry = Math.floor(random() * ENTRIES);
  const list = entry % LISTS;
  return {
    paths: [`/entry/${entry}`, `/list/${list}`],
    tags: [`entry:${entry}`, `list:${list}`],
  };
}

/** What the origin sends for a version of a page. */
export function bodyOf(path: string, version: number): string {
  return `${path} version ${version}\n`;
}

/** Numbers from 0 to 1 that a seed repeats. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
