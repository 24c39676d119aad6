import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How a process ended, and what it said. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Variables besides `PATH`: nothing of the machine's own settings reaches the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it can read on standard input. Default: nothing, as from `/dev/null`. */
  readonly input?: string;
}

/** The built command, as users run it. */
export const FRESHTAG: string = fileURLToPath(import.meta.resolve('freshtag/package.json')).replace(
  /package\.json$/,
  'dist/bin.mjs',
);

/** Runs a script with this Node to its end. */
export async function runNode(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Ended> {
  return runProgram(process.execPath, args, options);
}

/** Runs any program to its end. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Ended> {
  const child = start(program, args, options);
  // A process that ends early does not read it.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input);
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const [exitCode]: (number | null)[] = await once(child, 'close');
  return { exitCode: exitCode ?? null, ...output };
}

/** Starts a script that stays, and waits for its first line that matches. */
export async function startNode(
  args: readonly string[],
  options: CommandOptions & { readonly stream?: 'stdout' | 'stderr'; readonly until?: RegExp } = {},
): Promise<{
  readonly line: string;
  readonly stop: (signal: NodeJS.Signals) => Promise<number | null>;
}> {
  const child = start(process.execPath, args, options);
  const stream = child[options.stream ?? 'stdout'];
  if (stream === null) throw new Error('the process has no output');
  let line = '';
  for await (line of createInterface({ input: stream })) {
    if (options.until?.test(line) ?? true) break;
  }
  stream.resume();
  return {
    line,
    stop: async (signal) => {
      child.kill(signal);
      const [exitCode]: (number | null)[] = await once(child, 'close');
      return exitCode ?? null;
    },
  };
}

function start(
  program: string,
  args: readonly string[],
  { cwd, env, input }: CommandOptions,
): ChildProcess {
  return spawn(program, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
}
