import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Where the packages of the bench resolve. */
const BENCH = fileURLToPath(new URL('..', import.meta.url));

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Ended {
  /** From the start of the process to its end, in milliseconds. */
  readonly wallMs: number;
  readonly stdout: string;
}

/** Path of a script in `processes`. */
export function script(name: string): string {
  return fileURLToPath(new URL(`../processes/${name}`, import.meta.url));
}

/**
 * Runs `node` with these arguments in a fresh process.
 * @throws Error with what it printed, if its exit code is not 0
 */
export async function runNode(args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: BENCH,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  let wallMs = 0;
  child.once('exit', () => {
    wallMs = performance.now() - startedMs;
  });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (child.exitCode === 0) return { wallMs, stdout };
  throw new Error(
    `node ${args.join(' ')} ended with ${child.exitCode ?? child.signalCode}:\n${stderr}`,
  );
}

/** Starts the server that answers like the cloud, in a process of its own. */
export async function startCloud(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child: ChildProcess & { readonly stdout: NodeJS.ReadableStream } = spawn(
    process.execPath,
    [script('cloud.mjs')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = await once(child.stdout, 'data');
  return { url: String(line).trim(), stop: () => child.stdin?.end() };
}

/** What a process says next. @throws Error if it ends instead */
export async function heard(child: ChildProcess): Promise<unknown> {
  const stop = new AbortController();
  const { signal } = stop;
  const ended = once(child, 'exit', { signal }).then(([code]: unknown[]) => {
    throw new Error(`the server ended with ${String(code)}`);
  });
  const said = once(child, 'message', { signal }).then(([told]: unknown[]) => told);
  try {
    return await Promise.race([said, ended]);
  } finally {
    stop.abort();
    await Promise.allSettled([said, ended]);
  }
}
