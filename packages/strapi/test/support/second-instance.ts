import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

/** What another instance is told when it begins. */
export interface InstanceOptions {
  /** Of the cloud. */
  readonly endpoint: string;
  readonly domain: string;
  /** As far as it can be sent to a process. */
  readonly relay: Readonly<Record<string, unknown>>;
}

export interface SecondInstance {
  /** Begins to publish currencies, all at once; resolves when that is done. */
  readonly publish: (documentIds: readonly string[]) => Promise<void>;
  /** Ends it at once, whatever it does. */
  readonly kill: () => Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('../processes/second-instance.ts', import.meta.url));

/** Starts a Strapi in a process of its own, on the database that the first one has. */
export async function startSecondInstance(options: InstanceOptions): Promise<SecondInstance> {
  const child = fork(SCRIPT, {
    execArgv: ['--conditions=@freshtag/source'],
    env: process.env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  const ask = async (message: object): Promise<void> => {
    const answered = once(child, 'message');
    child.send(message);
    const [answer] = (await Promise.race([answered, once(child, 'exit').then(() => [])])) as [
      { readonly failed?: string } | undefined,
    ];
    if (answer === undefined) throw new Error('the other instance has ended');
    if (answer.failed !== undefined) throw new Error(answer.failed);
  };
  await ask({ ...options });
  return { publish: (documentIds) => ask({ publish: documentIds }), kill };
}
