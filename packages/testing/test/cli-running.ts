import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

import { FRESHTAG, type Ended } from '../src/index.ts';

/** The built command while it runs. */
export interface Running {
  /** Stays open until somebody ends it. */
  readonly stdin: Writable;
  /** Waits until standard error has it. */
  readonly says: (text: RegExp) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

/** Starts the built command. Without `input`, its standard input stays open and gives nothing. */
export function startFreshtag(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Running {
  const child = spawn(process.execPath, [FRESHTAG, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  // A process that ends early does not read it.
  child.stdin.on('error', () => {});
  const end = async (): Promise<Ended> => {
    const [exitCode]: (number | null)[] = await once(child, 'close');
    return { exitCode: exitCode ?? null, ...output };
  };
  return {
    stdin: child.stdin,
    says: async (text) => {
      while (!text.test(output.stderr)) await once(child.stderr, 'data');
    },
    kill: (signal) => void child.kill(signal),
    ended: end(),
  };
}

/** What `--json` printed, which must be one object on one line that tells the exit code of the process. */
// oxlint-disable-next-line typescript/no-explicit-any -- each command has its own result; a wrong field fails the test
export function printedBy({ stdout, exitCode }: Ended): any {
  const printed: { readonly exitCode: number } = JSON.parse(stdout);
  if (printed.exitCode === exitCode && stdout.trimEnd().split('\n').length === 1) return printed;
  throw new Error(`one line with exit code ${exitCode} was expected, not ${stdout}`);
}
