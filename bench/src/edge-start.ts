import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { runNode } from './child.ts';
import { goal, type Measured } from './goal.ts';
import { contestant, interleave, summarize, type Summary } from './interleave.ts';

const BIN = fileURLToPath(new URL('bin.mjs', import.meta.resolve('freshtag')));
const ARGS = ['edge', '--origin', 'http://127.0.0.1:9', '--domain', 'www.example.com'];
const LIMIT = { is: 'at most', ratio: 2.5 } as const;

export type StartTimes = Readonly<Record<'node' | 'edge', Summary>>;

/** From the start of the command to its ready line, beside a whole process of Node that does nothing. */
export async function measureStart(runs: number): Promise<Measured<StartTimes>> {
  const node = contestant(async () => (await runNode(['-e', '0'])).wallMs);
  const edge = contestant(startToReady);
  await interleave([node, edge], runs);
  const values = { node: summarize(node.samples), edge: summarize(edge.samples) };
  return {
    values,
    goals: [
      goal({
        name: 'freshtag edge: start to ready',
        unit: 'ms',
        ours: values.edge.median,
        theirs: values.node.median,
        limit: LIMIT,
      }),
    ],
  };
}

async function startToReady(): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [BIN, ...ARGS], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([once(child.stdout, 'data'), ended]);
  const readyMs = performance.now() - startedMs;
  child.kill();
  await ended;
  if (String(line).startsWith('{')) return readyMs;
  throw new Error(`freshtag edge did not get ready: ${String(line)}`);
}
