import { styleText } from 'node:util';

type Stream = 'stdout' | 'stderr';

const guarded = new Set<Stream>();

/**
 * Writes text as it is. Whoever reads may stop reading, like `head`: what a command does is done all the
 * same, and its exit code says how that went. A stream is opened when it is first written to.
 */
export function write(stream: Stream, text: string): void {
  if (!guarded.has(stream)) {
    guarded.add(stream);
    process[stream].on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    });
  }
  process[stream].write(text);
}

/** Results go to standard output, one line a call. */
export function printLine(line: string): void {
  write('stdout', `${line}\n`);
}

/** What people should know while a command runs goes to standard error. */
export function printProgress(line: string): void {
  write('stderr', `${line}\n`);
}

export function printError(message: string): void {
  write('stderr', `${styleText('red', 'freshtag:', { stream: process.stderr })} ${message}\n`);
}
