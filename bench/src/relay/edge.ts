import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { script } from '../child.ts';
import { numberIn, parseFields } from '../json.ts';

/** A call that the edge has accepted. */
interface SeenCall {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tags: readonly string[];
}

export interface RelayEdge {
  readonly endpoint: string;
  /** What it was asked since it was asked this before. */
  readonly seen: () => Promise<{ readonly calls: readonly SeenCall[]; readonly refused: number }>;
  readonly stop: () => Promise<void>;
}

/** The local edge in a process of its own, with no limit of its own. */
export async function startRelayEdge(): Promise<RelayEdge> {
  const child = spawn(process.execPath, [script('relay-edge.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  if (child.stdout === null) throw new Error('the edge has no output');
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    endpoint: String(line),
    seen: async () => {
      child.send('tell');
      const [told]: unknown[] = await once(child, 'message');
      const fields = parseFields(JSON.stringify(told));
      return {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a process of the bench's own
        calls: fields['calls'] as readonly SeenCall[],
        refused: numberIn(fields, 'refused'),
      };
    },
    stop: async () => {
      child.stdin?.end();
      child.kill();
      await ended;
    },
  };
}
