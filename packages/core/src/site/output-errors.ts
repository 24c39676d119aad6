import { FreshtagError } from '../errors.ts';
import { toPrintable } from '../printable.ts';

/** The folder of built pages, or something in it, cannot be read. */
export function unreadable(path: string, cause: unknown): FreshtagError {
  return new FreshtagError(
    'OUTPUT_UNREADABLE',
    `The folder of built pages, ${path}, cannot be read (${reason(cause)}). Build the site first, or name the folder that it is built into.`,
    { cause },
  );
}

export function emptyOutput(dir: string): FreshtagError {
  return new FreshtagError(
    'OUTPUT_UNREADABLE',
    `The folder of built pages, ${dir}, is empty. Nothing was planned, since that would remove every page; build the site first.`,
  );
}

export function unreadableFile(file: string, cause: unknown): FreshtagError {
  return new FreshtagError(
    'OUTPUT_UNREADABLE',
    `The built file ${file} cannot be read (${reason(cause)}). Nothing was planned.`,
    { cause },
  );
}

/** Files are read whole, and compared whole with what the origin serves. */
export function tooLargeFile(file: string): FreshtagError {
  return new FreshtagError(
    'OUTPUT_UNREADABLE',
    `The built file ${file} has 2 GiB or more, and files are read whole. Nothing was planned. Serve it from elsewhere, such as a bucket.`,
  );
}

/** Something in the folder is not as it was a moment ago. */
export function changing(path: string, cause?: unknown): FreshtagError {
  return new FreshtagError(
    'OUTPUT_CHANGING',
    `${path} changed or vanished while the folder of built pages was read: a build is still writing it. Nothing was planned. Plan when the build has ended.`,
    cause === undefined ? {} : { cause },
  );
}

export function nameUnusable(folder: string, name: string): FreshtagError {
  return new FreshtagError(
    'OUTPUT_NAME_UNUSABLE',
    `${folder} has a file or folder whose name, ${toPrintable(name, 100)}, is not UTF-8 or has control characters. Nothing was planned, since its URL is not certain. Rename it.`,
  );
}

function reason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
}
