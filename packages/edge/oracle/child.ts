import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Sources of the workspace's packages, so that nothing needs a build. */
export const FROM_SOURCE = '--conditions=@freshtag/source';

/** Something that runs until it is stopped. */
export interface Running {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Path of a file in this folder. */
export function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** A process of `node`, and the first line it printed. */
export interface Started {
  readonly line: string;
  readonly child: ChildProcess;
  readonly stop: () => Promise<void>;
}

/**
 * Starts `node` and waits for the first line it prints.
 * @throws Error if it ends before
 */
export async function startNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  const line = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
  if (line === undefined) throw new Error(`node ${args.join(' ')} ended before it was ready`);
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  return { line: String(line[0]), child, stop };
}
