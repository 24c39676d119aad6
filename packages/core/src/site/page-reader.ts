import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

import { isFreshtagError } from '../errors.ts';
import { changing, tooLargeFile, unreadableFile } from './output-errors.ts';
import { codeOf } from './walk.ts';

/** Reads files one after the other. */
export interface PageReader {
  /**
   * The bytes of a file, valid until the next one is read.
   * @throws FreshtagError `OUTPUT_UNREADABLE`, `OUTPUT_CHANGING`
   */
  readonly read: (file: string) => Buffer;
  /** Files that were written so shortly before they were read that their build may still go on. */
  readonly recent: readonly RecentFile[];
}

export interface RecentFile {
  readonly file: string;
  readonly mtimeMs: number;
  readonly size: number;
}

const FIRST_BYTES = 262_144;
const RECENT_MS = 2000;
/** What Node reads at once. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * One buffer for all files: a new one for each costs as much as reading it.
 * @param startedMs when the reading of the whole folder began
 */
export function createPageReader(startedMs: number): PageReader {
  let buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  const recent: RecentFile[] = [];
  const read = (file: string): Buffer => {
    const descriptor = openSync(file, 'r');
    try {
      const { size, mtimeMs } = fstatSync(descriptor);
      if (mtimeMs > startedMs - RECENT_MS) recent.push({ file, mtimeMs, size });
      if (size > MOST_BYTES) throw tooLargeFile(file);
      if (size > buffer.length) buffer = Buffer.allocUnsafeSlow(size);
      const length = fill(buffer, descriptor, size);
      if (length < size) throw changing(file);
      return buffer.subarray(0, length);
    } finally {
      closeSync(descriptor);
    }
  };
  return { read: (file) => explained(file, read), recent };
}

/** @returns how many bytes there were, at most `size` */
function fill(buffer: Buffer, descriptor: number, size: number): number {
  let length = 0;
  while (length < size) {
    const read = readSync(descriptor, buffer, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

function explained(file: string, read: (file: string) => Buffer): Buffer {
  try {
    return read(file);
  } catch (error) {
    if (isFreshtagError(error)) throw error;
    if (codeOf(error) === 'ENOENT') throw changing(file, error);
    throw unreadableFile(file, error);
  }
}
