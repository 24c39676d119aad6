import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { script } from '../child.ts';

/** Relays in a process of their own: see `processes/relay-serve.mjs`. */
export async function serve(
  options: Readonly<Record<string, unknown>>,
): Promise<{ readonly stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [script('relay-serve.mjs'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  if (child.exitCode !== null) throw new Error('the relays ended before they had begun');
  return {
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
