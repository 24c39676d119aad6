import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Repository, TreeChange } from './git.ts';
import { factsOf, type NoiseMarker, type PageFacts } from './page-facts.ts';

/** A file of the build that is in the folder now. */
interface WorkingFile extends Partial<PageFacts> {
  /** Git's digest of its bytes. */
  readonly id: string;
  readonly isHtml: boolean;
}

/** One build after the other in a folder, of which only what differs is written. */
export interface WorkingFolder {
  readonly dir: string;
  /** By path below the folder, as they are now. */
  readonly files: ReadonlyMap<string, WorkingFile>;
  /** Files that the clone lacks, or whose names no folder can have. */
  readonly left: ReadonlySet<string>;
  readonly apply: (changes: readonly TreeChange[]) => Promise<void>;
}

const HTML = /\.html?$/i;
/** Names that lead out of the folder, or that this machine cannot write. */
const UNSAFE = /(?:^|\/)(?:\.\.?|\.git)(?:\/|$)|[\0\\\ufffd]/;

export function createWorkingFolder(
  dir: string,
  { read }: Pick<Repository, 'read'>,
  markers: readonly NoiseMarker[],
): WorkingFolder {
  const files = new Map<string, WorkingFile>();
  const left = new Set<string>();
  const remove = async (file: string): Promise<void> => {
    if (!files.delete(file)) return;
    await rm(join(dir, file), { force: true });
    await removeEmpty(dir, dirname(file));
  };
  const write = async (file: string, id: string): Promise<void> => {
    const content = UNSAFE.test(file) ? undefined : await read(id);
    if (content === undefined) {
      left.add(file);
      return;
    }
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), content);
    const isHtml = HTML.test(file);
    files.set(file, { id, isHtml, ...(isHtml ? factsOf(content, markers) : {}) });
  };
  return {
    dir,
    files,
    left,
    apply: async (changes) => {
      // First what goes: a folder may become a file.
      for (const { file } of changes) await remove(file);
      for (const { file, id } of changes) if (id !== undefined) await write(file, id);
    },
  };
}

async function removeEmpty(dir: string, folder: string): Promise<void> {
  if (folder === '.') return;
  try {
    await rmdir(join(dir, folder));
  } catch {
    return;
  }
  await removeEmpty(dir, dirname(folder));
}
