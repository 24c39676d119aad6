import { styleText } from 'node:util';

type Stream = 'stdout' | 'stderr';
type Write = (text: string, done?: () => void) => void;

/** Opened when they are first written to. */
const opened = new Map<Stream, Write>();
let failure: string | undefined;

/**
 * Writes text as it is. Whoever reads may stop reading, like `head`: what a command does is done all the
 * same, and its exit code says how that went.
 */
export function write(stream: Stream, text: string): void {
  open(stream)(text);
}

function open(stream: Stream): Write {
  const known = opened.get(stream);
  if (known !== undefined) return known;
  const own = process[stream].write.bind(process[stream]);
  const writeOwn: Write = (text, done) => void own(text, undefined, done);
  opened.set(stream, writeOwn);
  process[stream].on('error', (error: NodeJS.ErrnoException) => {
    const isClosed = error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
    if (stream === 'stdout' && !isClosed) failure = error.code ?? error.message;
  });
  return writeOwn;
}

/** Why standard output could not take everything, if it did not; closed by its reader does not count. */
export function outputFailure(): string | undefined {
  return failure;
}

/**
 * From now on standard output is for freshtag's own results: what a configuration file prints goes to
 * standard error.
 */
export function keepOutputClean(): void {
  open('stdout');
  process.stdout.write = process.stderr.write.bind(process.stderr);
}

/** Waits until everything that was written has left the process. */
export async function flushOutput(): Promise<void> {
  await Promise.all(
    [...opened.values()].map((writeOwn) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      writeOwn('', resolve);
      return promise;
    }),
  );
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
