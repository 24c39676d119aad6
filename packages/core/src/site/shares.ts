import { ROOT, walkFolder, type WalkFolder } from './walk.ts';

/** Files and folders for one thread to read next. */
interface Share {
  readonly files: readonly string[];
  readonly folders: readonly WalkFolder[];
}

/** A folder, cut up for several threads that take one share after the other. */
export interface Shares {
  /** Files in the upper folders. */
  readonly files: readonly string[];
  readonly folders: readonly WalkFolder[];
  readonly skipped: readonly string[];
  /** How many of the shares were taken, shared by all threads. */
  readonly counter: Int32Array;
  /** The next share that nobody has taken. */
  readonly take: () => Share | undefined;
}

/** Enough shares that no thread is left alone with a large one at the end. */
const MOST_OPEN = 512;
const FILES_A_SHARE = 64;
/** All below a folder is walked before its files are read: with several, too many names would be kept. */
const FOLDERS_A_SHARE = 1;

/**
 * Walks a folder from above until there is enough to share.
 * @param fewFiles a folder with fewer files is walked to its end: then no folders are left
 */
export function planShares(dir: string, fewFiles: number): Shares {
  const walked = { files: [] as string[], skipped: [] as string[] };
  const folders: WalkFolder[] = [ROOT];
  let next = 0;
  while (next < folders.length) {
    const isEnough = folders.length - next > MOST_OPEN;
    if (isEnough && walked.files.length + folders.length > fewFiles) break;
    const folder = folders[next];
    next += 1;
    if (folder !== undefined) folders.push(...walkFolder(dir, folder, walked));
  }
  return createShares({ ...walked, folders: folders.slice(next) });
}

/** @param counter of another thread, to take what is left */
export function createShares(
  { files, folders, skipped }: Pick<Shares, 'files' | 'folders' | 'skipped'>,
  counter: Int32Array = new Int32Array(new SharedArrayBuffer(4)),
): Shares {
  const ofFiles = Math.ceil(files.length / FILES_A_SHARE);
  const count = ofFiles + Math.ceil(folders.length / FOLDERS_A_SHARE);
  const take = (): Share | undefined => {
    const index = Atomics.add(counter, 0, 1);
    if (index >= count) return undefined;
    if (index < ofFiles) {
      const first = index * FILES_A_SHARE;
      return { files: files.slice(first, first + FILES_A_SHARE), folders: [] };
    }
    const first = (index - ofFiles) * FOLDERS_A_SHARE;
    return { files: [], folders: folders.slice(first, first + FOLDERS_A_SHARE) };
  };
  return { files, folders, skipped, counter, take };
}
