// Fuzzes both ports of the edge. usage: pnpm fuzz edge [--minutes N] [--seed N] [--from BATCH]
import { parseArgs } from 'node:util';

import { generateBatch, openArena, playBatch, type Arena } from './campaign.ts';
import { Counts } from './counts.ts';
import { findCulprit, writeFailure } from './failure.ts';

const USAGE = `usage: pnpm fuzz edge [--minutes N] [--seed N] [--from BATCH]
  --minutes N   how long, a number above 0 (default 1)
  --seed N      repeats the run that printed this seed
  --from BATCH  begins with this batch of it`;
/** Batches before memory counts: caches, pools and compiled code fill up in them. */
const WARM_UP = 30;
const MEMORY_EVERY = 10;
const MOST_GROWTH_BYTES = 150_000_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
    from: { type: 'string', default: '0' },
  },
});
const wish: Wish = {
  durationMs: Number(values.minutes) * 60_000,
  seed: Number(values.seed),
  from: Number(values.from),
};
const isWhole = Number.isSafeInteger(wish.seed) && Number.isSafeInteger(wish.from);
if (positionals.join(' ') !== 'edge' || !isWhole || !(wish.durationMs > 0)) {
  console.error(USAGE);
  process.exit(2);
}
process.exitCode = await fuzz(wish);

interface Wish {
  readonly durationMs: number;
  readonly seed: number;
  /** First batch. */
  readonly from: number;
}

async function fuzz({ durationMs, seed, from }: Wish): Promise<number> {
  console.log(`fuzzing the edge, seed ${seed}`);
  const endsAtMs = Date.now() + durationMs;
  const counts = new Counts();
  const arena = await openArena();
  try {
    for (let batch = from; Date.now() < endsAtMs; batch += 1) {
      const { cases, wrong } = await playBatch(arena, generateBatch(seed, batch), batch);
      counts.add(cases);
      const problem = wrong ?? (await memoryProblem(arena, batch - from, counts));
      if (problem !== undefined) return await report(problem, { seed, batch });
    }
    console.log(
      `${process.stdout.isTTY ? '\r' : ''}${counts.summary()}: nothing found, seed ${seed}`,
    );
    return 0;
  } finally {
    await arena.stop();
  }
}

async function memoryProblem(
  { edge }: Arena,
  played: number,
  counts: Counts,
): Promise<string | undefined> {
  if (played < WARM_UP || played % MEMORY_EVERY !== 0) return undefined;
  const grownBytes = counts.remember(await edge.rssBytes());
  if (grownBytes <= MOST_GROWTH_BYTES) return undefined;
  return `Its memory has grown by ${Math.round(grownBytes / 1_000_000)} MB since it was warm.`;
}

async function report(
  problem: string,
  at: { readonly seed: number; readonly batch: number },
): Promise<number> {
  console.error(`\nFOUND in batch ${at.batch}: ${problem}`);
  const culprit = await findCulprit(at.seed, at.batch);
  const file = await writeFailure(problem, { ...at, culprit });
  console.error(
    `${culprit.isAlone ? 'One connection does it' : 'No single connection of the batch does it'}: ${file}`,
  );
  console.error(`again: pnpm fuzz edge --seed ${at.seed} --from ${at.batch}`);
  return 1;
}
