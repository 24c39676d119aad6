import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runNode } from './child.ts';
import { goal, type Measured } from './goal.ts';
import { contestant, interleave, summarize, type Summary } from './interleave.ts';

const BIN = fileURLToPath(new URL('bin.mjs', import.meta.resolve('freshtag')));
const DRY_RUN = ['refresh', 'a', '--domain', 'www.example.com', '--dry-run'];
const LIMIT = { is: 'at most', ratio: 1.8 } as const;

export type CommandTimes = Readonly<Record<'node' | 'help' | 'dryRun', Summary>>;

/** Whole processes, in an empty folder and home, without any setting. */
export async function measureCommand(runs: number): Promise<Measured<CommandTimes>> {
  const folder = await mkdtemp(join(tmpdir(), 'freshtag-bench-'));
  const options = { cwd: folder, env: emptyHome(folder) };
  const timing =
    (args: readonly string[]): (() => Promise<number>) =>
    async () =>
      (await runNode(args, options)).wallMs;
  const node = contestant(timing(['-e', '0']));
  const help = contestant(timing([BIN, '--help']));
  const dryRun = contestant(timing([BIN, ...DRY_RUN]));
  try {
    await interleave([node, help, dryRun], runs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const values = {
    node: summarize(node.samples),
    help: summarize(help.samples),
    dryRun: summarize(dryRun.samples),
  };
  const beside = { unit: 'ms', theirs: values.node.median, limit: LIMIT } as const;
  return {
    values,
    goals: [
      goal({ name: 'freshtag --help', ours: values.help.median, ...beside }),
      goal({ name: 'freshtag refresh --dry-run', ours: values.dryRun.median, ...beside }),
    ],
  };
}

function emptyHome(folder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:FRESHTAG_|ALIBABA_CLOUD_|NODE_|XDG_)/.test(name),
  );
  return { ...Object.fromEntries(kept), HOME: folder, USERPROFILE: folder };
}
