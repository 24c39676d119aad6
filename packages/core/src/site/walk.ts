import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join, sep } from 'node:path';

import { FreshtagError } from '../errors.ts';
import { changing, emptyOutput, nameUnusable, unreadable } from './output-errors.ts';

/** A folder that is still to be walked. */
export interface WalkFolder {
  /** Relative to the root, with `/`; empty for the root itself. */
  readonly path: string;
  /** Real folders in which links were followed on the way here. */
  readonly above: readonly string[];
}

/** What a walk finds. */
export interface Walked {
  /** Files, as paths with `/` relative to the root. */
  readonly files: string[];
  /** What no web server serves: sockets, pipes, devices. */
  readonly skipped: string[];
}

/**
 * All files below a folder, as paths with `/` relative to it, sorted. Links are followed; a link
 * back to a folder above itself is not.
 *
 * @throws FreshtagError `OUTPUT_UNREADABLE`, also for a folder without any file; `OUTPUT_NAME_UNUSABLE`
 */
export function listFiles(dir: string): string[] {
  const walked: Walked = { files: [], skipped: [] };
  walkFolders(dir, [ROOT], walked);
  if (walked.files.length === 0) throw emptyOutput(dir);
  return walked.files.sort();
}

export const ROOT: WalkFolder = { path: '', above: [] };

/** Walks folders and all that is below them. */
export function walkFolders(root: string, folders: readonly WalkFolder[], into: Walked): void {
  const open = [...folders];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop())
    open.push(...walkFolder(root, folder, into));
}

/** @returns the folders in it. */
export function walkFolder(root: string, folder: WalkFolder, into: Walked): WalkFolder[] {
  const folders: WalkFolder[] = [];
  for (const entry of readFolder(root, folder)) {
    const { name } = entry;
    if (!isPlainName(name)) checkName(root, folder, name);
    const path = folder.path === '' ? name : `${folder.path}/${name}`;
    if (entry.isFile()) into.files.push(path);
    else if (entry.isDirectory()) folders.push({ path, above: folder.above });
    else if (!entry.isSymbolicLink()) into.skipped.push(path);
    else followLink(root, { path, folder }, into, folders);
  }
  return folders;
}

function readFolder(root: string, { path }: WalkFolder): Dirent[] {
  const folder = path === '' ? root : `${root}/${path}`;
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw path === '' || codeOf(error) !== 'ENOENT'
      ? unreadable(folder, error)
      : changing(folder, error);
  }
}

function followLink(
  root: string,
  { path, folder }: { readonly path: string; readonly folder: WalkFolder },
  into: Walked,
  folders: WalkFolder[],
): void {
  const link = join(root, path);
  const kind = statLink(link);
  if (kind.isFile()) into.files.push(path);
  else if (!kind.isDirectory()) into.skipped.push(path);
  else {
    const here = realpathSync(join(root, folder.path));
    const above = [...folder.above, here];
    const target = realpathSync(link);
    const isLoop = above.some((real) => real === target || real.startsWith(withSeparator(target)));
    if (!isLoop) folders.push({ path, above });
  }
}

function statLink(link: string): ReturnType<typeof statSync> & object {
  try {
    return statSync(link);
  } catch (error) {
    throw new FreshtagError(
      'OUTPUT_UNREADABLE',
      `The link ${link} in the folder of built pages leads nowhere. Mend or remove it.`,
      { cause: error },
    );
  }
}

/** `/` ends in its separator already. */
function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : `${folder}${sep}`;
}

const CONTROL = /\p{Cc}/u;

/** Bytes that are no UTF-8 are read as U+FFFD, so two such names may look the same. */
function isPlainName(name: string): boolean {
  return !name.includes('\ufffd') && name.isWellFormed() && !CONTROL.test(name);
}

/** @throws FreshtagError `OUTPUT_NAME_UNUSABLE` */
function checkName(root: string, { path }: WalkFolder, name: string): void {
  const folder = join(root, path);
  const raw = readdirSync(folder, { encoding: 'buffer' });
  const isReal = raw.some((bytes) => bytes.equals(Buffer.from(name, 'utf8')));
  if (!isReal || CONTROL.test(name)) throw nameUnusable(folder, name);
}

/** Code of an error of the file system. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
