import { constants, createReadStream, openSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';

const STDIN = new Set(['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']);

/**
 * Opens a file to read, so that reading can be given up at any time: who opens or reads a pipe or a
 * terminal like a file on a disk cannot be stopped, and neither can the process, until somebody writes.
 *
 * @throws the system's error, now or while it is read
 */
export function openToRead(path: string): Readable {
  if (STDIN.has(path)) return process.stdin;
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind?.isFIFO() === true) {
    const { Socket } = process.getBuiltinModule('node:net');
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return new Socket({ fd, readable: true, writable: false });
  }
  if (kind?.isCharacterDevice() === true) {
    const { isatty, ReadStream } = process.getBuiltinModule('node:tty');
    const fd = openSync(path, 'r');
    return isatty(fd) ? new ReadStream(fd) : createReadStream('', { fd });
  }
  return createReadStream(path);
}
